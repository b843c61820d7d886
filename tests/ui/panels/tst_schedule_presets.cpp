// SPDX-License-Identifier: GPL-3.0-or-later
// Where a schedule may begin: the curve of a process, the steps of a grid, a file; and what is
// remembered.
#include "core/process/time_grid.h"
#include "tests/support/shown_schedule.h"
#include "ui/panels/schedule_shapes.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;
using Shown = test::ShownSchedule;

namespace {

int customKind()
{
    for (std::size_t i = 0; i < processKinds().size(); ++i)
        if (processKinds()[i].info.id == "custom")
            return static_cast<int>(i);
    return -1;
}

} // namespace

class TestSchedulePresets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { QSettings().clear(); }

    void customLooksTheSame_data();
    void customLooksTheSame();
    void presetsGiveTheSteps();
    void levelsComeFromAFile();
    void whatIsOpenIsRemembered();

private:
    QTemporaryDir m_folder;
};

void TestSchedulePresets::initTestCase()
{
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QCoreApplication::setOrganizationName(QStringLiteral("scorefield-tests"));
    applyTheme(*qApp, render::Theme::darkTheme());
}

void TestSchedulePresets::customLooksTheSame_data()
{
    QTest::addColumn<QString>("id");
    for (const ProcessKind& kind : processKinds())
        if (!kind.info.points)
            QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
}

void TestSchedulePresets::customLooksTheSame()
{
    QFETCH(QString, id);
    Shown shown;
    QVERIFY(customKind() >= 0);
    shown.set("lanes.0.process.kind", id.toUtf8().constData());
    const LaneSchedule before = *shown.canvas().schedule();
    QTest::mouseClick(shown.editor.findChild<QPushButton*>(QStringLiteral("scheduleCustom")),
                      Qt::LeftButton);
    QVERIFY2(shown.canvas().handles().hasProcessPoints(), "it has become the custom process");
    const LaneSchedule after = *shown.canvas().schedule();
    QCOMPARE(shown.document.undoStack().count(), 1);
    for (const PathCoefficients& level : before.curve) {
        if (std::abs(level.lambda()) > 11.5) // control points end at 12
            continue;
        const double lambda = after.process->at(level.t).lambda();
        // Twice the tolerance of the fit: between its candidates the curve may stray further. At
        // pure noise a curve of finite points falls as steeply as it can.
        const double near = 1 - level.t / before.horizon() < 1e-3 ? 1.0 : 0.06;
        QVERIFY2(
            std::abs(lambda - level.lambda()) < near,
            qPrintable(
                QStringLiteral("t %1: %2 for %3").arg(level.t).arg(lambda).arg(level.lambda())));
    }
}

void TestSchedulePresets::presetsGiveTheSteps()
{
    Shown shown;
    const Lane& lane = shown.lane();
    const auto shapes = gridShapes(lane.process, 12);
    QVERIFY(shapes.size() > 3);
    for (const ScheduleShape& shape : shapes) {
        const auto process = makeProcess(lane.process);
        const auto levels = makeLevels(**process, shape.choice);
        QVERIFY2(levels.ok(), qPrintable(shape.label));
    }
    QVERIFY(processShapes().size() > 5);
}

void TestSchedulePresets::levelsComeFromAFile()
{
    Shown shown;
    QTemporaryDir folder;
    const auto write = [&folder](const char* name, const char* text) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        return file.fileName();
    };
    QSignalSpy rejected(&shown.editor, &ScheduleEditor::rejected);
    const Choice before = shown.lane().grid;
    QVERIFY(!shown.editor.useLevelsFile(write("rising.txt", "1 2 3")));
    QVERIFY(!shown.editor.useLevelsFile(write("words.txt", "80, ten, 1")));
    QCOMPARE(rejected.size(), 2);
    QVERIFY(rejected[1][0].toString().contains(QStringLiteral("'ten'")));
    QVERIFY(shown.lane().grid == before);
    QVERIFY(shown.editor.useLevelsFile(write("levels.txt", "80, 10\n1;0.1 0\n")));
    QCOMPARE(shown.lane().grid.kind, std::string("levels"));
    const std::vector<double> levels = shown.noise();
    QCOMPARE(levels.size(), std::size_t{5});
    QVERIFY(std::abs(levels[1] - 10) < 1e-9 && levels[4] == 0);
    shown.document.undoStack().undo();
    QVERIFY(shown.lane().grid == before);
}

void TestSchedulePresets::whatIsOpenIsRemembered()
{
    {
        Shown shown;
        QVERIFY(shown.canvas().isVisible());
        QTest::mouseClick(shown.editor.findChild<QWidget*>(QStringLiteral("scheduleFold")),
                          Qt::LeftButton);
        QVERIFY(!shown.canvas().isVisible());
    }
    Shown again;
    QVERIFY(!again.canvas().isVisible());
}

QTEST_MAIN(TestSchedulePresets)
#include "tst_schedule_presets.moc"
