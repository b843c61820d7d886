// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A narrow field for one number. Click to type a value or an expression, drag or scroll to change
// it, arrows step it, double-click asks for the default. Text that is no valid value stays visible
// in the error colour; nothing changes then.
#include "core/base/parameter.h"
#include "ui/widgets/value_scale.h"

#include <QLineEdit>
#include <QPointF>

namespace scorefield::ui {

class NumberField : public QLineEdit {
    Q_OBJECT
public:
    explicit NumberField(QWidget* parent = nullptr);

    void setDescriptor(const ParameterDescriptor& descriptor);
    void setNumber(double value);
    double number() const { return m_number; }
    bool hasError() const { return m_error; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void numberEdited(double value);
    void rejected(const QString& sentence);
    void errorCleared();
    void resetRequested();
    void gestureStarted();
    void gestureFinished();

protected:
    bool event(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    enum class Press { None, Waiting, Dragging, Typing };

    void commitText();
    void revert();
    void step(double steps);
    void edit(double value);
    void showNumber();
    void setError(bool error);

    ParameterDescriptor m_descriptor;
    ValueScale m_scale;
    double m_number = 0;
    bool m_error = false;
    Press m_press = Press::None;
    QPointF m_pressedAt;
    double m_dragFraction = 0;
    bool m_wheelArmed = false;
    int m_wheelRest = 0;
};

} // namespace scorefield::ui
