// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The line of the time bar: the selected lane's steps as ticks, the play-head as a handle to drag.
#include <QWidget>

#include <vector>

namespace scorefield::ui {

class Scrubber : public QWidget {
    Q_OBJECT
public:
    explicit Scrubber(QWidget* parent = nullptr);

    double position() const { return m_position; }
    void setPosition(double position);
    /// Positions of the whole steps, ascending in [0, 1].
    void setTicks(std::vector<double> ticks);
    /// Widget x of a position, and back.
    double xOf(double position) const;
    double positionAt(double x) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void scrubStarted();
    void scrubbed(double position);
    void scrubEnded();
    void wheelSteps(int steps);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    double m_position = 0;
    std::vector<double> m_ticks;
    bool m_dragging = false;
    int m_wheel = 0; ///< eighths of a degree not yet spent
};

} // namespace scorefield::ui
