// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/section.h"

#include "ui/widgets/style.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace scorefield::ui {

SectionHeader::SectionHeader(const QString& title, QWidget* parent)
    : QWidget(parent)
    , m_layout(new QHBoxLayout(this))
    , m_title(new QLabel(title.toUpper(), this))
{
    m_title->setProperty("caps", true);
    m_title->setAccessibleName(title);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->addWidget(m_title, 1);
    applyMetrics();
}

void SectionHeader::addAction(QWidget* button)
{
    m_layout->addWidget(button);
}

void SectionHeader::applyMetrics()
{
    m_title->setFont(capsFont());
    m_layout->setSpacing(px(2));
    setFixedHeight(px(28));
}

void SectionHeader::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        applyMetrics();
}

Section::Section(const QString& title, bool rule, QWidget* parent)
    : QWidget(parent)
    , m_rule(rule)
    , m_header(new SectionHeader(title, this))
    , m_rows(new QVBoxLayout)
{
    auto* column = new QVBoxLayout(this);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addLayout(m_rows);
    applyMetrics();
}

void Section::applyMetrics()
{
    layout()->setContentsMargins(px(12), px(4), px(12), px(8));
    m_rows->setSpacing(0);
}

void Section::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        applyMetrics();
}

void Section::paintEvent(QPaintEvent*)
{
    if (!m_rule)
        return;
    QPainter painter(this);
    painter.fillRect(QRectF(0, 0, width(), 1), currentTheme().hairline);
}

} // namespace scorefield::ui
