// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/symbol_label.h"

#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QEvent>
#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace scorefield::ui {

SymbolLabel::SymbolLabel(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
}

void SymbolLabel::setContent(const QString& label, const QString& symbol)
{
    if (m_label == label && m_symbol == symbol)
        return;
    m_label = label;
    m_symbol = symbol;
    updateGeometry();
    update();
}

void SymbolLabel::setReserved(int width)
{
    if (m_reserved == width)
        return;
    m_reserved = width;
    update();
}

QSize SymbolLabel::sizeHint() const
{
    double width = QFontMetricsF(font()).horizontalAdvance(m_label);
    if (!m_symbol.isEmpty())
        width += px(5) + render::formulaWidth(m_symbol, font()) + px(2);
    return {static_cast<int>(std::ceil(width)) + 1, px(28)};
}

QSize SymbolLabel::minimumSizeHint() const
{
    return {px(24), px(28)};
}

bool SymbolLabel::event(QEvent* event)
{
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange) {
        updateGeometry();
        update();
    }
    return QWidget::event(event);
}

void SymbolLabel::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    if (!isEnabled())
        painter.setOpacity(.5);
    const QFontMetricsF words(font());
    const double symbolWidth =
        m_symbol.isEmpty() ? 0 : px(5) + render::formulaWidth(m_symbol, font()) + px(2);
    const QString shown = words.elidedText(m_label, Qt::ElideRight, width() - m_reserved - symbolWidth);
    const double baseline = std::round((height() + words.ascent() - words.descent()) / 2);
    painter.setFont(font());
    painter.setPen(theme.secondary);
    painter.drawText(QPointF(0, baseline), shown);
    render::drawFormula(
        painter, {words.horizontalAdvance(shown) + px(5), baseline}, m_symbol, font(), theme.text);
}

} // namespace scorefield::ui
