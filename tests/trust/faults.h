// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Injected faults: something goes wrong in the world around Scorefield, and what it does then is
// looked at. Every outcome in a row of the report was measured; one that is not as it must be fails
// the run.
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <functional>
#include <optional>
#include <vector>

namespace scorefield::faults {

/// What is special about the world of one run of the program.
struct World {
    QString folder;                     ///< it works there
    QStringList environment;            ///< "NAME=value"; "NAME" alone takes it away
    std::optional<long long> fileLimit; ///< bytes that a file may have: a disk that is full
    bool isNobody = false;              ///< without the rights of root
    QString out;                        ///< where stdout goes; empty: into Run::out
    int patienceMs = 120000;            ///< a bound for a hang, not a speed
};

struct Run {
    int status = -1; ///< -1: it had to be killed, or a signal ended it
    bool isEnded = false;
    QByteArray out, err;
    QString sentence() const; ///< all of stderr, without "scorefield: " and the end of line
};

struct Options {
    bool all = false;    ///< everything; otherwise what is done in less than a minute
    QString only;        ///< groups whose names contain it
    QString program;     ///< the built scorefield
    QString self;        ///< this program, which can play a person at the window
    QString sessionFile; ///< small, with keyframes and export jobs
};

class Report {
public:
    explicit Report(const Options& options) : m_options(options) {}
    const Options& options() const { return m_options; }

    /// A row of the table in tests/README.md.
    void row(const QString& fault, int count, const QString& outcome);
    /// What cannot be injected here, and why.
    void skip(const QString& fault, const QString& why);
    /// Notes a failure unless `isSo`. Returns isSo.
    bool must(bool isSo, const QString& fault, const QString& what);
    int failures() const { return m_failures; }

    Run run(const World& world, const QStringList& arguments) const;

private:
    Options m_options;
    int m_failures = 0;
};

/// Everything in a folder and below, with its bytes: before and after a fault they are compared.
using Files = std::vector<std::pair<QString, QByteArray>>;
Files filesIn(const QString& folder);
/// One line that names what it is about.
bool isOneSentence(const Run& run, const QString& about);
/// "2 × status 1, “FILE: cannot be written: File too large”", of several runs over one file.
class Outcomes {
public:
    void add(const Run& run, const QString& file);
    QString text() const;
    int count() const { return m_count; }

private:
    std::vector<std::pair<QString, int>> m_seen;
    int m_count = 0;
};

/// What a run said on stderr, without what coverage builds add.
QByteArray withoutCounters(const QByteArray& said);
void writeFile(const QString& path, const QByteArray& bytes);
bool isRoot();

// The groups.
void fullDisks(Report& report);        // faults_disk.cpp
void placesThatRefuse(Report& report); // faults_disk.cpp
void inputs(Report& report);           // faults_input.cpp
void languages(Report& report);        // faults_language.cpp
void windows(Report& report);          // faults_window.cpp
void signalsAndKills(Report& report);  // faults_window.cpp
void openGl(Report& report);           // faults_opengl.cpp

/// Plays a person at the program's own window (faults_person.cpp): the words say what is done one
/// after the other. The program's status, or 3 where a word could not be done.
int playPerson(int argc, char** argv);

} // namespace scorefield::faults
