// SPDX-License-Identifier: GPL-3.0-or-later
// The ladder of the matched comparison in the lane panel: its switches by mouse and keyboard, and
// the bars that follow a run.
#include "core/session/matched_levels.h"
#include "tests/support/window_fixture.h"
#include "ui/panels/contribution_bar.h"
#include "ui/panels/match_panel.h"

#include <QCheckBox>
#include <QLabel>

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;

class MatchLadderTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        open();
        pause();
        QVERIFY(document().edit(QStringLiteral("lanes"), [](Session& session) {
            session.particles.count = 300;
            QVERIFY(setVariantText(session, 0, "process", "vp:horizon=3,stop=0.01"));
            QVERIFY(setVariantText(session, 0, "grid", "uniform:steps=12"));
            QVERIFY(setVariantText(session, 0, "sampler", "ddim"));
            QVERIFY(setVariantText(session, 1, "grid", "karras:steps=8,final=denoise"));
        }));
        settle();
    }
    void cleanup() { close(); }

    void theSwitchShowsTheLadder()
    {
        QVERIFY(!ladder()->isVisible());
        click("view.match_noise");
        QVERIFY(ladder()->isVisible());
        waitForBars();
        double reached = 0, widest = 0;
        for (const QString& part : parts()) {
            QVERIFY2(bar(part)->isKnown() && bar(part)->isVisible(), qPrintable(part));
            QVERIFY(std::abs(bar(part)->from() - reached) < 1e-9); // each from where one ends
            reached = bar(part)->to();
            widest = std::max(widest, reached);
            QVERIFY(!bar(part)->number().isEmpty() && bar(part)->width() > 60);
        }
        QVERIFY(widest > 0.05);
        QVERIFY(summary().contains(QStringLiteral("Lane 2")));
        click("view.match_noise");
        QVERIFY(!ladder()->isVisible() && !sharesAnything(session()));
    }

    void everySwitchRunsItsLanes()
    {
        click("view.match_noise");
        waitForBars();
        const auto ends = [this] { return std::vector(product().lanes[1]->plan.levels); };
        for (const QString& part : parts()) {
            const double before = *parameterValue(session(), part.toStdString());
            const QString text = summary();
            const auto serial = product().serial;
            click(part.toUtf8().constData());
            QCOMPARE(*parameterValue(session(), part.toStdString()), 1 - before);
            waitForBars();
            QVERIFY2(product().serial != serial, qPrintable(part));
            QVERIFY2(summary() != text, qPrintable(part)); // the gap as the lanes run
        }
        QVERIFY(!ends().empty());
        document().undoStack().undo();
        QCOMPARE(session().view.match.range, 1.);
    }

    void theKeyboardReachesIt()
    {
        auto* match = find<QCheckBox>("view.match_noise");
        match->setFocus(Qt::TabFocusReason);
        QTest::keyClick(match, Qt::Key_Space);
        QCOMPARE(session().view.matchNoise, 1.);
        for (const QString& part : parts()) {
            QWidget* before = QApplication::focusWidget();
            QTest::keyClick(before, Qt::Key_Tab);
            QWidget* now = QApplication::focusWidget();
            QCOMPARE(now->objectName(), part);
            const double value = *parameterValue(session(), part.toStdString());
            QTest::keyClick(now, Qt::Key_Space);
            QCOMPARE(*parameterValue(session(), part.toStdString()), 1 - value);
        }
    }

    void theSelectedLaneIsCompared()
    {
        QVERIFY(document().edit(QStringLiteral("lane"), [](Session& session) {
            session.lanes.push_back(session.lanes[0]);
        }));
        settle();
        click("view.match_noise");
        waitForBars();
        key(Qt::Key_3);
        waitForBars();
        QVERIFY(summary().contains(QStringLiteral("Lane 3")));
        QCOMPARE(bar(QStringLiteral("view.match.steps"))->number(),
                 QStringLiteral("0")); // twins: no gap
    }

    void oneLaneHasNothingToCompare()
    {
        QVERIFY(document().edit(QStringLiteral("lane"),
                                [](Session& session) { session.lanes.pop_back(); }));
        settle();
        auto* match = find<QCheckBox>("view.match_noise");
        QVERIFY(!match->isEnabled() && !ladder()->isVisible());
    }

private:
    static QStringList parts()
    {
        QStringList keys;
        for (int rung = 1; rung < kMatchRungs; ++rung)
            keys += QString::fromStdString(keyOf(static_cast<MatchRung>(rung)));
        return keys;
    }
    MatchPanel* panel() { return window().findChild<MatchPanel*>(); }
    QWidget* ladder() { return find<QWidget>("matchLadder"); }
    QString summary() { return find<QLabel>("matchSummary")->text(); }
    ContributionBar* bar(const QString& part) { return panel()->barOf(part); }
    void click(const char* key)
    {
        auto* box = panel()->findChild<QCheckBox*>(QLatin1String(key));
        QVERIFY2(box != nullptr && box->isVisible() && box->isEnabled(), key);
        QTest::mouseClick(box, Qt::LeftButton);
    }
    void waitForBars()
    {
        settle();
        QTRY_VERIFY_WITH_TIMEOUT(!panel()->isComputing(), kPatienceMs);
    }
};

int main(int argc, char** argv)
{
    return runWindowTest<MatchLadderTest>(argc, argv);
}
#include "tst_match_ladder.moc"
