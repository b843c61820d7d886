// SPDX-License-Identifier: GPL-3.0-or-later
// The charts dock in the real window: it opens by its key, follows a slider, runs and cancels
// studies beside everything else, and computes nothing while it is closed.
#include "tests/support/window_fixture.h"
#include "ui/charts/basins_page.h"
#include "ui/charts/charts_panel.h"
#include "ui/charts/collapse_page.h"
#include "ui/charts/over_time_page.h"
#include "ui/charts/ridge_page.h"
#include "ui/charts/ridge_tables.h"
#include "ui/charts/study_page.h"
#include "ui/render/stage_colors.h"
#include "ui/render/typeset.h"
#include "ui/widgets/segmented_control.h"

#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>

using namespace scorefield;
using namespace scorefield::ui;

class ChartsPanelTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }

    void theKeyOpensAndClosesIt();
    void nothingIsComputedWhileItIsClosed();
    void curvesFollowTheRun();
    void theTableHasReadoutsFloorsAndEntropy();
    void basinsAreOfTheSelectedLane();
    void aStudyRunsWhileTheSessionIsEdited();
    void aStudyIsCancelledAtOnce();
    void aStudysOwnParametersAreOffered();
    void wrongRangesAreSaid();
    void fateColoursHaveTheirTwins();
    void stagesOfTheRun();
    void aPinnedParticleHasItsLedger();
    void thresholdsOfTheRidgeAreFollowed();
    void stageColoursHaveTheirStages();

private:
    ChartsPanel& charts() { return *window().charts(); }
    void openPage(int page)
    {
        if (!charts().isVisible())
            key(Qt::Key_G);
        QVERIFY(charts().isVisible());
        charts().setPage(page);
    }
    template <class Part>
    void waitFor(Part part)
    {
        QTRY_VERIFY_WITH_TIMEOUT(charts().analyst().analysis()
                                     && charts().analyst().analysis()->run->serial
                                            == product().serial
                                     && (charts().analyst().analysis()->lanes[0].*part).isDone(),
                                 kPatienceMs);
    }
};

void ChartsPanelTest::theKeyOpensAndClosesIt()
{
    auto* dock = find<QDockWidget>("chartsDock");
    QVERIFY(dock && !dock->isVisible()); // 1280 x 800 is a small window
    key(Qt::Key_G);
    QVERIFY(dock->isVisible());
    window().setPresenting(true);
    QVERIFY(!dock->isVisible());
    window().setPresenting(false);
    QVERIFY(dock->isVisible());
    dock->close(); // its own button
    auto* action = find<QAction>("chartsVisible");
    QVERIFY(!action->isChecked());
    key(Qt::Key_G);
    QVERIFY(dock->isVisible() && action->isChecked());
}

void ChartsPanelTest::nothingIsComputedWhileItIsClosed()
{
    QVERIFY(!charts().analyst().analysis());
    QVERIFY(document().setValue(QStringLiteral("lanes.0.guidance.w"), 3).ok());
    settle();
    QVERIFY(!charts().analyst().isBusy());
    QVERIFY(!charts().analyst().analysis());
}

void ChartsPanelTest::curvesFollowTheRun()
{
    pause();
    openPage(ChartsPanel::OverTimeCurves);
    waitFor(&LaneAnalysis::overTime);
    const auto lastOf = [&] {
        return charts().overTime()->charts().front()->spec().series.front().y.back();
    };
    QTRY_VERIFY_WITH_TIMEOUT(!charts().overTime()->charts().front()->spec().series.empty(),
                             kPatienceMs);
    const double before = lastOf();
    auto* slider = find<QWidget>("lanes.0.guidance.w.slider");
    QVERIFY(slider);
    QTest::mouseClick(slider, Qt::LeftButton, {}, {slider->width() / 3, slider->height() / 2});
    settle();
    waitFor(&LaneAnalysis::overTime);
    QTRY_VERIFY_WITH_TIMEOUT(lastOf() > before + 0.1, kPatienceMs); // guided: surer of the class
    // The play head moves without another analysis.
    Timeline timeline = session().timeline;
    timeline.position = 0.5;
    document().setTimeline(timeline);
    const auto marks = charts().overTime()->charts().front()->spec().marks;
    QCOMPARE(marks.size(), std::size_t{1});
    const double there = noiseAtPosition(0.5, product().levels());
    QVERIFY(std::abs(marks.front().x - there) < 1e-9 * there);
}

void ChartsPanelTest::theTableHasReadoutsFloorsAndEntropy()
{
    QVERIFY(document().setValue(QStringLiteral("lanes.0.guidance.w"), 4).ok());
    settle();
    openPage(ChartsPanel::Collapse);
    waitFor(&LaneAnalysis::entropy);
    const QTableWidget& table = *charts().collapse()->table();
    QTRY_VERIFY_WITH_TIMEOUT(table.columnCount() == 4 && table.item(10, 0), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(table.item(10, 0)->text().contains(QStringLiteral("±")), kPatienceMs);
    QVERIFY(table.item(6, 0)->text().contains(QStringLiteral("±"))); // spread left in modes
    QVERIFY(table.item(6, 1)->text().startsWith(QStringLiteral("0.9"))
            || table.item(6, 1)->text().startsWith(QStringLiteral("1"))); // exact draws: about 1
    QTest::mouseClick(find<QPushButton>("copyCollapse"), Qt::LeftButton);
    QVERIFY(charts().collapse()->text().contains(QStringLiteral("class confidence\t")));
}

void ChartsPanelTest::basinsAreOfTheSelectedLane()
{
    QVERIFY(document().setValue(QStringLiteral("lanes.0.guidance.w"), 1).ok());
    QVERIFY(document().setValue(QStringLiteral("lanes.1.guidance.w"), 0).ok());
    settle();
    openPage(ChartsPanel::Basins);
    waitFor(&LaneAnalysis::twin);
    const QTableWidget& table = *charts().basins()->table();
    QTRY_VERIFY_WITH_TIMEOUT(table.rowCount() == 3, kPatienceMs);
    key(Qt::Key_1);
    QTRY_VERIFY_WITH_TIMEOUT(table.item(0, 1) && table.item(0, 1)->text().toInt() > 0,
                             kPatienceMs); // left to centre
    QVERIFY(charts().basins()->caption().startsWith(QStringLiteral("Lane 1")));
    key(Qt::Key_2);
    QCOMPARE(table.item(0, 1)->text(), QStringLiteral("0")); // w = 0 moves nobody
    QVERIFY(charts().basins()->caption().startsWith(QStringLiteral("Lane 2")));
}

void ChartsPanelTest::aStudyRunsWhileTheSessionIsEdited()
{
    openPage(ChartsPanel::Studies);
    StudyPage& page = *charts().studies();
    auto* count = find<QWidget>("firstSweep")->findChild<QLineEdit*>(QStringLiteral("sweepCount"));
    count->selectAll();
    QTest::keyClicks(count, QStringLiteral("4"));
    QSignalSpy finished(&page.runner(), &StudyRunner::finished);
    QTest::mouseClick(find<QPushButton>("studyRun"), Qt::LeftButton);
    QVERIFY(page.runner().isRunning());
    QVERIFY(document().setValue(QStringLiteral("particles.seed"), 99).ok());
    QTRY_VERIFY_WITH_TIMEOUT(finished.count() == 1, kPatienceMs);
    QCOMPARE(page.runner().table()->rows(), std::size_t{4});
    QVERIFY(page.runner().session().particles.seed != 99);
    QVERIFY(!page.chart()->spec().series.empty());
    QVERIFY(find<QLabel>("studyCaption")->text().contains(QStringLiteral("changed")));
    QVERIFY(find<QPushButton>("studyExport")->isEnabled());
    // Where the session stands now is marked, and the mark follows.
    QVERIFY(document().setValue(QStringLiteral("lanes.0.guidance.w"), 7).ok());
    QCOMPARE(page.chart()->spec().marks.size(), std::size_t{1});
    QCOMPARE(page.chart()->spec().marks.front().x, 7.0);
}

void ChartsPanelTest::aStudyIsCancelledAtOnce()
{
    QVERIFY(document().setValue(QStringLiteral("particles.count"), 50000).ok());
    settle();
    openPage(ChartsPanel::Studies);
    StudyPage& page = *charts().studies();
    QSignalSpy finished(&page.runner(), &StudyRunner::finished);
    auto* button = find<QPushButton>("studyRun");
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(page.runner().isRunning());
    QCOMPARE(button->text(), QStringLiteral("Cancel"));
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!page.runner().isRunning());
    QCOMPARE(button->text(), QStringLiteral("Run"));
    QVERIFY(find<QLabel>("studyMessage")->text().contains(QStringLiteral("Cancelled")));
    // The next one starts afresh, and the cancelled one's end is nobody's.
    QVERIFY(document().setValue(QStringLiteral("particles.count"), 500).ok());
    settle();
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(finished.count() == 1, kPatienceMs);
    QCOMPARE(page.runner().session().particles.count, 500.0);
}

void ChartsPanelTest::aStudysOwnParametersAreOffered()
{
    QVERIFY(document().setValue(QStringLiteral("particles.count"), 200).ok());
    settle();
    openPage(ChartsPanel::Studies);
    StudyPage& page = *charts().studies();
    auto* kind = find<QComboBox>("studyKind");
    auto* first = find<QWidget>("firstSweep");
    auto* key = first->findChild<QComboBox*>(QStringLiteral("sweepKey"));
    QVERIFY(key->findData(QStringLiteral("study.dimension")) < 0);
    kind->setFocus();
    for (int i = 0; i < kind->count() && kind->currentText() != QStringLiteral("Dimension"); ++i)
        QTest::keyClick(kind, Qt::Key_Down);
    QCOMPARE(kind->currentText(), QStringLiteral("Dimension"));
    QCOMPARE(key->currentData().toString(), QStringLiteral("study.dimension"));
    const auto type = [&](const char* name, const char* text) {
        auto* edit = first->findChild<QLineEdit*>(QLatin1String(name));
        edit->selectAll();
        QTest::keyClicks(edit, QLatin1String(text));
    };
    QCOMPARE(first->findChild<QLineEdit*>(QStringLiteral("sweepTo"))->text(), QStringLiteral("64"));
    type("sweepTo", "400"); // beyond its range: said by its own name
    QTest::mouseClick(find<QPushButton>("studyRun"), Qt::LeftButton);
    QVERIFY(find<QLabel>("studyMessage")->text().contains(QStringLiteral("study.dimension")));
    type("sweepTo", "4");
    type("sweepCount", "2");
    QSignalSpy finished(&page.runner(), &StudyRunner::finished);
    QTest::mouseClick(find<QPushButton>("studyRun"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(finished.count() == 1, kPatienceMs);
    QCOMPARE(page.runner().table()->rows(), std::size_t{2});
    const plots::ChartSpec& spec = page.chart()->spec();
    QCOMPARE(spec.x.key, std::string("study.dimension"));
    QCOMPARE(spec.x.low, std::optional(2.0));
    QCOMPARE(spec.x.high, std::optional(4.0));
    QVERIFY(spec.series.front().label.contains(QStringLiteral("measured")));
    QVERIFY(!spec.marks.empty()); // where the session's own data stand: two dimensions
    QCOMPARE(spec.marks.front().x, 2.0);
    QVERIFY(find<QLabel>("studyCaption")->text().contains(QStringLiteral("measured")));
    // Another study has no such parameter.
    for (int i = 0; i < kind->count() && kind->currentIndex() > 0; ++i)
        QTest::keyClick(kind, Qt::Key_Up);
    QVERIFY(key->findData(QStringLiteral("study.dimension")) < 0);
}

void ChartsPanelTest::wrongRangesAreSaid()
{
    openPage(ChartsPanel::Studies);
    auto* to = find<QWidget>("firstSweep")->findChild<QLineEdit*>(QStringLiteral("sweepTo"));
    to->setText(QStringLiteral("100000"));
    QTest::mouseClick(find<QPushButton>("studyRun"), Qt::LeftButton);
    QVERIFY(!charts().studies()->runner().isRunning());
    const QString sentence = find<QLabel>("studyMessage")->text();
    QVERIFY2(sentence.contains(QStringLiteral("guidance.w"))
                 && sentence.contains(QStringLiteral("1000")),
             qPrintable(sentence));
}

void ChartsPanelTest::fateColoursHaveTheirTwins()
{
    QVERIFY(document().setValue(QStringLiteral("lanes.0.guidance.w"), 5).ok());
    QVERIFY(document().setValue(QStringLiteral("view.particles.color"), kColorByFate).ok());
    settle();
    QVERIFY(product().lanes[0]->twin);
    QCOMPARE(product().lanes[0]->twin->fates.of.size(), product().lanes[0]->trajectories.particles);
}

void ChartsPanelTest::stagesOfTheRun()
{
    pause();
    openPage(ChartsPanel::Ridge);
    waitFor(&LaneAnalysis::stages);
    RidgePage& page = *charts().ridge();
    const plots::Chart& shares = *page.charts()[0];
    QTRY_COMPARE_WITH_TIMEOUT(shares.spec().bands.size(), kStages, kPatienceMs);
    // A stack of shares: each stands on the one below, and all together are everybody.
    const auto& bands = shares.spec().bands;
    for (std::size_t k = 0; k < bands.front().x.size(); ++k) {
        QCOMPARE(bands.front().low[k], 0.0);
        for (std::size_t s = 1; s < kStages; ++s)
            QCOMPARE(bands[s].low[k], bands[s - 1].high[k]);
        QVERIFY(std::abs(bands.back().high[k] - 1) < 1e-9);
    }
    QVERIFY(!page.charts()[1]->spec().series.empty() && !page.charts()[2]->spec().series.empty());
    // Read-outs of both lanes, and the clocks once they are there.
    const QTableWidget& table = *page.readouts()->table();
    QCOMPARE(table.columnCount(), 2);
    QVERIFY(table.item(0, 0)->text().endsWith(QStringLiteral(" %")));
    QTRY_VERIFY_WITH_TIMEOUT(table.item(13, 0)->text().startsWith(QStringLiteral("t ")),
                             kPatienceMs); // components are told apart at some level
    QVERIFY(page.text().contains(QStringLiteral("memorised\t")));
    // The play head moves without another analysis.
    Timeline timeline = session().timeline;
    timeline.position = 0.5;
    document().setTimeline(timeline);
    QCOMPARE(page.charts()[1]->spec().marks.size(), std::size_t{1});
    QVERIFY(shares.spec().marks.size() > 1); // the clocks are named
}

void ChartsPanelTest::aPinnedParticleHasItsLedger()
{
    pause();
    openPage(ChartsPanel::Ridge);
    waitFor(&LaneAnalysis::stages);
    RidgePage& page = *charts().ridge();
    QTRY_VERIFY_WITH_TIMEOUT(!page.charts()[1]->spec().series.empty(), kPatienceMs);
    QVERIFY(page.ledger()->table()->isHidden());
    QVERIFY(page.ledger()->caption().contains(QStringLiteral("Click a particle")));
    window().canvas()->pinParticle(0);
    QVERIFY(!page.ledger()->table()->isHidden());
    QVERIFY(page.ledger()->caption().startsWith(QStringLiteral("Particle 0, lane 1")));
    const StageLedger& ledger = charts().analyst().analysis()->lanes[0].stages.value->ledgers[0];
    QCOMPARE(page.ledger()->table()->item(0, 0)->text(),
             render::prettyNumber(ledger.duration[0], 3));
    QVERIFY(page.text().contains(QStringLiteral("Particle 0")));
    key(Qt::Key_2);
    QVERIFY(page.ledger()->caption().startsWith(QStringLiteral("Particle 0, lane 2")));
    window().canvas()->pinParticle(-1);
    QVERIFY(page.ledger()->table()->isHidden());
}

void ChartsPanelTest::thresholdsOfTheRidgeAreFollowed()
{
    pause();
    openPage(ChartsPanel::Ridge);
    waitFor(&LaneAnalysis::stages);
    QVERIFY(document().setValue(QStringLiteral("view.ridge.gamma"), 2).ok());
    const auto gamma = [&] {
        const auto& stages = charts().analyst().analysis()->lanes[0].stages.value;
        return stages ? stages->thresholds.gamma : -1;
    };
    QTRY_COMPARE_WITH_TIMEOUT(gamma(), 2.0, kPatienceMs);
}

void ChartsPanelTest::stageColoursHaveTheirStages()
{
    QVERIFY(document().setValue(QStringLiteral("view.particles.color"), kColorByStage).ok());
    settle();
    QVERIFY(product().lanes[0]->stages);
    QCOMPARE(product().lanes[0]->stages->count, product().lanes[0]->trajectories.particles);
    // The same stages serve the page.
    openPage(ChartsPanel::Ridge);
    waitFor(&LaneAnalysis::stages);
    QCOMPARE(charts().analyst().analysis()->lanes[0].stages.value.get(),
             product().lanes[0]->stages.get());
}

int main(int argc, char** argv)
{
    return runWindowTest<ChartsPanelTest>(argc, argv);
}

#include "tst_charts_panel.moc"
