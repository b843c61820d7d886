// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/weight_canvas.h"

#include "core/field/run_progress.h"
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/panels/schedule_axis.h"
#include "ui/panels/weight_shapes.h"
#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace scorefield::ui {

namespace {

constexpr int kProgressSamples = 512; // across a plot of a thousand pixels
constexpr double kLeastTop = 2;       // weights that are always in the frame: 0 to this
constexpr double kMargin = 0.08;      // of the range, above and below
constexpr double kSafeRoom = 1.6;     // how far above the curve a bound may stretch the frame

} // namespace

WeightCanvas::WeightCanvas(Document& document, QWidget* parent)
    : HandleCanvas(document, tr("Guidance weight along the run"), parent)
{
    setObjectName(QStringLiteral("weightCanvas"));
}

void WeightCanvas::setSteps(bool steps)
{
    m_plot.steps = steps;
    rebuild();
}

void WeightCanvas::setProduct(std::shared_ptr<const RunProduct> product)
{
    const bool sameMixture = product && m_product && product->mixture == m_product->mixture;
    m_product = std::move(product);
    if (!isVisible())
        return;
    if (!sameMixture)
        return rebuild();
    readSafeBound();
    if (!m_drag)
        fit();
    invalidate();
}

void WeightCanvas::rebuild()
{
    const Session& session = m_document.session();
    const auto mixture =
        m_product && m_product->session.data == session.data ? m_product->mixture : nullptr;
    m_lanes.resize(session.lanes.size());
    for (std::size_t i = 0; i < m_lanes.size(); ++i) {
        // What cannot be made is said by the run; its last picture stays.
        auto schedule = laneSchedule(session, static_cast<int>(i));
        if (!schedule || schedule->steps() < 1)
            continue;
        auto rule = ruleOf(session.lanes[i].guidance, *schedule, mixture);
        if (rule != nullptr && !rule->target())
            rule = nullptr;
        m_lanes[i] = LaneWeight{std::move(*schedule), std::move(rule)};
    }
    m_lane = std::min(m_lane, static_cast<int>(m_lanes.size()) - 1);
    layOut();
    m_plot.latest =
        lane() != nullptr
            ? std::max(1.0, lane()->schedule.levels.front().t / lane()->schedule.horizon())
            : 1;
    readPoints();
    readSafeBound();
    if (!m_drag)
        fit();
    refreshReadout();
    invalidate();
}

const WeightCanvas::LaneWeight* WeightCanvas::lane() const
{
    if (m_lane < 0 || m_lane >= static_cast<int>(m_lanes.size()))
        return nullptr;
    const auto& lane = m_lanes[static_cast<std::size_t>(m_lane)];
    return lane ? &*lane : nullptr;
}

/// The bound of the last run, as long as it is about this class and these noise levels.
void WeightCanvas::readSafeBound()
{
    m_safe.clear();
    const auto i = static_cast<std::size_t>(m_lane);
    if (lane() == nullptr || lane()->rule == nullptr || !m_product || i >= m_product->lanes.size())
        return;
    const LaneProduct& run = *m_product->lanes[i];
    if (run.safeWeights.size() + 1 == lane()->schedule.levels.size()
        && run.plan.guidance->target() == lane()->rule->target())
        m_safe = run.safeWeights;
}

void WeightCanvas::readPoints()
{
    m_points.reset();
    const Session& session = m_document.session();
    const std::string prefix = "lanes." + std::to_string(m_lane) + ".guidance.";
    for (const std::string& key : pointsKeys(session)) {
        const auto info = describePoints(session, key);
        if (!key.starts_with(prefix) || !info || info->quantity != PathQuantity::Weight)
            continue;
        m_points = Points{QString::fromStdString(key), *info, *pointsValue(session, key), {}};
    }
    if (m_points && lane() != nullptr) {
        const RunProgress run(lane()->schedule.levels);
        const Choice& guidance = session.lanes[static_cast<std::size_t>(m_lane)].guidance;
        const auto over = static_cast<ProgressOver>(static_cast<int>(guidance.values.at("over")));
        for (int i = 0; i <= kProgressSamples; ++i)
            m_points->progress.push_back(run.progress(
                over, levelAt(static_cast<double>(i) / kProgressSamples).sigmaTilde()));
    }
    if (m_selected && (!m_points || *m_selected >= pointCount()))
        m_selected.reset();
    if (m_hovered && (!m_points || *m_hovered >= pointCount()))
        m_hovered.reset();
}

/// The weights of all lanes, with 0, 1 and a little more; of the bound what does not dwarf them.
void WeightCanvas::fit()
{
    double low = 0, high = kLeastTop;
    for (const auto& lane : m_lanes) {
        if (!lane || lane->rule == nullptr)
            continue;
        for (const PathCoefficients& level : lane->schedule.levels) {
            const double w = level.sigma > 0 ? lane->rule->weight(level) : 1;
            if (std::isfinite(w)) {
                low = std::min(low, w);
                high = std::max(high, w);
            }
        }
    }
    if (m_points)
        for (const CurvePoint& point : m_points->points) {
            low = std::min(low, point.y);
            high = std::max(high, point.y);
        }
    double bottom = std::asinh(low), top = std::asinh(high);
    for (const double safe : m_safe)
        if (std::isfinite(safe))
            top = std::max(top, std::min(std::asinh(safe), std::asinh(high) + kSafeRoom));
    const double margin = kMargin * (top - bottom);
    m_low = bottom - (low < 0 ? margin : margin / 2);
    m_high = top + margin;
}

double WeightCanvas::upOf(double weight) const
{
    const double up = (std::asinh(weight) - m_low) / (m_high - m_low);
    return m_plot.frame.bottom() - up * m_plot.frame.height();
}

double WeightCanvas::weightOf(double y) const
{
    const double up = (m_plot.frame.bottom() - y) / m_plot.frame.height();
    return std::sinh(m_low + up * (m_high - m_low));
}

double WeightCanvas::progressOf(double across) const
{
    const double place = std::clamp(across, 0.0, 1.0) * kProgressSamples;
    const auto i = static_cast<std::size_t>(std::min(place, kProgressSamples - 1.0));
    const double share = place - static_cast<double>(i);
    const auto& progress = m_points->progress;
    return progress[i] + share * (progress[i + 1] - progress[i]);
}

double WeightCanvas::acrossOf(double progress) const
{
    const auto& all = m_points->progress;
    const auto next = std::lower_bound(all.begin(), all.end(), progress);
    if (next == all.begin())
        return 0;
    if (next == all.end())
        return 1;
    const double share = (progress - *(next - 1)) / (*next - *(next - 1));
    return (static_cast<double>(next - all.begin()) - 1 + share) / kProgressSamples;
}

int WeightCanvas::pointCount() const
{
    return m_points ? static_cast<int>(m_points->points.size()) : 0;
}

QPointF WeightCanvas::pointPosition(int index) const
{
    const CurvePoint& point = m_points->points[static_cast<std::size_t>(index)];
    return {m_plot.frame.left() + acrossOf(point.x) * m_plot.frame.width(), upOf(point.y)};
}

double WeightCanvas::weightAt(const PathCoefficients& level) const
{
    return lane() != nullptr && lane()->rule != nullptr && level.sigma > 0
               ? lane()->rule->weight(level)
               : std::numeric_limits<double>::quiet_NaN();
}

/// Of the control point in hand, else of the place under the pointer, else of the play time.
void WeightCanvas::refreshReadout()
{
    m_readout.clear();
    if (lane() == nullptr || lane()->rule == nullptr)
        return;
    const std::optional<int> point = m_drag ? std::optional(m_drag->index) : m_hovered;
    const bool pointed = m_pointer && m_plot.frame.contains(*m_pointer);
    if (!point && !pointed)
        return;
    const double across = point ? acrossOf(m_points->points[static_cast<std::size_t>(*point)].x)
                                : (m_pointer->x() - m_plot.frame.left()) / m_plot.frame.width();
    const PathCoefficients level = levelAt(across);
    const LaneSchedule& schedule = lane()->schedule;
    const double step = m_plot.steps ? across * schedule.steps() : schedule.stepAtTime(level.t);
    const auto number = [](double value) { return render::prettyNumber(value, 3); };
    const QString gap = QStringLiteral("     ");
    m_readout =
        QStringLiteral("t ") + number(level.t) + gap + QStringLiteral("σ̃ ")
        + number(level.sigmaTilde()) + gap + QStringLiteral("w ")
        + number(point ? m_points->points[static_cast<std::size_t>(*point)].y : weightAt(level));
    const auto k = static_cast<std::size_t>(std::clamp(step, 0.0, schedule.steps() - 1.0));
    if (k < m_safe.size())
        m_readout += gap
                     + tr("safe up to %1")
                           .arg(std::isinf(m_safe[k]) ? QStringLiteral("∞") : number(m_safe[k]));
    m_readout += gap + tr("step %1").arg(QString::number(step, 'f', 1));
}

void WeightCanvas::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    rebuild();
}

} // namespace scorefield::ui
