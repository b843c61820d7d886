// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segmented_control.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QStyle>

#include <algorithm>

namespace scorefield::ui {

SegmentedControl::SegmentedControl(QWidget* parent) : QWidget(parent)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(0);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

SegmentedControl::SegmentedControl(const QStringList& segments, QWidget* parent)
    : SegmentedControl(parent)
{
    setSegments(segments);
}

void SegmentedControl::setSegments(const QStringList& segments)
{
    while (m_buttons.size() > segments.size())
        delete m_buttons.takeLast();
    while (m_buttons.size() < segments.size()) {
        auto* button = new QPushButton(this);
        button->setCheckable(true);
        button->setFocusPolicy(Qt::NoFocus);
        button->installEventFilter(this);
        connect(button, &QPushButton::clicked, this, [this, button] {
            choose(static_cast<int>(m_buttons.indexOf(button)));
        });
        layout()->addWidget(button);
        m_buttons.append(button);
    }
    for (qsizetype i = 0; i < segments.size(); ++i) {
        QAbstractButton* button = m_buttons[i];
        button->setText(segments[i]);
        button->setAccessibleName(segments[i]);
        // The style sheet rounds the outer corners only.
        const bool first = i == 0;
        const bool last = i + 1 == segments.size();
        button->setProperty("segment",
                            first && last ? QStringLiteral("only")
                            : first       ? QStringLiteral("first")
                            : last        ? QStringLiteral("last")
                                          : QStringLiteral("middle"));
        button->style()->unpolish(button);
        button->style()->polish(button);
    }
    setCurrentIndex(std::min(m_current, count() - 1));
}

void SegmentedControl::setSegmentToolTip(int index, const QString& text)
{
    if (index >= 0 && index < count())
        m_buttons[index]->setToolTip(text);
}

void SegmentedControl::setCurrentIndex(int index)
{
    m_current = std::clamp(index, 0, std::max(0, count() - 1));
    for (int i = 0; i < count(); ++i) {
        m_buttons[i]->setChecked(i == m_current);
        m_buttons[i]->setFocusPolicy(i == m_current ? Qt::StrongFocus : Qt::NoFocus);
    }
}

void SegmentedControl::choose(int index)
{
    index = std::clamp(index, 0, count() - 1);
    const bool changed = index != m_current;
    const bool focused = m_current < count() && m_buttons[m_current]->hasFocus();
    setCurrentIndex(index); // also puts a click on the current one back to checked
    if (focused)
        m_buttons[index]->setFocus();
    if (changed)
        Q_EMIT activated(index);
}

bool SegmentedControl::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Left:
        case Qt::Key_Up:
            choose(m_current - 1);
            return true;
        case Qt::Key_Right:
        case Qt::Key_Down:
            choose(m_current + 1);
            return true;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace scorefield::ui
