// SPDX-License-Identifier: GPL-3.0-or-later
// Files in and out of the window: sessions, data to fit, what was used last, what a crash
// left behind.
#include "core/base/file.h"
#include "core/base/npy.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/window_fixture.h"
#include "ui/document/presets.h"
#include "ui/panels/fit_dialog.h"
#include "ui/window/recovery.h"

#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QProcess>
#include <QToolButton>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

QString writeSession(const QString& path, const char* title)
{
    Session session = defaultSession();
    session.info.title = title;
    return saveSession(session, path.toStdString()) ? path : QString();
}

/// The number of a process that no longer runs.
qint64 endedProcess()
{
    QProcess process;
    process.start(QStringLiteral("true"), QStringList());
    if (!process.waitForStarted())
        return 0;
    const qint64 number = process.processId();
    return process.waitForFinished() ? number : 0;
}

} // namespace

class MainWindowFilesTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }

    void aBrokenFileShowsTheErrorBarAndKeepsTheSession();
    void sessionsAreDroppedOnTheWindow();
    void droppedDataOpensTheFitDialog();
    void saveAndOpenRoundTrip();
    void recordedNoiseIsUsedOrRefused();
    void recentFilesOpenAgainLatestFirst();
    void everyPresetOpensFromTheFileMenu();
    void whatACrashLeftIsOffered_data();
    void whatACrashLeftIsOffered();
    void tenGenerationsAreKept();
    void windowsLeaveEachOthersCopiesAlone();

private:
    bool drop(const QString& path); ///< whether the window took it
    QToolButton* answer(const QString& text);
};

bool MainWindowFilesTest::drop(const QString& path)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    enter.ignore();
    QCoreApplication::sendEvent(&window(), &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent event({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&window(), &event);
    return event.isAccepted();
}

QToolButton* MainWindowFilesTest::answer(const QString& text)
{
    for (QToolButton* button : window().errorBar()->findChildren<QToolButton*>())
        if (button->text() == text)
            return button;
    return nullptr;
}

void MainWindowFilesTest::aBrokenFileShowsTheErrorBarAndKeepsTheSession()
{
    pause();
    const QString path = filePath("broken.scorefield.json");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QByteArray text = QByteArray::fromStdString(sessionToJson(defaultSession()));
    file.write(text.replace("\"lanes\"", "\"lanez\""));
    file.close();
    const Session before = session();
    QVERIFY(!window().openFile(path));
    QVERIFY(window().errorBar()->isVisible());
    QVERIFY2(errorText().contains(QStringLiteral("lanez")), qPrintable(errorText()));
    QVERIFY(session() == before);
    QTest::keyClick(&window(), Qt::Key_Escape);
    QVERIFY(!window().errorBar()->isVisible());
}

void MainWindowFilesTest::sessionsAreDroppedOnTheWindow()
{
    QVERIFY(drop(writeSession(filePath("dropped.scorefield.json"), "Dropped")));
    QTRY_COMPARE_WITH_TIMEOUT(session().info.title, std::string("Dropped"), kPatienceMs);
    QVERIFY(!drop(filePath("film.mp4")));
}

void MainWindowFilesTest::saveAndOpenRoundTrip()
{
    pause();
    QVERIFY(document().setValue(QStringLiteral("lanes.1.grid.steps"), 33));
    const QString path = filePath("kept.scorefield.json");
    QVERIFY(document().save(path));
    QTest::keyClick(&window(), Qt::Key_S, Qt::ControlModifier); // knows its file: asks nothing
    const Session saved = session();
    QTest::keyClick(&window(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(!(session() == saved));
    QVERIFY(document().filePath().isEmpty());
    QVERIFY(window().openFile(path));
    QVERIFY(session() == saved);
    QVERIFY(window().windowTitle().contains(QStringLiteral("kept.scorefield.json")));
}

void MainWindowFilesTest::recordedNoiseIsUsedOrRefused()
{
    pause();
    QVERIFY(document().setValue(QStringLiteral("particles.count"), 20));
    QVERIFY(document().edit(QStringLiteral("DDIM"), [](Session& session) {
        (void)setVariantText(session, 0, "sampler", "ddim:eta=1");
        (void)setVariantText(session, 0, "grid", "karras:steps=12");
    }));
    const auto write = [this](const char* name, const std::vector<std::size_t>& shape) {
        std::size_t count = 1;
        for (const std::size_t size : shape)
            count *= size;
        const std::vector<double> zeros(count, 0.0);
        const QString path = filePath(name);
        (void)writeFileAtomically(path.toStdString(),
                                  npyBytes(shape, std::span<const double>(zeros)));
        return path;
    };
    const Session before = session();
    QVERIFY(!window().useNoiseTape(write("flat.npy", {12, 20})));
    QVERIFY2(errorText().contains(QStringLiteral("calls, particles")), qPrintable(errorText()));
    QVERIFY(session() == before);
    const QString path = write("tape.npy", {12, 20, 2});
    QVERIFY(window().useNoiseTape(path));
    QCOMPARE(session().particles.tape, path.toStdString());
    QTRY_VERIFY_WITH_TIMEOUT(product().tape != nullptr, kPatienceMs);
    const auto& lane = *product().lanes[0];
    QCOMPARE(lane.outcome.kind, Outcome::Kind::Completed);
    document().undoStack().undo();
    QVERIFY(session() == before);
}

void MainWindowFilesTest::droppedDataOpensTheFitDialog()
{
    const QString path = filePath("flowers.csv");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("length,width,kind\n1,2,rose\n2,1,rose\n3,5,tulip\n4,4,tulip\n5,3,tulip\n");
    file.close();
    const Session before = session();
    QVERIFY(drop(path));
    FitDialog* dialog = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT((dialog = find<FitDialog>("fitDialog")), kPatienceMs);
    QVERIFY(dialog->isVisible());
    QCOMPARE(dialog->findChild<QLineEdit*>(QStringLiteral("path"))->text(), path);
    QCOMPARE(dialog->findChild<QListWidget*>(QStringLiteral("columns"))->count(), 3);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!find<FitDialog>("fitDialog"), kPatienceMs);
    QVERIFY(session().data == before.data);
}

void MainWindowFilesTest::recentFilesOpenAgainLatestFirst()
{
    const QString first = writeSession(filePath("first.scorefield.json"), "First");
    const QString second = writeSession(filePath("second.scorefield.json"), "Second");
    QMenu* menu = openMenu(QStringLiteral("Open &recent"));
    QVERIFY(menu);
    QCOMPARE(menu->actions().size(), 1);
    QVERIFY(!menu->actions().front()->isEnabled()); // it says that there is nothing yet
    menu->close();
    for (const QString& path : {first, second, first}) // a file is listed once
        QVERIFY(window().openFile(path));
    menu = openMenu(QStringLiteral("Open &recent"));
    QCOMPARE(menu->actions().size(), 2);
    QCOMPARE(menu->actions()[0]->text(), first);
    QCOMPARE(menu->actions()[1]->text(), second);
    choose(*menu, menu->actions()[1]);
    QCOMPARE(session().info.title, std::string("Second"));
    QCOMPARE(document().filePath(), second);
    // A file that has gone since says so, and the session stays.
    QVERIFY(QFile::remove(first));
    menu = openMenu(QStringLiteral("Open &recent"));
    QCOMPARE(menu->actions()[1]->text(), first);
    choose(*menu, menu->actions()[1]);
    QVERIFY2(errorText().contains(QStringLiteral("first.scorefield.json")),
             qPrintable(errorText()));
    QCOMPARE(session().info.title, std::string("Second"));
}

void MainWindowFilesTest::everyPresetOpensFromTheFileMenu()
{
    pause();
    QVERIFY(presets().size() > 10);
    for (const Preset& preset : presets()) {
        QMenu* menu = openMenu(QStringLiteral("New &from"));
        QVERIFY(menu);
        auto* entry = menu->findChild<QAction*>(preset.id);
        QVERIFY2(entry, qPrintable(preset.id));
        choose(*menu, entry);
        QCOMPARE(QString::fromStdString(session().info.title), preset.title);
        QVERIFY(document().filePath().isEmpty());
        QVERIFY(!document().isModified());
        const auto expected = loadPreset(preset.id);
        QVERIFY(expected);
        // Something of it is on the lanes: its first product, the full run or its preview.
        QTRY_VERIFY2_WITH_TIMEOUT(
            product().session.data == expected->data, qPrintable(preset.id), kPatienceMs);
        QCOMPARE(product().lanes.size(), expected->lanes.size());
        QCOMPARE(errorText(), QString());
    }
}

void MainWindowFilesTest::whatACrashLeftIsOffered_data()
{
    QTest::addColumn<QString>("reply");
    QTest::newRow("restored") << QStringLiteral("Restore");
    QTest::newRow("discarded") << QStringLiteral("Discard");
    QTest::newRow("later") << QStringLiteral("×");
}

void MainWindowFilesTest::whatACrashLeftIsOffered()
{
    QFETCH(QString, reply);
    const bool restored = reply == QLatin1String("Restore"), later = reply == QStringLiteral("×");
    close();
    const QString folder = Recovery::defaultFolder();
    QVERIFY(QDir().mkpath(folder));
    const QString path = folder + QStringLiteral("/%1.scorefield.json").arg(endedProcess());
    QVERIFY(!writeSession(path, "Left behind").isEmpty());
    open();
    QVERIFY2(errorText().contains(QStringLiteral("“Left behind”")), qPrintable(errorText()));
    QVERIFY(session().info.title != "Left behind"); // nothing is forced on anybody
    QTest::mouseClick(answer(reply), Qt::LeftButton);
    QCOMPARE(errorText(), QString());
    QCOMPARE(session().info.title == "Left behind", restored);
    QCOMPARE(QFile::exists(path), later);
    QCOMPARE(document().isModified(), restored); // restored is not saved: closing must ask
    // Until it is saved a copy is kept against the next crash.
    QCOMPARE(QDir(folder).entryList({QStringLiteral("*.json")}, QDir::Files).isEmpty(),
             !restored && !later);
    // At the next start there is nothing to offer but what was put off.
    close();
    open();
    QCOMPARE(!errorText().isEmpty(), later);
    QFile::remove(path);
}

void MainWindowFilesTest::tenGenerationsAreKept()
{
    pause();
    const QString folder = filePath("generations");
    Recovery ended(document(), folder);
    for (int count = 1; count <= 12; ++count) {
        QVERIFY(document().setValue(QStringLiteral("particles.count"), 100 + count));
        ended.writeNow();
    }
    QCOMPARE(QDir(folder).entryList({QStringLiteral("*.json")}, QDir::Files).size(),
             Recovery::kGenerations);
    const auto oldest = loadSession(ended.ownFile(Recovery::kGenerations - 1).toStdString());
    QVERIFY(oldest);
    QCOMPARE(oldest->particles.count, 103.0);
    // The newest that can be read is what a crash leaves.
    ended.writeAndKeep();
    QFile damaged(ended.ownFile());
    QVERIFY(damaged.open(QIODevice::WriteOnly | QIODevice::Truncate));
    damaged.write("{");
    damaged.close();
    const QString copies = filePath("copied"); // as if its process had gone, and its lock with it
    QVERIFY(QDir().mkpath(copies));
    for (int generation = 0; generation < Recovery::kGenerations; ++generation)
        QVERIFY(QFile::copy(ended.ownFile(generation),
                            copies + QLatin1Char('/')
                                + QFileInfo(ended.ownFile(generation)).fileName()));
    Recovery next(document(), copies);
    const auto left = next.leftBehind();
    QVERIFY(left);
    QCOMPARE(left->particles.count, 112.0);
    next.discardLeftBehind();
    QVERIFY(QDir(copies).entryList(QDir::Files).isEmpty());
}

void MainWindowFilesTest::windowsLeaveEachOthersCopiesAlone()
{
    pause();
    const QString folder = filePath("shared");
    QVERIFY(document().setValue(QStringLiteral("particles.count"), 77));
    auto first = std::make_unique<Recovery>(document(), folder);
    first->writeNow();
    QTest::qWait(2); // the names differ by the moment
    Recovery second(document(), folder);
    second.writeNow();
    QVERIFY(first->ownFile() != second.ownFile());
    QVERIFY(!second.leftBehind()); // it lives
    QVERIFY(QFile::exists(first->ownFile()));
    first->writeAndKeep();
    first.reset();
    QVERIFY(second.leftBehind());
    Recovery third(document(), folder);
    QVERIFY(!third.leftBehind()); // offered by the second already
}

int main(int argc, char** argv)
{
    return runWindowTest<MainWindowFilesTest>(argc, argv);
}
#include "tst_main_window_files.moc"
