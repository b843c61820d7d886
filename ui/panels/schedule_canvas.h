// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The plot of the schedule editor: the lanes' lambda(t), the selected lane's steps as dots, the
// play time as a line, and what can be dragged. It shows the document and keeps no numbers of its
// own.
#include "ui/panels/handle_canvas.h"
#include "ui/panels/schedule_handles.h"
#include "ui/panels/schedule_snap.h"

#include <optional>
#include <vector>

namespace scorefield::ui {

class ScheduleCanvas : public HandleCanvas {
    Q_OBJECT
public:
    explicit ScheduleCanvas(Document& document, QWidget* parent = nullptr);

    void setAxes(bool steps, bool noiseUp);
    void setSnapping(bool snapping) { m_snapping = snapping; }
    /// Reads these lanes of the document again (all without an argument).
    void rebuild(const std::array<bool, kMaxLanes>& changed);
    void rebuild() override;

    const ScheduleHandles& handles() const { return m_handles; }
    const LaneSchedule* schedule() const;
    /// Where a handle is drawn; null point if there is none.
    QPointF handlePosition(ScheduleHandle::Kind kind, int index) const;
    std::optional<ScheduleHandle> selectedHandle() const;
    /// What a drag has caught on, or empty.
    QString snapLabel() const { return m_snap ? m_snap->label : QString(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

    int handleCount() const override { return static_cast<int>(m_handles.all().size()); }
    std::optional<int> selectedHandleNumber() const override;
    void selectHandle(std::optional<int> number) override;
    void forgetHover() override { m_hovered.reset(); }
    bool isDragging() const override { return m_drag.has_value(); }
    void endDrag(bool keep) override;
    void nudge(double across, double up) override;
    void removeSelected() override;
    void refreshReadout() override;

private:
    struct Name { ///< of a handle, across rebuilds
        ScheduleHandle::Kind kind;
        int index;
        bool operator==(const Name&) const = default;
    };
    struct Drag {
        Name handle;
        QPointF pressed, offset; ///< offset: of the handle from the pointer
        bool moving = false;
        std::vector<Lane> before;
    };

    // Painting (schedule_canvas_paint.cpp).
    void paintPicture();
    void paintAxes(QPainter& painter) const;
    void paintNoiseTicks(QPainter& painter, bool left) const;
    void paintLambdaTicks(QPainter& painter, bool left) const;
    void paintCurve(QPainter& painter,
                    const LaneSchedule& lane,
                    const QColor& color,
                    double width) const;
    void paintSteps(QPainter& painter, const LaneSchedule& lane) const;
    void paintPoints(QPainter& painter) const;
    void paintPlayHead(QPainter& painter) const;
    void paintHover(QPainter& painter) const;
    void paintSnap(QPainter& painter) const;
    void paintStrip(QPainter& painter) const;

    /// All numbers that the picture is made from.
    std::vector<double> shownNumbers() const;

    // Hands (schedule_canvas_input.cpp).
    const ScheduleHandle* find(const Name& name) const;
    std::optional<Name> handleAt(QPointF pixel) const;
    SchedulePlace wantedPlace(const ScheduleHandle& handle, QPointF pixel, bool snapping);
    void dragTo(QPointF pixel, Qt::KeyboardModifiers modifiers);
    void addAt(QPointF pixel);
    void select(std::optional<Name> name);

    std::vector<std::optional<LaneSchedule>> m_lanes; ///< the last ones that could be made
    ScheduleHandles m_handles;
    std::vector<double> m_shownNumbers;
    std::optional<Name> m_selected, m_hovered;
    std::optional<Drag> m_drag;
    std::optional<ScheduleSnap> m_snap;
    std::optional<double> m_snapAcross;
    bool m_snapping = false;
};

} // namespace scorefield::ui
