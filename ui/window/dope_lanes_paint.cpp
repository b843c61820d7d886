// SPDX-License-Identifier: GPL-3.0-or-later
// How the rows of the dope sheet look: a track's values as a thin curve, its keys as diamonds on
// it.
#include "core/session/film.h"
#include "ui/document/document.h"
#include "ui/render/typeset.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/style.h"
#include "ui/window/dope_lanes.h"
#include "ui/window/dope_metrics.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr int kPieces = 24; ///< of a curve between two keys

QPainterPath diamond(QPointF middle, double reach)
{
    QPainterPath path;
    path.moveTo(middle.x(), middle.y() - reach);
    path.lineTo(middle.x() + reach, middle.y());
    path.lineTo(middle.x(), middle.y() + reach);
    path.lineTo(middle.x() - reach, middle.y());
    path.closeSubpath();
    return path;
}

QFont smallFont()
{
    return render::interfaceFont(px(11));
}

double baselineOf(const QRectF& area, const QFont& font)
{
    const QFontMetricsF metrics(font);
    return std::round(area.center().y() + (metrics.ascent() - metrics.descent()) / 2);
}

} // namespace

void DopeLanes::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        paintName(painter, row);
        paintLane(painter, row);
        if (m_rows[row].problem.isEmpty()) {
            paintCurve(painter, row);
            paintKeys(painter, row);
        }
        paintRemove(painter, row);
    }
    paintCursor(painter);
    if (m_press == Press::Band && m_dragging) {
        QColor fill = currentTheme().accent;
        painter.setPen(QPen(fill, 1));
        fill.setAlphaF(.12F);
        painter.setBrush(fill);
        painter.drawRect(QRectF(m_pressedAt, m_movedTo).normalized());
    }
}

/// "Guidance weight w   lane 1", the words giving way.
void DopeLanes::paintName(QPainter& painter, std::size_t row) const
{
    const render::Theme& theme = currentTheme();
    const DopeRow& shown = m_rows[row];
    const QRectF area = rowRect(row);
    const QColor faint = blend(theme.panel, theme.secondary, .6);
    const QFont font = bodyFont(), small = smallFont();
    const double baseline = baselineOf(area, font);
    double right = px(dope::kNames) - (shown.isNumeric() ? m_fields[row]->width() + px(10) : px(4));
    if (shown.problem.isEmpty() && shown.jumps) {
        const auto value = trackValue(
            m_document.stored(), m_document.stored().keyframes[row], m_document.filmCursor());
        const QString text = value ? valueText(shown.descriptor, *value) : QString();
        right -= QFontMetricsF(font).horizontalAdvance(text) + px(6);
        painter.setFont(font);
        painter.setPen(theme.text);
        painter.drawText(QPointF(right + px(6), baseline), text);
    }
    if (!shown.place.isEmpty()) {
        right -= QFontMetricsF(small).horizontalAdvance(shown.place);
        painter.setFont(small);
        painter.setPen(shown.problem.isEmpty() ? blend(theme.panel, theme.secondary, .85) : faint);
        painter.drawText(QPointF(right, baseline), shown.place);
        right -= px(8);
    }
    const double left = px(dope::kEdge);
    const double symbol =
        shown.symbol.isEmpty() ? 0 : px(5) + render::formulaWidth(shown.symbol, font) + px(2);
    const QFontMetricsF words(font);
    const QString name = words.elidedText(shown.label, Qt::ElideRight, right - left - symbol);
    painter.setFont(font);
    painter.setPen(shown.problem.isEmpty() ? theme.secondary : faint);
    painter.drawText(QPointF(left, baseline), name);
    render::drawFormula(painter,
                        {left + words.horizontalAdvance(name) + px(5), baseline},
                        shown.symbol,
                        font,
                        shown.problem.isEmpty() ? theme.text : faint);
}

void DopeLanes::paintLane(QPainter& painter, std::size_t row) const
{
    const render::Theme& theme = currentTheme();
    const QRectF area = rowRect(row);
    const QRectF lane(xOf(0), area.top() + px(3), xOf(1) - xOf(0), area.height() - px(6));
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_hoveredRow == row ? blend(theme.field, theme.text, .03) : theme.field);
    painter.drawRoundedRect(lane.adjusted(-px(8), 0, px(8), 0), px(5), px(5));
    if (m_rows[row].problem.isEmpty())
        return;
    const QFont small = smallFont();
    painter.setFont(small);
    painter.setPen(theme.warning);
    painter.drawText(
        QPointF(lane.left(), baselineOf(area, small)),
        QFontMetricsF(small).elidedText(m_rows[row].problem, Qt::ElideRight, lane.width()));
}

void DopeLanes::paintCurve(QPainter& painter, std::size_t row) const
{
    const render::Theme& theme = currentTheme();
    const std::vector<Keyframe>& keys = m_document.stored().keyframes[row].keys;
    QPainterPath path;
    path.moveTo(xOf(0), placeOf({row, 0}).y());
    for (std::size_t key = 0; key < keys.size(); ++key) {
        const QPointF from = placeOf({row, key});
        path.lineTo(from);
        if (key + 1 == keys.size())
            break;
        const QPointF to = placeOf({row, key + 1});
        if (m_rows[row].jumps || keys[key].easing == Easing::Hold) {
            path.lineTo(to.x(), from.y());
            continue;
        }
        for (int piece = 1; piece <= kPieces; ++piece) {
            const double share = static_cast<double>(piece) / kPieces;
            path.lineTo(from.x() + share * (to.x() - from.x()),
                        from.y() + eased(keys[key].easing, share) * (to.y() - from.y()));
        }
    }
    path.lineTo(xOf(1), placeOf({row, keys.size() - 1}).y());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(blend(theme.field, theme.secondary, .75), 1.5 * scaleFactor()));
    painter.drawPath(path);
}

void DopeLanes::paintKeys(QPainter& painter, std::size_t row) const
{
    const render::Theme& theme = currentTheme();
    const double reach = px(dope::kDiamond);
    for (std::size_t key = 0; key < m_rows[row].heights.size(); ++key) {
        const KeyRef ref{row, key};
        const QPointF place = placeOf(ref);
        const bool isSelected = m_selection.count(ref) > 0, isHovered = m_hovered == ref;
        if (hasFocus() && m_focused == ref) {
            painter.setPen(QPen(theme.accent, px(2)));
            painter.setBrush(theme.panel);
            painter.drawPath(diamond(place, reach + px(4)));
        }
        painter.setPen(QPen(theme.field, 1.5));
        painter.setBrush(isSelected  ? theme.accent
                         : isHovered ? theme.text
                                     : blend(theme.field, theme.text, .7));
        painter.drawPath(diamond(place, isHovered || isSelected ? reach + 1 : reach));
    }
}

void DopeLanes::paintRemove(QPainter& painter, std::size_t row) const
{
    if (m_hoveredRow != row)
        return;
    const render::Theme& theme = currentTheme();
    const QPointF middle = removeRect(row).center();
    const double arm = px(3.5);
    painter.setPen(QPen(theme.secondary, 1.5 * scaleFactor(), Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(middle - QPointF(arm, arm), middle + QPointF(arm, arm));
    painter.drawLine(middle - QPointF(arm, -arm), middle + QPointF(arm, -arm));
}

void DopeLanes::paintCursor(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const double x = std::round(xOf(m_document.filmCursor())) + .5;
    const bool on = m_document.showsFilm();
    painter.setPen(
        QPen(on ? theme.accent : blend(theme.panel, theme.secondary, .6), on ? px(2) : 1));
    painter.drawLine(QPointF(x, 0), QPointF(x, height()));
}

} // namespace scorefield::ui
