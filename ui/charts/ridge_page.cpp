// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ridge_page.h"

#include "core/metric/stage_law.h"
#include "ui/charts/ridge_tables.h"
#include "ui/render/stage_colors.h"
#include "ui/widgets/style.h"

#include <QHBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace scorefield::ui {

namespace {

using plots::ChartSpec;
using plots::Series;
using plots::SeriesRole;

/// Median of |N(0, 1)|: exact samples are so many sigma~ from the ridge, at every level.
constexpr double kStationary = .6745;

QString laneName(const RunProduct& run, std::size_t lane)
{
    return RidgePage::tr("%1 · %2").arg(lane + 1).arg(
        QString::fromStdString(run.session.lanes[lane].process.kind).toUpper());
}

template <class Value>
std::vector<double> overLevels(const Stages& stages, Value value)
{
    std::vector<double> all;
    for (const StageLevel& level : stages.levels)
        all.push_back(value(level));
    return all;
}

std::vector<double>
ofParticle(const Stages& stages, const std::vector<float>& values, std::size_t followed)
{
    std::vector<double> all;
    for (std::size_t k = 0; k < stages.levelCount; ++k)
        all.push_back(values[k * stages.count + followed]);
    return all;
}

bool hasNumber(const std::vector<double>& values)
{
    return std::any_of(
        values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

void add(ChartSpec& spec,
         const QString& label,
         SeriesRole role,
         std::size_t lane,
         std::vector<double> x,
         std::vector<double> y,
         int variant = 0)
{
    x.resize(std::min(x.size(), y.size()));
    y.resize(x.size());
    if (hasNumber(y))
        spec.series.push_back(
            Series{label, role, static_cast<int>(lane), variant, std::move(x), std::move(y)});
}

} // namespace

RidgePage::RidgePage(QWidget* parent)
    : QWidget(parent)
    , m_stages(new plots::Chart(this))
    , m_distance(new plots::Chart(this))
    , m_slide(new plots::Chart(this))
    , m_readouts(new RidgeReadouts(this))
    , m_ledger(new RidgeLedger(this))
{
    m_stages->setObjectName(QStringLiteral("stagesChart"));
    m_distance->setObjectName(QStringLiteral("distanceChart"));
    m_slide->setObjectName(QStringLiteral("slideChart"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (plots::Chart* chart : charts())
        row->addWidget(chart, 4);
    row->addWidget(m_readouts, 5);
    row->addWidget(m_ledger, 4);
    applyLook();
}

void RidgePage::applyLook()
{
    for (plots::Chart* chart : charts())
        chart->setLook(currentTheme(), scaleFactor());
    m_readouts->applyLook();
    m_ledger->applyLook();
    if (m_analysis) // the colours of the stages are the theme's
        refresh();
}

const Stages* RidgePage::stagesOf(std::size_t lane) const
{
    return lane < m_analysis->lanes.size() ? m_analysis->lanes[lane].stages.value.get() : nullptr;
}

void RidgePage::setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis,
                            const Timeline& timeline)
{
    m_analysis = analysis;
    m_levels = analysis->run->levels();
    m_timeline = timeline;
    refresh();
}

void RidgePage::setTimeline(const Timeline& timeline)
{
    const bool sameAxis = m_timeline.clock == timeline.clock;
    m_timeline = timeline;
    if (!m_analysis)
        return;
    if (sameAxis)
        showMarks();
    else
        refresh();
}

void RidgePage::setLane(int lane)
{
    m_lane = lane;
    if (m_analysis)
        refresh();
}

void RidgePage::setPinned(int particle)
{
    m_pinned = particle;
    if (m_analysis)
        refresh();
}

QString RidgePage::text() const
{
    return m_readouts->text()
           + (m_pinned >= 0 ? QStringLiteral("\n\n") + m_ledger->text() : QString());
}

std::vector<plots::Mark> RidgePage::clockMarks() const
{
    std::vector<plots::Mark> marks;
    const auto& clocks = m_analysis->clocks.value;
    const auto lane = static_cast<std::size_t>(m_lane);
    if (!clocks || lane >= m_levels.size())
        return marks;
    const std::pair<const Clock*, QString> named[] = {{&clocks->bifurcation, tr("speciation")},
                                                      {&clocks->principal, tr("½ log Λ")},
                                                      {&clocks->windowHigh, tr("window")},
                                                      {&clocks->windowLow, tr("window ends")},
                                                      {&clocks->recognised, tr("N_eff 1.5")},
                                                      {&clocks->collapse, tr("t_C")}};
    for (const auto& [clock, label] : named) {
        const double x = std::isfinite(clock->noise)
                             ? clockPlaceOfNoise(m_timeline, m_levels, lane, clock->noise)
                             : clock->noise;
        if (std::isfinite(x))
            marks.push_back({x, {}, label});
    }
    return marks;
}

void RidgePage::showMarks()
{
    const plots::Mark head = playHeadMark(m_timeline, m_levels);
    auto marks = clockMarks();
    marks.push_back(head);
    m_stages->setMarks(marks);
    m_distance->setMarks({head});
    m_slide->setMarks({head});
}

ChartSpec RidgePage::stagesSpec() const
{
    const auto lane = static_cast<std::size_t>(m_lane);
    ChartSpec spec;
    spec.x = clockAxis(m_timeline);
    spec.y = {tr("share of lane %1").arg(m_lane + 1), false, false, {}, 0.0, 1.0};
    const Stages* stages = stagesOf(lane);
    if (!stages)
        return spec;
    const std::vector<double> x = clockPlaces(m_timeline, m_levels, lane);
    std::vector<double> low(stages->levelCount, 0.0);
    for (std::size_t s = 0; s < kStages; ++s) {
        std::vector<double> high = low;
        for (std::size_t k = 0; k < stages->levelCount; ++k)
            high[k] += stages->levels[k].shares[s];
        const auto stage = static_cast<Stage>(s);
        QColor color = render::stageColor(currentTheme(), stage);
        color.setAlphaF(0.72F); // the grid and the named marks stay readable
        spec.bands.push_back({render::stageName(stage), color, x, low, high});
        low = std::move(high);
    }
    add(spec,
        tr("sees the ridge"),
        SeriesRole::Curve,
        lane,
        x,
        overLevels(*stages, [](const StageLevel& level) { return level.valid; }));
    for (Series& series : spec.series)
        series.lane = -1;
    return spec;
}

ChartSpec RidgePage::distanceSpec() const
{
    ChartSpec spec;
    spec.x = clockAxis(m_timeline);
    spec.y = {tr("|δ| to the ridge, median"), true};
    for (std::size_t lane = 0; lane < m_analysis->lanes.size(); ++lane) {
        const Stages* stages = stagesOf(lane);
        if (!stages)
            continue;
        const std::vector<double> x = clockPlaces(m_timeline, m_levels, lane);
        const bool isFaint = m_pinned >= 0;
        const auto quartile = [&](std::size_t q) {
            return overLevels(*stages, [q](const StageLevel& level) { return level.distance[q]; });
        };
        add(spec,
            laneName(*m_analysis->run, lane),
            SeriesRole::Line,
            lane,
            x,
            quartile(1),
            isFaint ? 2 : 0);
        if (!isFaint) {
            add(spec, tr("quartiles"), SeriesRole::Line, lane, x, quartile(0), 3);
            add(spec, tr("quartiles"), SeriesRole::Line, lane, x, quartile(2), 3);
            add(spec,
                tr("law"),
                SeriesRole::Curve,
                lane,
                x,
                overLevels(*stages, [](const StageLevel& level) { return level.law; }));
        }
        if (!stages->followsExactMean)
            add(spec,
                tr("|e⊥|"),
                SeriesRole::Floor,
                lane,
                x,
                overLevels(*stages, [](const StageLevel& level) { return level.normalError; }));
        if (lane == static_cast<std::size_t>(m_lane))
            add(spec,
                tr(".67 σ̃"),
                SeriesRole::Reference,
                lane,
                x,
                overLevels(*stages, [](const StageLevel& level) {
                    return level.onRidge > 0 ? kStationary * level.noise
                                             : std::numeric_limits<double>::quiet_NaN();
                }));
    }
    for (Series& series : spec.series)
        if (series.role == SeriesRole::Reference)
            series.lane = -1;
    return spec;
}

ChartSpec RidgePage::slideSpec() const
{
    ChartSpec spec;
    spec.x = clockAxis(m_timeline);
    spec.y = {tr("slide Sl, median"), false};
    for (std::size_t lane = 0; lane < m_analysis->lanes.size(); ++lane) {
        const Stages* stages = stagesOf(lane);
        if (!stages)
            continue;
        const std::vector<double> x = clockPlaces(m_timeline, m_levels, lane);
        const auto quartile = [&](std::size_t q) {
            return overLevels(*stages,
                              [q](const StageLevel& level) { return level.accumulated[q]; });
        };
        add(spec,
            laneName(*m_analysis->run, lane),
            SeriesRole::Line,
            lane,
            x,
            quartile(1),
            m_pinned >= 0 ? 2 : 0);
        if (m_pinned >= 0)
            continue;
        add(spec, tr("quartiles"), SeriesRole::Line, lane, x, quartile(0), 3);
        add(spec, tr("quartiles"), SeriesRole::Line, lane, x, quartile(2), 3);
    }
    return spec;
}

/// The pinned particle over its population, in the selected lane.
void RidgePage::addOwnWay(ChartSpec& distance, ChartSpec& slide) const
{
    const auto lane = static_cast<std::size_t>(m_lane);
    const Stages* stages = stagesOf(lane);
    const int index =
        stages && m_pinned >= 0 ? stages->followedIndex(static_cast<std::size_t>(m_pinned)) : -1;
    if (index < 0)
        return;
    const auto followed = static_cast<std::size_t>(index);
    const std::vector<double> x = clockPlaces(m_timeline, m_levels, lane);
    const QString name = tr("particle %1").arg(m_pinned);
    std::vector<double> way = ofParticle(*stages, stages->distance, followed);
    std::vector<double> law = distanceLaw(*stages, followed).mean;
    for (std::vector<double>* values : {&way, &law})
        for (double& value : *values)
            value = std::abs(value);
    // Before it sees the ridge its first-order distance means nothing.
    const StageLedger& ledger = stages->ledgers[followed];
    for (std::size_t k = 0; k < way.size(); ++k)
        if (ledger.reach < 0 || static_cast<int>(k) < ledger.reach
            || (ledger.exit >= 0 && static_cast<int>(k) >= ledger.exit))
            way[k] = std::numeric_limits<double>::quiet_NaN();
    add(distance, name, SeriesRole::Line, lane, x, way);
    add(distance, tr("its law"), SeriesRole::Curve, lane, x, law);
    add(slide, name, SeriesRole::Line, lane, x, ofParticle(*stages, stages->accumulated, followed));
}

void RidgePage::refresh()
{
    ChartSpec distance = distanceSpec(), slide = slideSpec();
    addOwnWay(distance, slide);
    m_stages->setSpec(stagesSpec());
    m_distance->setSpec(distance);
    m_slide->setSpec(slide);
    showMarks();
    m_readouts->setAnalysis(*m_analysis);
    m_ledger->setParticle(*m_analysis, m_lane, m_pinned);
    // Without a particle it is only a hint.
    m_ledger->setMaximumWidth(m_pinned < 0 ? px(120) : QWIDGETSIZE_MAX);
}

} // namespace scorefield::ui
