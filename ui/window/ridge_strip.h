// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The scale-space strip under the time line: how many modes, saddles and ridge components there are
// and how long the ridge is, against the noise level, in line with the scrubber above it. Births
// and merges are ticks; dragging moves the play-head.
#include "core/geometry/scale_space.h"
#include "ui/document/scale_space_worker.h"

#include <QPointF>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

namespace scorefield::ui {

class Document;
class Playback;
class Scrubber;

class RidgeStrip : public QWidget {
    Q_OBJECT
public:
    /// `scrubber`: of the time bar just above.
    RidgeStrip(Document& document,
               Playback& playback,
               Scrubber& scrubber,
               QWidget* parent = nullptr);

    const ScaleSpaceWorker& worker() const { return m_worker; }
    /// Widget x of a noise level under the current clock.
    double xOf(double noise) const;
    /// What stands in the tool tip at this place; empty: nothing.
    QString textAt(QPointF place) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum Curve { kModes, kSaddles, kRidges, kLength };
    struct Place { ///< of a level on the axis
        double position = 0;
        std::array<double, 4> values{};
    };

    void refresh();
    void rebuild();
    double positionOf(double noise) const;
    double scrubberX(double position) const;
    QRectF plot() const;
    double noiseAt(double position) const;
    void scrubTo(double x);
    void jumpToEvent(int direction);
    const ScaleSpaceEvent* eventNear(QPointF place) const;
    std::optional<std::size_t> levelNear(double noise) const;
    QString eventText(const ScaleSpaceEvent& event) const;

    // Painting (ridge_strip_paint.cpp).
    void paintWindow(QPainter& painter) const;
    void paintCurve(QPainter& painter, Curve curve) const;
    void paintTicks(QPainter& painter) const;
    void paintKey(QPainter& painter) const;
    void paintNotes(QPainter& painter) const;
    double topOf(Curve curve) const; ///< the value at the upper edge

    Document& m_document;
    Playback& m_playback;
    const Scrubber& m_scrubber;
    ScaleSpaceWorker m_worker;
    std::vector<Place> m_levels;          ///< ascending position
    std::vector<double> m_eventPositions; ///< of the result's events
    std::array<double, 2> m_window{};     ///< positions; equal: none
    double m_clock = -1;                  ///< under which the positions were found
    bool m_dragging = false;
    int m_wheel = 0; ///< eighths of a degree not yet spent
};

} // namespace scorefield::ui
