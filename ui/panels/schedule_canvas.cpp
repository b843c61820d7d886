// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/schedule_canvas.h"

#include "core/session/lane_plan.h"
#include "ui/document/document.h"
#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

ScheduleCanvas::ScheduleCanvas(Document& document, QWidget* parent)
    : HandleCanvas(document, tr("Noise schedule"), parent)
{
    setObjectName(QStringLiteral("scheduleCanvas"));
    rebuild();
}

void ScheduleCanvas::setAxes(bool steps, bool noiseUp)
{
    m_plot.steps = steps;
    m_plot.noiseUp = noiseUp;
    rebuild();
}

void ScheduleCanvas::rebuild()
{
    std::array<bool, kMaxLanes> all{};
    all.fill(true);
    rebuild(all);
}

void ScheduleCanvas::rebuild(const std::array<bool, kMaxLanes>& changed)
{
    const Session& session = m_document.session();
    m_lanes.resize(session.lanes.size());
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane) {
        if (!changed[lane] && m_lanes[lane])
            continue;
        // What cannot be made is said by the run; its last picture stays.
        if (auto schedule = laneSchedule(session, static_cast<int>(lane)))
            m_lanes[lane] = std::move(*schedule);
    }
    m_lane = std::min(m_lane, static_cast<int>(m_lanes.size()) - 1);
    if (!m_drag)
        m_plot.fit(m_lanes, m_lane);
    m_handles = schedule() != nullptr ? ScheduleHandles(session, m_lane, *schedule(), m_plot)
                                      : ScheduleHandles();
    if (m_selected && find(*m_selected) == nullptr)
        m_selected.reset();
    if (m_hovered && find(*m_hovered) == nullptr)
        m_hovered.reset();
    const QString readout = m_readout;
    refreshReadout();
    if (auto numbers = shownNumbers(); numbers != m_shownNumbers) {
        m_shownNumbers = std::move(numbers);
        invalidate();
    } else if (m_readout != readout) {
        update();
    }
}

/// What stochasticity or guidance change leaves the schedule as it is: it need not be painted.
std::vector<double> ScheduleCanvas::shownNumbers() const
{
    std::vector<double> numbers = {static_cast<double>(m_lane),
                                   static_cast<double>(width()),
                                   static_cast<double>(height()),
                                   m_plot.steps ? 1.0 : 0.0,
                                   m_plot.latest,
                                   m_plot.noiseUp ? 1.0 : 0.0,
                                   m_plot.low,
                                   m_plot.high};
    for (const auto& lane : m_lanes) {
        if (!lane)
            continue;
        for (const auto* levels : {&lane->levels, &lane->curve}) {
            numbers.push_back(static_cast<double>(levels->size()));
            for (const PathCoefficients& level : *levels)
                numbers.insert(numbers.end(), {level.t, level.alpha, level.sigma});
        }
    }
    for (const ScheduleHandle& handle : m_handles.all())
        numbers.insert(numbers.end(),
                       {static_cast<double>(handle.kind),
                        static_cast<double>(handle.index),
                        handle.place.across,
                        handle.place.lambda});
    return numbers;
}

const LaneSchedule* ScheduleCanvas::schedule() const
{
    if (m_lane < 0 || m_lane >= static_cast<int>(m_lanes.size()))
        return nullptr;
    const auto& lane = m_lanes[static_cast<std::size_t>(m_lane)];
    return lane ? &*lane : nullptr;
}

const ScheduleHandle* ScheduleCanvas::find(const Name& name) const
{
    for (const ScheduleHandle& handle : m_handles.all())
        if (handle.kind == name.kind && handle.index == name.index)
            return &handle;
    return nullptr;
}

QPointF ScheduleCanvas::handlePosition(ScheduleHandle::Kind kind, int index) const
{
    const ScheduleHandle* handle = find({kind, index});
    return handle != nullptr ? m_plot.toPixels(handle->place) : QPointF();
}

std::optional<ScheduleHandle> ScheduleCanvas::selectedHandle() const
{
    const ScheduleHandle* handle = m_selected ? find(*m_selected) : nullptr;
    return handle != nullptr ? std::optional(*handle) : std::nullopt;
}

void ScheduleCanvas::select(std::optional<Name> name)
{
    if (name == m_selected)
        return;
    m_selected = name;
    refreshReadout();
    update();
}

std::optional<int> ScheduleCanvas::selectedHandleNumber() const
{
    const auto& all = m_handles.all();
    const auto at = std::find_if(all.begin(), all.end(), [this](const ScheduleHandle& handle) {
        return m_selected == Name{handle.kind, handle.index};
    });
    return at == all.end() ? std::nullopt : std::optional(static_cast<int>(at - all.begin()));
}

void ScheduleCanvas::selectHandle(std::optional<int> number)
{
    if (!number)
        return select(std::nullopt);
    const ScheduleHandle& handle = m_handles.all()[static_cast<std::size_t>(*number)];
    select(Name{handle.kind, handle.index});
}

/// Of the handle in hand or under the pointer, else of the place under the pointer, else of the
/// handle that the keyboard holds.
void ScheduleCanvas::refreshReadout()
{
    m_readout.clear();
    if (schedule() == nullptr || schedule()->steps() < 1)
        return;
    const LaneSchedule& lane = *schedule();
    const bool pointed = m_pointer && m_plot.frame.contains(*m_pointer);
    const ScheduleHandle* handle = m_drag                   ? find(m_drag->handle)
                                   : m_hovered              ? find(*m_hovered)
                                   : m_selected && !pointed ? find(*m_selected)
                                                            : nullptr;
    PathCoefficients level;
    double step = 0;
    if (handle != nullptr && handle->kind == ScheduleHandle::Kind::Level) {
        step = handle->index;
        level = lane.levels[static_cast<std::size_t>(handle->index)];
    } else if (handle != nullptr || pointed) {
        const double across =
            handle != nullptr ? handle->place.across : m_plot.toPlace(*m_pointer).across;
        level = m_plot.levelAt(lane, across);
        step = m_plot.steps ? across * lane.steps() : lane.stepAtTime(level.t);
    } else {
        return;
    }
    const auto number = [](double value) { return render::prettyNumber(value, 3); };
    const QString gap = QStringLiteral("     ");
    m_readout = QStringLiteral("t ") + number(level.t) + gap + QStringLiteral("α ")
                + number(level.alpha) + gap + QStringLiteral("σ ") + number(level.sigma) + gap
                + QStringLiteral("σ̃ ") + number(level.sigmaTilde()) + gap + QStringLiteral("λ ")
                + number(level.lambda()) + gap
                + tr("step %1").arg(QString::number(step, 'f', step == std::floor(step) ? 0 : 1));
}

void ScheduleCanvas::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOut();
    rebuild(std::array<bool, kMaxLanes>{}); // handles know their pixels
}

} // namespace scorefield::ui
