// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/focus_keys.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>

namespace scorefield::ui {
namespace {

bool isStep(int key)
{
    return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down
           || key == Qt::Key_PageUp || key == Qt::Key_PageDown || key == Qt::Key_Home
           || key == Qt::Key_End;
}

bool claims(const QObject* control, const QKeyEvent& event)
{
    const Qt::KeyboardModifiers held = event.modifiers() & ~Qt::KeypadModifier;
    if (held != Qt::NoModifier && held != Qt::ShiftModifier)
        return false;
    const int key = event.key();
    if (qobject_cast<const QAbstractButton*>(control) != nullptr)
        return key == Qt::Key_Space
               || (control->property("segment").isValid()
                   && (key == Qt::Key_Left || key == Qt::Key_Right));
    if (qobject_cast<const QAbstractSlider*>(control) != nullptr
        || qobject_cast<const QLineEdit*>(control) != nullptr)
        return isStep(key);
    if (qobject_cast<const QComboBox*>(control) != nullptr)
        return isStep(key) || key == Qt::Key_Space;
    if (qobject_cast<const QAbstractItemView*>(control) != nullptr)
        return isStep(key) || key == Qt::Key_Delete || key == Qt::Key_Return
               || key == Qt::Key_Enter;
    return false;
}

} // namespace

bool FocusKeys::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride
        && claims(watched, *static_cast<QKeyEvent*>(event)))
        event->accept();
    return false;
}

} // namespace scorefield::ui
