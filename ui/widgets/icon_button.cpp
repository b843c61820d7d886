// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/icon_button.h"

#include "ui/widgets/style.h"

#include <QEvent>

namespace scorefield::ui {

IconButton::IconButton(const QString& icon,
                       const QString& toolTip,
                       QWidget* parent,
                       const QString& checkedIcon)
    : QToolButton(parent)
    , m_icon(icon)
    , m_checkedIcon(checkedIcon)
{
    setAutoRaise(true);
    setFocusPolicy(Qt::StrongFocus);
    setToolTip(toolTip);
    setAccessibleName(toolTip);
    setProperty(
        "icon",
        true); // the style sheet's hooks: no frame, square; a pair says on or off by its picture
    setProperty("pair", !checkedIcon.isEmpty());
    connect(this, &QToolButton::toggled, this, [this] { refresh(); });
    refresh();
}

void IconButton::setIconName(const QString& icon)
{
    m_icon = icon;
    refresh();
}

void IconButton::setQuietWhenOff(bool quiet)
{
    m_quietWhenOff = quiet;
    refresh();
}

void IconButton::changeEvent(QEvent* event)
{
    QToolButton::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange)
        refresh();
}

void IconButton::refresh()
{
    const bool other = isChecked() && !m_checkedIcon.isEmpty();
    const render::Theme& theme = currentTheme();
    const bool on =
        isChecked() && m_checkedIcon.isEmpty(); // no other picture: the colour says it is on
    const QColor color = on                               ? theme.accent
                         : m_quietWhenOff && !isChecked() ? theme.secondary
                                                          : theme.text;
    const QString& name = other ? m_checkedIcon : m_icon;
    if (name != m_shownName || color != m_shownColor) { // else nothing is to be painted
        setIcon(themedIcon(name, color));
        m_shownName = name;
        m_shownColor = color;
    }
    setIconSize({px(18), px(18)});
    setFixedSize(px(26), px(26));
}

} // namespace scorefield::ui
