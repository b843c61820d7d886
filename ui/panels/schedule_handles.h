// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What can be dragged on a lane's schedule, and what a drag makes of it: control points of a
// process or grid that has them, the step levels of every other grid, which then becomes a grid of
// given levels.
#include "core/base/parameter.h"
#include "ui/panels/schedule_plot.h"

#include <QString>

#include <optional>
#include <vector>

namespace scorefield::ui {

class Document;

struct ScheduleHandle {
    enum class Kind {
        ProcessPoint, ///< moves across (in time) and up
        GridPoint,    ///< moves across (in steps) and up
        Level         ///< moves along the curve, or up
    };
    Kind kind = Kind::Level;
    int index = 0;
    SchedulePlace place;
};

/// The points that an edit leads to, under the key that holds them.
struct PointsEdit {
    QString key;
    std::vector<CurvePoint> points;
    bool newLevels = false; ///< the grid is not one of given levels yet
    int index = 0;          ///< of the point that was moved or added
};

class ScheduleHandles {
public:
    ScheduleHandles() = default;
    ScheduleHandles(const Session& session,
                    int lane,
                    const LaneSchedule& schedule,
                    const SchedulePlot& plot);

    const std::vector<ScheduleHandle>& all() const { return m_handles; }
    bool hasProcessPoints() const { return m_process.has_value(); }
    /// Why the steps cannot be moved, or empty.
    const QString& whyFixed() const { return m_whyFixed; }

    /// The handle at `to`, or as near as its neighbours, the order of the points and their ranges
    /// let it.
    PointsEdit moved(const ScheduleHandle& handle, SchedulePlace to) const;
    /// A new point there: of the process if it has control points, else of the grid. Nothing when
    /// there is no room or no more points are allowed.
    std::optional<PointsEdit> added(SchedulePlace at) const;
    std::optional<PointsEdit> removed(const ScheduleHandle& handle) const;

private:
    struct Points {
        QString key;
        PointsInfo info;
        std::vector<CurvePoint> points;
        bool newLevels = false;
    };
    const Points& pointsOf(const ScheduleHandle& handle) const;
    double numberAt(const PointsInfo& info, double lambda) const;
    double xAt(const ScheduleHandle& handle, const SchedulePlace& place) const;
    double shareOfRun(double across) const;
    CurvePoint limited(const Points& points, std::size_t index, CurvePoint wanted) const;
    void setEnds(const LaneSchedule& schedule);
    void addProcessHandles(const LaneSchedule& schedule, const SchedulePlot& plot);
    void addGridHandles(const LaneSchedule& schedule, const SchedulePlot& plot);
    std::optional<PointsEdit> inserted(const Points& points, CurvePoint point) const;

    std::shared_ptr<const ForwardProcess> m_processNow;
    bool m_steps = false;
    double m_timeScale = 1; ///< t/T at the left edge of the time axis
    /// The steps whose levels are finite, between which a drawn grid runs.
    double m_firstStep = 0, m_lastStep = 0, m_firstLambda = 0, m_lastLambda = 0;
    int m_stepCount = 1;
    std::optional<Points> m_process, m_grid;
    std::vector<ScheduleHandle> m_handles;
    QString m_whyFixed;
};

/// Puts the edit into the document; the grids of linked lanes follow where they can.
Status applyEdit(Document& document, int lane, const PointsEdit& edit);

} // namespace scorefield::ui
