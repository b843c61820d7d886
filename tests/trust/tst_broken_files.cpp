// SPDX-License-Identifier: GPL-3.0-or-later
// Two hundred broken files, opened as the command line and as the window open them: each gets a
// sentence of its own that says what is wrong in it, and nothing else happens.
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/mixture/data_set.h"
#include "core/session/lane_plan.h"
#include "core/session/session_json.h"
#include "core/session/session_run.h"
#include "tests/support/command.h"
#include "tests/trust/broken_files.h"
#include "ui/document/document.h"
#include "ui/export/figure.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstdio>
#include <limits>
#include <set>

using namespace scorefield;

namespace {

constexpr std::size_t kAtLeast = 200;

/// The sentence without the name of the file; empty where it does not name it.
std::string withoutFile(const QString& sentence, const std::string& file)
{
    const std::string text = sentence.toStdString();
    const auto at = text.find(file);
    return at == std::string::npos ? std::string() : text.substr(at + file.size());
}

} // namespace

class TestBrokenFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void soundOnesOpen();
    void validateSaysWhatIsWrong();
    void theDocumentSaysWhatIsWrong();
    void tapesStayInTheFolder();
    void endlessAndLargeFilesAreLeftAlone();
    void memoryIsCountedBeforeItIsTaken();

private:
    void checkSentences(const QStringList& sentences) const;

    QTemporaryDir m_folder;
    std::vector<fuzz::BrokenFile> m_files = fuzz::brokenFiles();
};

void TestBrokenFiles::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QVERIFY2(m_files.size() >= kAtLeast, qPrintable(QString::number(m_files.size())));
    std::set<std::string> names;
    for (const fuzz::BrokenFile& file : m_files) {
        QVERIFY2(names.insert(file.name).second, file.name.c_str());
        QVERIFY(writeFileAtomically(
                    m_folder.filePath(QString::fromStdString(file.name)).toStdString(), file.bytes)
                    .ok());
    }
}

/// What the broken ones are made from is not broken.
void TestBrokenFiles::soundOnesOpen()
{
    const auto session = sessionFromJson(fuzz::soundSession());
    QVERIFY2(session.ok(), session ? "" : session.error().sentence().c_str());
}

void TestBrokenFiles::checkSentences(const QStringList& sentences) const
{
    QCOMPARE(sentences.size(), static_cast<qsizetype>(m_files.size()));
    std::set<std::string> distinct;
    QStringList problems;
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        const fuzz::BrokenFile& file = m_files[i];
        const QString& sentence = sentences[static_cast<qsizetype>(i)];
        const std::string rest = withoutFile(sentence, file.name);
        if (!distinct.insert(rest).second || rest.size() < 20
            || rest.find(file.mustSay) == std::string::npos)
            problems << QString::fromStdString(file.name + " must say " + file.mustSay + ": ")
                            + sentence;
    }
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(QLatin1Char('\n'))));
    std::printf("| broken files | %zu | %zu distinct sentences, no crash |\n",
                m_files.size(),
                distinct.size());
}

void TestBrokenFiles::validateSaysWhatIsWrong()
{
    QStringList arguments{QStringLiteral("validate")};
    for (const fuzz::BrokenFile& file : m_files)
        arguments << QString::fromStdString(file.name);
    const auto result = test::runCommand(m_folder.path(), arguments);
    QCOMPARE(result.status, 2);
    checkSentences(result.err.split(QLatin1Char('\n'), Qt::SkipEmptyParts));
}

/// Sessions and pictures as the document opens them, tables as the fit of the data panel reads
/// them.
void TestBrokenFiles::theDocumentSaysWhatIsWrong()
{
    ui::Document document;
    document.setPngReader(
        [](const QString& path) { return render::sessionFromPicture(path.toStdString()); });
    const Session before = document.session();
    for (const fuzz::BrokenFile& file : m_files) {
        const QString path = m_folder.filePath(QString::fromStdString(file.name));
        if (path.endsWith(QLatin1String(".csv")) || path.endsWith(QLatin1String(".npy"))) {
            QVERIFY2(!readDataSet(path.toStdString()), file.name.c_str());
            continue;
        }
        const Status opened = document.open(path);
        if (file.name == "session-memory.json") { // may be opened, and made smaller
            QVERIFY(opened.ok());
            QVERIFY(!checkSessionMemory(document.session()).ok());
            document.setSession(before, {});
            continue;
        }
        QVERIFY2(!opened.ok(), file.name.c_str());
        QVERIFY2(opened.error().sentence().find(file.name) != std::string::npos, file.name.c_str());
        QVERIFY(document.session() == before);
    }
}

void TestBrokenFiles::tapesStayInTheFolder()
{
    const QString inside = m_folder.filePath(QStringLiteral("inside/session.json"));
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("inside/below")));
    const auto tapeAfterLoading = [&](const char* name) {
        std::string text = fuzz::soundSession();
        const std::string tape = std::string("\"tape\": \"") + name + "\", \"seed\": 7";
        text.replace(text.find("\"seed\": 7"), 9, tape);
        if (!writeFileAtomically(inside.toStdString(), text))
            return std::string();
        auto session = loadSession(inside.toStdString());
        if (!session)
            return session.error().sentence();
        session.value().particles.noise = 2;
        const auto used = sessionTape(*session);
        // What was written before must be written again, wherever it leads.
        if (!saveSession(*session, inside.toStdString()))
            return std::string();
        const auto saved = readFile(inside.toStdString());
        if (saved->find("\"" + std::string(name) + "\"") == std::string::npos)
            return "saved as another name: " + *saved;
        return used ? std::string("used") : used.error().sentence();
    };
    for (const char* outside :
         {"/etc/passwd", "../noise.npy", "below/../../noise.npy", "/dev/zero"}) {
        const std::string sentence = tapeAfterLoading(outside);
        QVERIFY2(sentence.starts_with("particles.tape: is '" + std::string(outside)
                                      + "', which leads out"),
                 sentence.c_str());
    }
    QVERIFY(QFile::link(QStringLiteral("/etc"), m_folder.filePath(QStringLiteral("inside/link"))));
    QVERIFY(tapeAfterLoading("link/passwd").find("leads out") != std::string::npos);
    const std::string missing = tapeAfterLoading("below/noise.npy");
    QVERIFY2(missing.find("inside/below/noise.npy") != std::string::npos
                 && missing.find("cannot be read") != std::string::npos,
             missing.c_str());
}

void TestBrokenFiles::endlessAndLargeFilesAreLeftAlone()
{
    const auto endless = readFile("/dev/zero", 1000000);
    QVERIFY(!endless);
    QCOMPARE(endless.error().message, std::string("is a device, must be a file"));
    const std::string large = m_folder.filePath(QStringLiteral("large")).toStdString();
    QVERIFY(writeFileAtomically(large, std::string(2000, ' ')).ok());
    const auto refused = readFile(large, 1000);
    QVERIFY(!refused);
    QCOMPARE(refused.error().message, std::string("has 2 kB; files of up to 1 kB are read here"));
    QVERIFY(readFile(large, 2000).ok());
}

/// One estimate for sessions and single runs: (K+1) d n numbers of 4 bytes per lane.
void TestBrokenFiles::memoryIsCountedBeforeItIsTaken()
{
    Session session = sessionFromJson(fuzz::soundSession()).value();
    session.particles.count = 1e6;
    const double bytes = 61.0 * 2 * 1e6 * 4;
    QVERIFY(checkSessionMemory(session, bytes).ok());
    const Status refused = checkSessionMemory(session, bytes - 1);
    QCOMPARE(
        refused.error().sentence(),
        std::string("particles.count: the run needs 488 MB of memory; the limit is 488 MB: use "
                    "fewer particles, steps or lanes"));
    session.lanes.push_back(session.lanes.front());
    const Status two = checkSessionMemory(session, bytes);
    QCOMPARE(
        two.error().message,
        std::string("the run of 2 lanes needs 976 MB of memory; the limit is 488 MB: use fewer "
                    "particles, steps or lanes"));
    QCOMPARE(memoryText(0), std::string("0 bytes"));
    QCOMPARE(memoryText(999.6), std::string("1 kB"));
    QCOMPARE(memoryText(12.34e9), std::string("12.3 GB"));
    QVERIFY(!checkMemory("it", std::numeric_limits<double>::quiet_NaN(), 1e9, "less").ok());
    QVERIFY(machineMemory() > 1e8 && runMemoryLimit() < machineMemory());
    // A run says so before it takes any.
    const auto file = std::find_if(m_files.begin(), m_files.end(), [](const fuzz::BrokenFile& f) {
        return f.name == "session-memory.json";
    });
    const auto large = sessionFromJson(file->bytes);
    QVERIFY2(large.ok(), large ? "" : large.error().sentence().c_str());
    WorkerPool pool(1);
    const auto run = runSession(*large, pool);
    QVERIFY(!run.ok());
    QCOMPARE(run.error().path, std::string("particles.count"));
}

QTEST_MAIN(TestBrokenFiles)
#include "tst_broken_files.moc"
