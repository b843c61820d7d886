// SPDX-License-Identifier: GPL-3.0-or-later
// Undo and redo on random sessions: after an edit undo brings back the session before it, redo the
// one after it (but for cameras and the play-head), and a whole history leads to its beginning and
// its end. Ends by printing a row for tests/README.md.
//   undo_pairs [--count PAIRS] [--first SEED]
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/sessions.h"
#include "ui/document/document.h"
#include "ui/document/set_session.h"

#include <QCoreApplication>

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace scorefield;

namespace {

constexpr unsigned kEdits = 20; // of each session

/// Where lanes look and where the play-head is are no part of the history: compared without.
bool isSame(const Session& session, const Session& other)
{
    return ui::withViewStateOf(session, other) == other;
}

void require(bool isTrue, const char* what, unsigned seed, const QString& key)
{
    if (isTrue)
        return;
    std::fprintf(stderr, "FAILED: %s, seed %u, after an edit of %s\n", what, seed, qPrintable(key));
    std::exit(1);
}

/// Edits anywhere, each undone and done again; then all of them. How many pairs there were.
unsigned pairsOf(unsigned seed, unsigned& refused)
{
    std::mt19937 random(seed);
    const Session first = test::randomSession(seed);
    ui::Document document;
    document.setMergeTime(0); // every edit is a step of its own
    document.setSession(first, {});
    const auto draw = [&random](std::size_t count) { return random() % count; };
    unsigned pairs = 0;
    QString key;
    for (unsigned edit = 0; edit < kEdits; ++edit) {
        const Session before = document.stored();
        const int index = document.undoStack().index();
        if (draw(10) == 0) {
            key = QStringLiteral("data");
            (void)document.edit(key, [&random, &draw](Session& session) {
                const int components = 1 + static_cast<int>(draw(6));
                session.data = test::randomMixture(session.data->dimension, components, random);
                session.info.title += "'";
            });
        } else {
            const auto keys = parameterKeys(before);
            key = QString::fromStdString(keys[draw(keys.size())]);
            const auto row = describe(before, key.toStdString());
            (void)document.setValue(key, test::randomValue(*row, random));
        }
        if (document.undoStack().index() == index) { // refused, or the same value again
            require(
                isSame(document.stored(), before), "a refused edit changed the session", seed, key);
            ++refused;
            continue;
        }
        const Session after = document.stored();
        document.undoStack().undo();
        require(isSame(document.stored(), before), "undo did not restore the session", seed, key);
        document.undoStack().redo();
        require(isSame(document.stored(), after), "redo did not restore the session", seed, key);
        ++pairs;
    }
    const Session last = document.stored();
    while (document.undoStack().canUndo())
        document.undoStack().undo();
    require(
        isSame(document.stored(), first), "the history does not begin where it began", seed, key);
    require(sessionToJson(ui::withViewStateOf(document.stored(), first)) == sessionToJson(first),
            "the history begins with another file",
            seed,
            key);
    while (document.undoStack().canRedo())
        document.undoStack().redo();
    require(isSame(document.stored(), last), "the history does not end where it ended", seed, key);
    return pairs;
}

} // namespace

int main(int count, char** words)
{
    const QCoreApplication application(count, words);
    unsigned wanted = 60, seed = 1;
    for (int i = 1; i + 1 < count; i += 2) {
        const auto number = static_cast<unsigned>(std::strtoul(words[i + 1], nullptr, 10));
        (std::string(words[i]) == "--count" ? wanted : seed) = number;
    }
    unsigned pairs = 0, refused = 0, sessions = 0;
    for (; pairs < wanted; ++seed, ++sessions)
        pairs += pairsOf(seed, refused);
    std::printf("| undo/redo pairs | %u | each restored the session before and after it, in %u "
                "random sessions; %u further edits were refused or no change |\n",
                pairs,
                sessions,
                refused);
    return 0;
}
