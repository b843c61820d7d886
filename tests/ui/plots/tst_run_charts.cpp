// SPDX-License-Identifier: GPL-3.0-or-later
// The charts of a run as values and as figures: what they show is the analysis, what a figure is
// told it does, and what is drawn twice is the same file.
#include "core/session/parameter_table.h"
#include "ui/export/figure.h"
#include "ui/plots/chart_figure.h"
#include "ui/plots/run_charts.h"

#include <QApplication>
#include <QBuffer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace scorefield;
using namespace scorefield::plots;
using scorefield::render::FigureFormat;

namespace {

std::shared_ptr<const RunProduct> guidedRun()
{
    Session session = defaultSession();
    session.particles.count = 200;
    for (int lane = 0; lane < 2; ++lane)
        if (!setVariantText(session, lane, "guidance", "cfg:w=2,target=1"))
            return nullptr;
    WorkerPool pool(2);
    return runSession(session, pool).value();
}

FigureSpec specOf(FigureContent content)
{
    FigureSpec spec;
    spec.content = static_cast<double>(content);
    spec.width = 480;
    spec.height = 200;
    return spec;
}

QImage pictureOf(const QByteArray& bytes)
{
    return QImage::fromData(bytes, "PNG");
}

} // namespace

class RunChartsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_run = guidedRun();
        QVERIFY(m_run);
    }

    void theyShowTheAnalysis()
    {
        WorkerPool pool(2);
        AnalysisRequest request;
        request.overTime = true;
        const auto analysis = analyseRun(m_run, request, pool);
        Timeline timeline = m_run->session.timeline;
        timeline.position = .25;
        const OverTimeCharts charts = overTimeCharts(*analysis, timeline);
        QCOMPARE(charts.shown().size(), 3U);
        for (std::size_t lane = 0; lane < 2; ++lane) {
            const OverTime& over = *analysis->lanes[lane].overTime.value;
            const auto& series = charts.modes.series[lane];
            QCOMPARE(series.y, over.effectiveModes);
            QCOMPARE(series.lane, static_cast<int>(lane));
            QCOMPARE(series.x.size(), m_run->lanes[lane]->plan.levels.size());
        }
        // The play head is where the noise clock has it: hi^(3/4) lo^(1/4).
        QCOMPARE(charts.modes.marks.size(), 1U);
        const double expected = noiseAtPosition(.25, m_run->levels());
        QVERIFY(std::abs(charts.modes.marks[0].x / expected - 1) < 1e-12);
    }

    void aFigureStandsAtItsMoment()
    {
        FigureSpec spec = specOf(FigureContent::OverTime);
        spec.clock = static_cast<double>(MomentClock::Noise);
        spec.moments = {.8};
        const auto charts = chartsOfRun(*m_run, spec);
        QVERIFY2(charts.ok(), charts.ok() ? "" : charts.error().sentence().c_str());
        // Through a step of lane 1 and back, on the noise clock of positions in doubles.
        QVERIFY(std::abs(charts->front().marks.front().x / .8 - 1) < 1e-6);
    }

    void everyFormatCarriesItsSession_data()
    {
        QTest::addColumn<int>("content");
        QTest::newRow("over time") << static_cast<int>(FigureContent::OverTime);
        QTest::newRow("ridge") << static_cast<int>(FigureContent::Ridge);
    }

    void everyFormatCarriesItsSession()
    {
        QFETCH(int, content);
        const FigureSpec spec = specOf(static_cast<FigureContent>(content));
        const QTemporaryDir folder;
        for (const auto& [format, ending] : {std::pair(FigureFormat::Png, "png"),
                                             std::pair(FigureFormat::Svg, "svg"),
                                             std::pair(FigureFormat::Pdf, "pdf")}) {
            const auto bytes = chartFigureBytes(*m_run, spec, format);
            QVERIFY2(bytes.ok(), bytes.ok() ? "" : bytes.error().sentence().c_str());
            if (format == FigureFormat::Pdf) {
                QVERIFY(bytes->startsWith("%PDF"));
                QVERIFY(bytes->contains("session.scorefield.json"));
                continue;
            }
            QFile file(folder.filePath(QStringLiteral("chart.") + QLatin1String(ending)));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(*bytes);
            file.close();
            const auto session = render::sessionFromPicture(file.fileName().toStdString());
            QVERIFY2(session.ok(), session.ok() ? "" : session.error().sentence().c_str());
            QVERIFY(*session == m_run->session);
            if (format == FigureFormat::Svg) // words, not outlines of letters
                QVERIFY(bytes->contains(content == static_cast<int>(FigureContent::Ridge)
                                            ? ">reach<"
                                            : ">effective modes<"));
        }
    }

    /// Axes had commas where the system has them.
    void numbersHavePointsInEveryLanguage()
    {
        const FigureSpec spec = specOf(FigureContent::OverTime);
        const auto usual = chartFigureBytes(*m_run, spec, FigureFormat::Svg);
        QLocale::setDefault(QLocale(QLocale::German));
        const auto german = chartFigureBytes(*m_run, spec, FigureFormat::Svg);
        QLocale::setDefault(QLocale::c());
        QVERIFY(usual && german);
        QVERIFY(usual->contains(">0.5<") || usual->contains(">1.5<")); // there are such labels
        QVERIFY(*usual == *german);
    }

    void theSpecIsHonoured()
    {
        FigureSpec spec = specOf(FigureContent::OverTime);
        const auto png = [&] { return chartFigureBytes(*m_run, spec, FigureFormat::Png).value(); };
        const QByteArray usual = png();
        QCOMPARE(pictureOf(usual).size(), QSize(480, 200));
        QCOMPARE(png(), usual); // the same bytes again
        spec.theme = static_cast<double>(PictureTheme::Dark);
        QVERIFY(qGray(pictureOf(png()).pixel(1, 1)) < 60);
        spec.theme = static_cast<double>(PictureTheme::Print);
        spec.transparent = 1;
        QCOMPARE(qAlpha(pictureOf(png()).pixel(1, 1)), 0);
        spec.transparent = 0;
        spec.unit = static_cast<double>(LengthUnit::Inch);
        spec.width = 3.25;
        spec.height = 2;
        spec.dpi = 200;
        const QByteArray print = png();
        QCOMPARE(pictureOf(print).size(), QSize(650, 400));
        const auto changes = [&](auto change) {
            const FigureSpec before = spec;
            change();
            const bool differs = pictureOf(png()) != pictureOf(print);
            spec = before;
            return differs;
        };
        QVERIFY(changes([&] { spec.title = "A title"; }));
        QVERIFY(changes([&] { spec.letters = static_cast<double>(LetterStyle::Lower); }));
        QVERIFY(changes([&] { spec.fontSize = 12; }));
        QVERIFY(changes([&] { spec.lineScale = 2; }));
        QVERIFY(changes([&] { spec.axes = 0; }));
        QVERIFY(changes([&] { spec.legend = static_cast<double>(KeyPlace::None); }));
        QVERIFY(changes([&] { spec.legend = static_cast<double>(KeyPlace::Shared); }));
    }

    void whatIsMissingHasASentence()
    {
        Session session = m_run->session;
        MixtureSpec line;
        line.dimension = 1;
        line.components = {{1, Eigen::VectorXd::Zero(1), Eigen::MatrixXd::Identity(1, 1)}};
        session.data = line;
        for (Lane& lane : session.lanes)
            lane.guidance = defaultLane("vp").guidance;
        WorkerPool pool(2);
        const auto run = runSession(session, pool);
        QVERIFY2(run.ok(), run.ok() ? "" : run.error().sentence().c_str());
        const auto bytes = chartFigureBytes(**run, specOf(FigureContent::Ridge), FigureFormat::Png);
        QVERIFY(!bytes.ok());
        QCOMPARE(bytes.error().path, std::string("content"));
        QVERIFY(bytes.error().message.size() > 30);
        FigureSpec small = specOf(FigureContent::OverTime);
        small.width = 3;
        QCOMPARE(chartFigureBytes(*m_run, small, FigureFormat::Png).error().path,
                 std::string("width"));
    }

private:
    std::shared_ptr<const RunProduct> m_run;
};

QTEST_MAIN(RunChartsTest)
#include "tst_run_charts.moc"
