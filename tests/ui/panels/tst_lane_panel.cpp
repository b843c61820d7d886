// SPDX-License-Identifier: GPL-3.0-or-later
// The lane panel: one row per parameter of the selected lane, whatever its variants are; linked
// lanes.
#include "core/process/forward_process.h"
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/panels/lane_panel.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

struct Shown {
    Document document;
    LanePanel panel{document};

    Shown()
    {
        panel.resize(290, 900);
        panel.show();
        if (!QTest::qWaitForWindowExposed(&panel))
            qFatal("the panel was not shown");
        panel.activateWindow();
        QTest::qWait(20);
    }

    QStringList shownKeys() const
    {
        QStringList keys;
        for (const ui::ParameterRow* row : panel.findChildren<ui::ParameterRow*>())
            if (row->isVisible() && row->key().startsWith(QStringLiteral("lanes.")))
                keys += row->key();
        keys.sort();
        return keys;
    }

    QStringList expectedKeys(int lane) const
    {
        const QString prefix = QStringLiteral("lanes.%1.").arg(lane);
        QStringList keys;
        for (const std::string& key : parameterKeys(document.session())) {
            const QString name = QString::fromStdString(key);
            if (name.startsWith(prefix) && !name.contains(QStringLiteral(".camera.")))
                keys += name;
        }
        keys.sort();
        return keys;
    }
};

} // namespace

class TestLanePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, render::Theme::darkTheme()); }
    void everyVariantGetsItsRows();
    void kindKeepsTheFocus();
    void formulasFollowTheKind();
    void tabsSelectLanes();
    void laneThatGoesAway();
    void linkLanesEditsBoth();
    void matchNoise();
};

void TestLanePanel::everyVariantGetsItsRows()
{
    Shown shown;
    for (const char* family : {"process", "grid", "sampler", "guidance"}) {
        const QString key = QStringLiteral("lanes.0.%1.kind").arg(QLatin1StringView(family));
        const auto descriptor = describe(shown.document.session(), key.toStdString());
        QVERIFY(descriptor.ok());
        for (int kind = 0; kind < static_cast<int>(descriptor->choices.size()); ++kind) {
            auto* box = shown.panel.findChild<QComboBox*>(key);
            box->setCurrentIndex(kind);
            Q_EMIT box->activated(kind);
            QCOMPARE(*parameterValue(shown.document.session(), key.toStdString()),
                     static_cast<double>(kind));
            QTest::qWait(1); // rows that left are deleted later
            QCOMPARE(shown.shownKeys(), shown.expectedKeys(0));
            // Every row shows the document's value.
            for (const ui::ParameterRow* row : shown.panel.findChildren<ui::ParameterRow*>())
                if (row->field() != nullptr && row->isVisible())
                    QCOMPARE(row->field()->number(),
                             *parameterValue(shown.document.session(), row->key().toStdString()));
        }
    }
}

void TestLanePanel::kindKeepsTheFocus()
{
    Shown shown;
    auto* box = shown.panel.findChild<QComboBox*>(QStringLiteral("lanes.0.process.kind"));
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(*parameterValue(shown.document.session(), "lanes.0.process.kind"), 1.);
    QVERIFY2(box->hasFocus(), "the list that was used is still there");
}

void TestLanePanel::formulasFollowTheKind()
{
    Shown shown;
    auto* formula = shown.panel.findChild<QLabel*>(QStringLiteral("process.formula"));
    QVERIFY(formula->isVisible());
    const QString before = formula->text();
    QVERIFY(!before.isEmpty());
    shown.document
        .setValue(QStringLiteral("lanes.0.process.kind"),
                  static_cast<double>(processKinds().size()) - 1)
        .ok();
    QVERIFY(formula->text() != before);
}

void TestLanePanel::tabsSelectLanes()
{
    Shown shown;
    QSignalSpy selected(&shown.panel, &LanePanel::laneSelected);
    auto* tabs = shown.panel.findChild<SegmentedControl*>(QStringLiteral("lanes"));
    QTest::mouseClick(tabs->findChildren<QPushButton*>().at(1), Qt::LeftButton);
    QCOMPARE(selected.count(), 1);
    QCOMPARE(shown.panel.selectedLane(), 1);
    QTest::qWait(1);
    QCOMPARE(shown.shownKeys(), shown.expectedKeys(1));
    QTest::keyClick(tabs->findChildren<QPushButton*>().at(1), Qt::Key_Left);
    QCOMPARE(shown.panel.selectedLane(), 0);
}

void TestLanePanel::laneThatGoesAway()
{
    Shown shown;
    shown.panel.selectLane(1);
    QVERIFY(shown.document
                .edit(QStringLiteral("one lane"), [](Session& session) { session.lanes.resize(1); })
                .ok());
    QCOMPARE(shown.panel.selectedLane(), 0);
    QTest::qWait(1);
    QCOMPARE(shown.shownKeys(), shown.expectedKeys(0));
    QVERIFY(!shown.panel.findChild<QPushButton*>(QStringLiteral("view.link_lanes"))->isEnabled());
    shown.document.undoStack().undo();
    QCOMPARE(shown.panel.findChild<SegmentedControl*>(QStringLiteral("lanes"))->count(), 2);
}

void TestLanePanel::linkLanesEditsBoth()
{
    Shown shown;
    QTest::mouseClick(shown.panel.findChild<QPushButton*>(QStringLiteral("view.link_lanes")),
                      Qt::LeftButton);
    QCOMPARE(shown.document.session().view.linkLanes, 1.);
    auto* field = shown.panel.findChild<NumberField*>(QStringLiteral("lanes.0.grid.steps"));
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, QStringLiteral("17"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(shown.document.session().lanes[0].grid.values.at("steps"), 17.);
    QCOMPARE(shown.document.session().lanes[1].grid.values.at("steps"), 17.);
}

void TestLanePanel::matchNoise()
{
    Shown shown;
    QTest::mouseClick(shown.panel.findChild<QCheckBox*>(QStringLiteral("view.match_noise")),
                      Qt::LeftButton);
    QCOMPARE(shown.document.session().view.matchNoise, 1.);
    shown.panel.selectLane(1);
    QVERIFY2(!shown.panel.findChild<QWidget*>(QStringLiteral("lanes.1.grid.steps"))->isEnabled(),
             "the second lane's grid has no effect now");
}

QTEST_MAIN(TestLanePanel)
#include "tst_lane_panel.moc"
