// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/soak_hand.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>
#include <QTextEdit>
#include <QWheelEvent>

#include <algorithm>
#include <array>

namespace scorefield::ui {

namespace {

constexpr int kDragSteps = 6;
constexpr int kNotch = 120; // of a wheel, in eighths of a degree

/// Numbers, formulas, what is neither, and what is too much.
constexpr std::array kTexts{"0",       "1",    "0.5",  "2.25",       "-3",   "17",    "100",
                            "1e-9",    "1e9",  "1e308", "nan",       "inf",  "2*pi",  "sqrt(2)",
                            "1/0",     "((",   "",     "abc def",    "1,5",  "0.001", "50",
                            "12 34 56", "x <&>\"'", "=",  "a/b.png", "-0",   "360",   "0x10"};
constexpr std::array kKeys{Qt::Key_Left,  Qt::Key_Right,    Qt::Key_Up,     Qt::Key_Down,
                           Qt::Key_Home,  Qt::Key_End,      Qt::Key_PageUp, Qt::Key_PageDown,
                           Qt::Key_Tab,   Qt::Key_Backtab,  Qt::Key_Return, Qt::Key_Space,
                           Qt::Key_Delete, Qt::Key_Backspace, Qt::Key_Escape, Qt::Key_F2};

template <typename Choices>
auto oneOf(const Choices& choices, Random& random)
{
    return choices[static_cast<std::size_t>(below(random, static_cast<int>(choices.size())))];
}

Qt::KeyboardModifiers someModifiers(Random& random)
{
    constexpr std::array kinds{Qt::ShiftModifier, Qt::ControlModifier, Qt::AltModifier};
    return below(random, 4) == 0 ? Qt::KeyboardModifiers(oneOf(kinds, random))
                                 : Qt::KeyboardModifiers();
}

QPoint somewhereOn(const QWidget& control, Random& random)
{
    const QPoint own(below(random, control.width()), below(random, control.height()));
    return control.mapTo(control.window(), own);
}

std::string typeInto(QWidget& control, QPoint place, Random& random)
{
    Hand hand(*control.window(), random);
    hand.click(place);
    hand.key(Qt::Key_A, Qt::ControlModifier);
    const char* text = oneOf(kTexts, random);
    text[0] ? hand.type(text) : hand.key(Qt::Key_Delete);
    constexpr std::array ends{Qt::Key_Return, Qt::Key_Return, Qt::Key_Tab, Qt::Key_Escape};
    hand.key(oneOf(ends, random));
    return std::string("type ") + text;
}

/// Of a picture with handles, a slider, a list: anything may mean something.
std::string gesture(QWidget& control, QPoint place, Random& random)
{
    Hand hand(*control.window(), random);
    switch (below(random, 10)) {
    case 0:
        hand.click(place, Qt::LeftButton, someModifiers(random));
        return "click";
    case 1:
    case 2:
    case 3:
        hand.drag(place, somewhereOn(control, random), Qt::LeftButton, someModifiers(random));
        return "drag";
    case 4:
        hand.wheel(place, someModifiers(random));
        return "wheel";
    case 5:
        hand.doubleClick(place);
        return "double click";
    case 6:
        hand.click(place, Qt::RightButton);
        return "context menu";
    case 7:
        hand.drag(place, somewhereOn(control, random), Qt::MiddleButton);
        return "drag with the middle button";
    case 8:
        hand.move(place);
        hand.move(somewhereOn(control, random));
        return "hover";
    default:
        hand.click(place);
        for (int i = below(random, 4); i >= 0; --i)
            hand.key(oneOf(kKeys, random), someModifiers(random));
        return "keys";
    }
}

} // namespace

Hand::Hand(QWidget& window, Random& random)
    : m_widget(&window)
    , m_window(window.windowHandle())
    , m_random(random)
{
    // A bare X server has no window manager that would.
    if (window.windowType() != Qt::Popup)
        QApplication::setActiveWindow(&window);
}

QPoint Hand::inside(QPoint place) const
{
    return {std::clamp(place.x(), 0, m_window->width() - 1),
            std::clamp(place.y(), 0, m_window->height() - 1)};
}

void Hand::move(QPoint place)
{
    if (m_window)
        QTest::mouseMove(m_window, inside(place));
}

void Hand::click(QPoint place, Qt::MouseButton button, Qt::KeyboardModifiers modifiers)
{
    move(place);
    if (m_window)
        QTest::mousePress(m_window, button, modifiers, inside(place));
    if (m_window)
        QTest::mouseRelease(m_window, button, modifiers, inside(place));
}

void Hand::doubleClick(QPoint place)
{
    move(place);
    if (m_window)
        QTest::mouseDClick(m_window, Qt::LeftButton, {}, inside(place));
}

void Hand::drag(QPoint from, QPoint to, Qt::MouseButton button, Qt::KeyboardModifiers modifiers)
{
    move(from);
    if (m_window)
        QTest::mousePress(m_window, button, modifiers, inside(from));
    for (int i = 1; i <= kDragSteps; ++i)
        move(from + (to - from) * i / kDragSteps);
    if (m_window)
        QTest::mouseRelease(m_window, button, modifiers, inside(to));
}

void Hand::wheel(QPoint place, Qt::KeyboardModifiers modifiers)
{
    const QPointer<QWidget> hit = m_widget ? m_widget->childAt(place) : nullptr;
    for (int i = 1 + below(m_random, 3); i > 0 && hit; --i) {
        QWheelEvent event(hit->mapFrom(m_widget, place),
                          m_widget->mapToGlobal(place),
                          {},
                          {0, below(m_random, 2) ? kNotch : -kNotch},
                          Qt::NoButton,
                          modifiers,
                          Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(hit, &event);
    }
}

void Hand::key(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    if (m_window)
        QTest::keyClick(m_window, key, modifiers);
}

void Hand::keys(const QKeySequence& sequence)
{
    for (int i = 0; i < sequence.count(); ++i)
        key(sequence[static_cast<uint>(i)].key(), sequence[static_cast<uint>(i)].keyboardModifiers());
}

void Hand::type(const char* text)
{
    for (; *text && m_window; ++text)
        QTest::keyClick(m_window, *text);
}

std::string useControl(QWidget& control, QPoint place, Random& random)
{
    if (auto* field = qobject_cast<QLineEdit*>(&control); field && below(random, 5) != 0)
        return typeInto(control, place, random);
    const bool isText = qobject_cast<QTextEdit*>(&control)
                        || qobject_cast<QPlainTextEdit*>(&control)
                        || qobject_cast<QAbstractSpinBox*>(&control);
    if (isText && below(random, 2) == 0)
        return typeInto(control, place, random);
    const bool isPressed = qobject_cast<QAbstractButton*>(&control)
                           || qobject_cast<QComboBox*>(&control);
    if (isPressed && below(random, 8) != 0) {
        Hand(*control.window(), random).click(place);
        return "click";
    }
    return gesture(control, place, random);
}

} // namespace scorefield::ui
