// SPDX-License-Identifier: GPL-3.0-or-later
// Every source that the program names has an entry, and every entry is whole.
#include "core/field/guidance.h"
#include "core/field/score_error.h"
#include "core/process/forward_process.h"
#include "core/process/time_grid.h"
#include "core/sampler/stepper.h"
#include "core/session/citations.h"
#include "core/session/parameter_table.h"
#include "core/session/references.h"
#include "core/session/session_json.h"
#include "core/study/study.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

#include <algorithm>
#include <set>

using namespace scorefield;

namespace {

/// Sources that name no work of others: our own formulas, and numbers that a user gives.
bool isOwn(const std::string& source)
{
    return source.starts_with("our") || source == "As given";
}

template <class Kind>
void addSources(const std::vector<Kind>& kinds, QStringList& missing)
{
    for (const Kind& kind : kinds)
        if (!kind.info.source.empty() && !isOwn(kind.info.source)
            && referencesIn(kind.info.source).empty())
            missing << QString::fromStdString(kind.info.id + ": " + kind.info.source);
}

QStringList preprintsIn(const QString& text)
{
    QStringList found;
    static const QRegularExpression pattern(QStringLiteral("arXiv:[0-9]{4}\\.[0-9]{4,5}"));
    for (auto matches = pattern.globalMatch(text); matches.hasNext();)
        found << matches.next().captured();
    return found;
}

Session withSettings(const std::vector<std::pair<std::string, std::string>>& settings)
{
    Session session = defaultSession();
    for (const auto& [key, text] : settings)
        if (!setParameterText(session, key, text))
            qFatal("%s", key.c_str());
    return session;
}

const Citation* find(const std::vector<Citation>& citations, const std::string& key)
{
    const auto at = std::find_if(
        citations.begin(), citations.end(), [&](const Citation& c) { return c.key == key; });
    return at == citations.end() ? nullptr : &*at;
}

} // namespace

class TestCitations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everySourceHasAnEntry();
    void everyPreprintOfTheTextsHasAnEntry();
    void entriesAreWhole();
    void theDefaultSession();
    void whatIsOnScreen();
    void presetsNameTheirSources();
    void bibliographyNamesTheUses();
};

void TestCitations::everySourceHasAnEntry()
{
    QStringList missing;
    addSources(processKinds(), missing);
    addSources(gridKinds(), missing);
    addSources(samplerKinds(), missing);
    addSources(guidanceKinds(), missing);
    addSources(scoreErrorKinds(), missing);
    addSources(studyKinds(), missing);
    QCOMPARE(missing.join('\n'), QString());
}

void TestCitations::everyPreprintOfTheTextsHasAnEntry()
{
    QStringList missing;
    for (const ParameterEntry& entry : parameterEntries()) {
        QString text = QString::fromStdString(entry.descriptor.help);
        for (const ChoiceItem& item : entry.descriptor.choices)
            text += QString::fromStdString(item.help);
        for (const QString& preprint : preprintsIn(text))
            if (referencesIn(preprint.toStdString()).empty())
                missing << preprint;
    }
    QCOMPARE(missing.join('\n'), QString());
}

void TestCitations::entriesAreWhole()
{
    std::set<std::string> keys, tokens;
    for (const Reference& reference : references()) {
        const std::string entry = bibtexOf(reference);
        QVERIFY2(keys.insert(reference.key).second, reference.key);
        QVERIFY2(tokens.insert(reference.token).second, reference.token);
        QVERIFY2(entry.starts_with("@" + std::string(reference.type) + "{" + reference.key + ","),
                 entry.c_str());
        int depth = 0;
        for (const char c : entry) {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            QVERIFY2(depth >= 0, entry.c_str());
        }
        QVERIFY2(depth == 0 && entry.ends_with("\n}\n"), entry.c_str());
        for (const char* field : {"author = {", "title = {", "year = {"})
            QVERIFY2(entry.find(field) != std::string::npos, entry.c_str());
        QVERIFY2(reference.year > 1850 && reference.year < 2100, entry.c_str());
        QVERIFY2(QString::fromStdString(reference.author).trimmed().size() > 2, entry.c_str());
        // Plain TeX: letters beyond ASCII would need another engine.
        QVERIFY2(std::all_of(entry.begin(), entry.end(), [](char c) { return c > 0; }),
                 entry.c_str());
        // Fields of a line of their own end with a comma, but for the last.
        QVERIFY2(entry.find(",\n}") == std::string::npos && entry.find(",,") == std::string::npos,
                 entry.c_str());
        // Works in journals and proceedings say where.
        const std::string type = reference.type;
        if (type == "article" || type == "inproceedings")
            QVERIFY2(*reference.venue != '\0', entry.c_str());
    }
    QVERIFY(references().size() > 60);
}

void TestCitations::theDefaultSession()
{
    // VP and rectified flow, Karras' grid, Heun, classifier-free guidance.
    const auto citations = citedMethods(defaultSession());
    QCOMPARE(citations.front().key, std::string("scorefield"));
    QVERIFY(citations.front().bibtex.find("version = {") != std::string::npos);
    for (const char* key : {"song2021score",
                            "liu2023flow",
                            "lipman2023flow",
                            "karras2022elucidating",
                            "ho2022classifier",
                            "salmon2011parallel"})
        QVERIFY2(find(citations, key) != nullptr, key);
    for (const char* key : {"song2021denoising", "genovese2014nonparametric", "lu2022dpmpp"})
        QVERIFY2(find(citations, key) == nullptr, key);
    // Both lanes sample with Heun: it stands there once.
    const auto& uses = find(citations, "karras2022elucidating")->uses;
    QCOMPARE(std::count(uses.begin(), uses.end(), "Sampler: Heun"), 1);
    std::set<std::string> keys;
    for (const Citation& citation : citations) {
        QVERIFY(!citation.uses.empty());
        QVERIFY2(keys.insert(citation.key).second, citation.key.c_str());
    }
}

void TestCitations::whatIsOnScreen()
{
    const auto ridge = citedMethods(withSettings({{"view.ridge.visible", "true"}}));
    QVERIFY(find(ridge, "genovese2014nonparametric") != nullptr);
    const auto ddim = citedMethods(withSettings({{"lanes.1.sampler.kind", "ddim"}}));
    QVERIFY(find(ddim, "song2021denoising") != nullptr);
    const auto tree = citedMethods(withSettings(
        {{"lanes.*.sampler.kind", "ddim"}, {"lanes.*.eta", "1"}, {"particles.noise", "brownian"}}));
    QVERIFY(find(tree, "li2020scalable") != nullptr);
    const auto cividis = citedMethods(withSettings({{"view.density.map", "cividis"}}));
    QVERIFY(find(cividis, "nunez2018optimizing") != nullptr);
    const auto hidden = citedMethods(
        withSettings({{"view.density.map", "cividis"}, {"view.density.visible", "false"}}));
    QVERIFY(find(hidden, "nunez2018optimizing") == nullptr);
}

void TestCitations::presetsNameTheirSources()
{
    const QDir folder(QStringLiteral(SCOREFIELD_SOURCE_DIR "/resources/sessions"));
    const auto files = folder.entryList({QStringLiteral("*.json")});
    QVERIFY(files.size() > 10);
    for (const QString& file : files) {
        const auto session = loadSession(folder.filePath(file).toStdString());
        QVERIFY2(session.ok(), qPrintable(file));
        const auto citations = citedMethods(*session);
        for (const QString& preprint : preprintsIn(QString::fromStdString(session->info.source))) {
            const auto works = referencesIn(preprint.toStdString());
            QVERIFY2(!works.empty(), qPrintable(file + " " + preprint));
            QVERIFY2(find(citations, works.front()->key) != nullptr, qPrintable(file));
        }
    }
    const auto iris =
        loadSession(folder.filePath(QStringLiteral("iris.scorefield.json")).toStdString());
    const auto citations = citedMethods(*iris);
    for (const char* key : {"fisher1936use", "anderson1935irises"})
        QVERIFY2(find(citations, key) != nullptr, key);
}

void TestCitations::bibliographyNamesTheUses()
{
    const std::string text = bibliography(defaultSession());
    QVERIFY(text.starts_with("% The program\n@software{scorefield,"));
    QVERIFY(text.find("Sampler: Heun") != std::string::npos);
    QVERIFY(text.ends_with("}\n"));
    QCOMPARE(std::count(text.begin(), text.end(), '@'),
             static_cast<std::ptrdiff_t>(citedMethods(defaultSession()).size()));
}

QTEST_APPLESS_MAIN(TestCitations)
#include "tst_citations.moc"
