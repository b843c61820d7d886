// SPDX-License-Identifier: GPL-3.0-or-later
// What a film does with a row's number: a diamond at the end of its label while keyframes move it,
// and under the pointer where the label leaves room for one.
#include "ui/widgets/key_diamond.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/parameter_source.h"
#include "ui/widgets/style.h"
#include "ui/widgets/symbol_label.h"

#include <QMenu>

namespace scorefield::ui {

namespace {

/// By how much the diamond stands beyond the label: there the slider's groove has not begun.
int overhang()
{
    return px(7);
}

} // namespace

void ParameterRow::refreshMotion()
{
    const auto motion = m_toggle == nullptr && m_choice == nullptr && !m_label->isHidden()
                            ? m_source.motion(m_key)
                            : std::nullopt;
    const bool isMoved = motion && *motion != KeyDiamond::State::None;
    const auto hasRoom = [this] { // sets type: not for every row on every change
        return m_label->width() >= m_label->sizeHint().width() + KeyDiamond::side() - overhang();
    };
    const bool shows = isMoved || (motion && underMouse() && m_label->isEnabled() && hasRoom());
    m_label->setReserved(isMoved ? KeyDiamond::side() - overhang() : 0);
    if (!shows) {
        if (m_diamond != nullptr)
            m_diamond->hide();
        return;
    }
    if (m_diamond == nullptr) {
        m_diamond = new KeyDiamond(this);
        m_diamond->setObjectName(m_key + QStringLiteral(".key"));
        connect(m_diamond, &QAbstractButton::clicked, this, [this] { m_source.toggleKey(m_key); });
    }
    m_diamond->setState(*motion);
    placeDiamond();
    m_diamond->show();
}

void ParameterRow::placeDiamond()
{
    if (m_diamond == nullptr)
        return;
    const int side = KeyDiamond::side();
    const QRect label = m_label->geometry();
    m_diamond->setGeometry(
        label.right() - side + 1 + overhang(), label.center().y() - side / 2, side, side);
}

void ParameterRow::addMotionEntry(QMenu& menu)
{
    const auto motion =
        m_toggle == nullptr && m_choice == nullptr ? m_source.motion(m_key) : std::nullopt;
    if (!motion)
        return;
    const QString text = *motion == KeyDiamond::State::None ? tr("Animate")
                         : *motion == KeyDiamond::State::Moved
                             ? tr("Set key at the film's cursor")
                             : tr("Remove key at the film's cursor");
    menu.addAction(text, this, [this] { m_source.toggleKey(m_key); })
        ->setObjectName(QStringLiteral("animateParameter"));
}

void ParameterRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeDiamond();
}

void ParameterRow::enterEvent(QEnterEvent* event)
{
    QWidget::enterEvent(event);
    refreshMotion();
}

void ParameterRow::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    refreshMotion();
}

} // namespace scorefield::ui
