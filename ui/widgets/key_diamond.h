// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The small diamond of a control that a film can move: hollow where keyframes move it, filled where
// one stands at the film's cursor. A click sets or removes that key.
#include <QAbstractButton>

namespace scorefield::ui {

class KeyDiamond : public QAbstractButton {
    Q_OBJECT
public:
    enum class State { None, Moved, Key }; ///< None: nothing moves it yet

    explicit KeyDiamond(QWidget* parent = nullptr);

    State state() const { return m_state; }
    void setState(State state);
    static int side();

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    State m_state = State::None;
};

} // namespace scorefield::ui
