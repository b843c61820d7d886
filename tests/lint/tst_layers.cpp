// SPDX-License-Identifier: GPL-3.0-or-later
// The rules between folders (README of the source tree): who may include whom, and what every
// source file starts with.
#include <QDirIterator>
#include <QRegularExpression>
#include <QtTest>

class TestLayers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFolderIncludesOnlyWhatItMay_data();
    void everyFolderIncludesOnlyWhatItMay();
    void openGlHeadersStayApart();
    void nothingWritesGlobalsOfTheLibrary();
    void everySourceNamesItsLicence();
    void filesStayReadable();
    void theTreeHasOnlyTheAgreedFolders();
    void theCheckItselfFindsAViolation();
};

namespace {

const QString kRoot = QStringLiteral(SCOREFIELD_SOURCE_DIR);

QStringList sources(const QString& folder)
{
    QStringList files;
    QDirIterator it(kRoot + QLatin1Char('/') + folder,
                    {QStringLiteral("*.h"), QStringLiteral("*.cpp")},
                    QDir::Files,
                    QDirIterator::Subdirectories);
    while (it.hasNext())
        files << it.next();
    files.sort();
    return files;
}

QString textOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// Included names of `text` that match `forbidden`.
QStringList violations(const QString& text, const QRegularExpression& forbidden)
{
    static const QRegularExpression include(
        QStringLiteral("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"),
        QRegularExpression::MultilineOption);
    QStringList found;
    for (auto it = include.globalMatch(text); it.hasNext();) {
        const QString name = it.next().captured(1);
        if (forbidden.match(name).hasMatch())
            found << name;
    }
    return found;
}

} // namespace

void TestLayers::everyFolderIncludesOnlyWhatItMay_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("forbidden");
    const QString relative = QStringLiteral(R"(|^\.)"); // includes are written from the root
    const auto row = [&](const char* folder, const char* pattern) {
        QTest::newRow(folder) << QString::fromLatin1(folder)
                              << QString::fromLatin1(pattern) + relative;
    };
    const char* widgets =
        R"(^Q(Widget|Application|MainWindow|Dialog|Action|Menu|Tool|Push|Label|Slider|.*View$|.*Layout|OpenGLWidget))";
    row("core", R"(^Q|^(ui|app|tests)/|^epoxy|^GL/|^EGL/)");
    row("core/base", R"(^core/(mixture|process|field|sampler|geometry|metric|study|session)/)");
    row("core/mixture", R"(^core/(process|field|sampler|geometry|metric|study|session)/)");
    row("core/process", R"(^core/(mixture|field|sampler|geometry|metric|study|session)/)");
    row("core/geometry", R"(^core/(process|field|sampler|metric|study|session)/)");
    row("core/field", R"(^core/(sampler|metric|study|session)/)");
    row("core/sampler", R"(^core/(metric|study|session)/)");
    row("core/metric", R"(^core/(study|session)/)");
    row("core/session", R"(^core/study/)");
    row("ui/document", R"(^ui/(render|export|window|panels|widgets)/|^app/|^epoxy|^QOpenGL)");
    QTest::newRow("ui/render") << QStringLiteral("ui/render")
                               << QString::fromLatin1(
                                      R"(^ui/(document|export|window|panels|widgets)/|^app/|)")
                                      + QString::fromLatin1(widgets) + relative;
    QTest::newRow("ui/export") << QStringLiteral("ui/export")
                               << QString::fromLatin1(
                                      R"(^ui/(document|window|panels|widgets)/|^app/|)")
                                      + QString::fromLatin1(widgets) + relative;
    row("ui/plots", R"(^ui/(document|window|panels|widgets)/|^app/)");
    row("ui/widgets", R"(^ui/(window|panels|export)/|^app/)");
    row("ui/panels", R"(^ui/window/|^app/)");
    row("ui/charts", R"(^ui/window/|^app/)");
    row("ui/exports", R"(^ui/(window|charts|panels)/|^app/)");
    row("ui/window", R"(^app/)");
}

void TestLayers::everyFolderIncludesOnlyWhatItMay()
{
    QFETCH(QString, folder);
    QFETCH(QString, forbidden);
    const QStringList files = sources(folder);
    QVERIFY2(!files.isEmpty(), qPrintable(folder));
    for (const QString& path : files) {
        const QStringList found = violations(textOf(path), QRegularExpression(forbidden));
        QVERIFY2(
            found.isEmpty(),
            qPrintable(path + QStringLiteral(" includes ") + found.join(QStringLiteral(", "))));
    }
}

/// epoxy/gl.h and Qt headers that pull qopengl.h cannot live in one file.
void TestLayers::openGlHeadersStayApart()
{
    for (const QString& path : sources(QStringLiteral("ui"))) {
        const QString text = textOf(path);
        const bool epoxy =
            !violations(text, QRegularExpression(QStringLiteral("^epoxy/"))).isEmpty();
        const bool qtGl =
            !violations(text,
                        QRegularExpression(QStringLiteral("^(QOpenGL|QtGui$|QtWidgets$|QtOpenGL)")))
                 .isEmpty();
        QVERIFY2(!(epoxy && qtGl), qPrintable(path));
    }
}

/// Threads race for them: lgamma has its sign there, the others their results.
void TestLayers::nothingWritesGlobalsOfTheLibrary()
{
    const QRegularExpression call(
        QStringLiteral("\\b(lgamma|strtok|localtime|gmtime|rand|setlocale)\\s*[(]"));
    for (const QString& path : sources(QStringLiteral("core")))
        QVERIFY2(!call.match(textOf(path)).hasMatch(), qPrintable(path));
    QVERIFY(call.match(QStringLiteral("x = std::lgamma(y)")).hasMatch());
    QVERIFY(!call.match(QStringLiteral("x = lgamma_r(y, &sign)")).hasMatch());
}

void TestLayers::everySourceNamesItsLicence()
{
    for (const char* folder : {"app", "core", "ui", "tests"})
        for (const QString& path : sources(QString::fromLatin1(folder)))
            QVERIFY2(textOf(path).startsWith(
                         QStringLiteral("// SPDX-License-Identifier: GPL-3.0-or-later")),
                     qPrintable(path));
}

void TestLayers::filesStayReadable()
{
    const qsizetype limit = 500;
    for (const char* folder : {"app", "core", "ui", "tests"}) {
        for (const QString& path : sources(QString::fromLatin1(folder))) {
            const qsizetype lines = textOf(path).count(QLatin1Char('\n'));
            QVERIFY2(
                lines <= limit,
                qPrintable(path
                           + QStringLiteral(" has %1 lines: find the missing concept").arg(lines)));
        }
    }
}

void TestLayers::theTreeHasOnlyTheAgreedFolders()
{
    QSet<QString> agreed;
    for (const char* name : {"app",
                             "core",
                             "ui",
                             "shaders",
                             "tests",
                             "resources",
                             "LICENSE",
                             "CMakeLists.txt",
                             "README.md",
                             "CMakePresets.json"})
        agreed << QString::fromLatin1(name);
    // What people make beside the sources and never commit: "/build/" and the like.
    for (QString line : textOf(kRoot + QStringLiteral("/.gitignore")).split(QLatin1Char('\n')))
        if (line.startsWith(QLatin1Char('/')))
            agreed << line.remove(QLatin1Char('/'));
    for (const QString& name : QDir(kRoot).entryList(QDir::AllEntries | QDir::NoDotAndDotDot))
        QVERIFY2(agreed.contains(name), qPrintable(name));
}

void TestLayers::theCheckItselfFindsAViolation()
{
    const QString text = QStringLiteral(
        "// x\n#include <vector>\n  #include <QString>\n#include \"ui/render/theme.h\"\n");
    QCOMPARE(violations(text, QRegularExpression(QStringLiteral("^Q|^ui/"))),
             (QStringList{QStringLiteral("QString"), QStringLiteral("ui/render/theme.h")}));
}

QTEST_APPLESS_MAIN(TestLayers)
#include "tst_layers.moc"
