// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A hand on mouse and keyboard. Events go to windows, as those of the system do: Qt finds the widget
// and heeds popups, modal dialogs and grabs. A window that closes under the hand ends the movement.
#include "tests/trust/soak_controls.h"

#include <QKeySequence>
#include <QPointer>
#include <QWindow>

namespace scorefield::ui {

class Hand {
public:
    Hand(QWidget& window, Random& random);

    void move(QPoint place);
    void click(QPoint place, Qt::MouseButton button = Qt::LeftButton, Qt::KeyboardModifiers = {});
    void doubleClick(QPoint place);
    /// By a few steps on the way.
    void drag(QPoint from,
              QPoint to,
              Qt::MouseButton button = Qt::LeftButton,
              Qt::KeyboardModifiers = {});
    void wheel(QPoint place, Qt::KeyboardModifiers modifiers = {});
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
    void keys(const QKeySequence& sequence);
    void type(const char* text);

private:
    QPoint inside(QPoint place) const;

    QPointer<QWidget> m_widget;
    QPointer<QWindow> m_window;
    Random& m_random;
};

/// What a hand does to a control of this kind, at a place of its window; what it did, in words.
std::string useControl(QWidget& control, QPoint place, Random& random);

} // namespace scorefield::ui
