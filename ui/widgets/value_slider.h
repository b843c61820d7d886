// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A slider over a ValueScale: 14 px handle, 28 px hit area, decade ticks on log scales, a visible
// focus ring. The mouse drags (Shift: ten times finer), keys and wheel step. It changes nothing by
// itself: it says what was asked for.
#include "ui/widgets/value_scale.h"

#include <QAbstractSlider>

namespace scorefield::ui {

class ValueSlider : public QAbstractSlider {
    Q_OBJECT
public:
    explicit ValueSlider(QWidget* parent = nullptr);

    void setScale(const ValueScale& scale);
    void setNumber(double value);
    double number() const { return m_number; }
    /// Where the handle's centre is for a value, in widget coordinates.
    QPoint handlePosition(double value) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void numberEdited(double value);
    void gestureStarted();
    void gestureFinished();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QRectF groove() const;
    void edit(double value);

    ValueScale m_scale;
    double m_number = 0;
    double m_dragFraction = 0, m_lastX = 0;
    bool m_dragging = false, m_hovered = false;
    bool m_wheelArmed =
        false; ///< the pointer moved here: a wheel that scrolls the panel past us does not count
    int m_wheelRest = 0;
};

} // namespace scorefield::ui
