// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/overlay_parts.h"
#include "ui/render/particle_codes.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>

#include <algorithm>
#include <array>
#include <vector>

namespace scorefield::render {
namespace {

constexpr double kReadoutShare = 0.1; // of the plot's height: in small lanes the data come first

bool isColoredByError(const OverlayFrame& frame)
{
    return frame.product.converged
           && static_cast<int>(frame.view.session.view.particleColor)
                  == static_cast<int>(ParticleColor::Error);
}

} // namespace

QRectF paintReadouts(QPainter& painter, const OverlayFrame& frame)
{
    const auto& theme = frame.view.theme;
    const auto& r = frame.product.readouts;
    if (frame.plot.width() < frame.px(240) || frame.plot.height() < frame.px(190)
        || frame.product.outcome.kind != Outcome::Kind::Completed)
        return {};
    const QString confidence = QString::number(r.confidence, 'f', 3),
                  error = QStringLiteral("± ") + prettyNumber(r.confidenceError, 1);
    std::vector<std::array<QString, 3>> rows{
        {QStringLiteral("confidence"), confidence, error},
        {QStringLiteral("modes"),
         QStringLiteral("%1 / %2").arg(r.modesCovered).arg(r.modes),
         QString()},
        {QStringLiteral("effective modes"), QString::number(r.effectiveModes, 'f', 2), QString()}};
    if (isColoredByError(frame))
        rows.insert(rows.begin(),
                    {QStringLiteral("median error"),
                     prettyNumber(frame.product.converged->medianDistance, 3),
                     QString()});
    const QFont font = frame.font(12);
    const auto room = static_cast<std::size_t>(kReadoutShare * frame.plot.height() / frame.px(18));
    rows.resize(std::clamp<std::size_t>(room, 1, rows.size())); // the first matters most
    const double rowHeight = frame.px(18), padding = frame.px(9), gap = frame.px(12),
                 smallGap = frame.px(6);
    std::array<double, 3> columns{};
    for (const auto& row : rows) {
        columns[0] = std::max(columns[0], QFontMetricsF(font).horizontalAdvance(row[0]));
        columns[1] = std::max(columns[1], tabularWidth(row[1], font));
        columns[2] = std::max(columns[2], tabularWidth(row[2], font));
    }
    const double width = columns[0] + gap + columns[1] + smallGap + columns[2] + 2 * padding,
                 height = static_cast<double>(rows.size()) * rowHeight + 1.4 * padding;
    const QRectF box(frame.plot.right() - width - frame.px(8),
                     frame.plot.bottom() - height - frame.px(10),
                     width,
                     height);
    QColor veil = theme.panel;
    veil.setAlphaF(0.88F);
    painter.setPen(QPen(theme.hairline, frame.hairline()));
    painter.setBrush(veil);
    painter.drawRoundedRect(box, frame.px(6), frame.px(6));
    const QFontMetricsF metrics(font);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double baseline = box.top() + 0.7 * padding
                                + (static_cast<double>(i) + 0.5) * rowHeight
                                + metrics.capHeight() / 2;
        painter.setFont(font);
        painter.setPen(theme.secondary);
        painter.drawText(QPointF(box.left() + padding, baseline), rows[i][0]);
        const double x = box.left() + padding + columns[0] + gap;
        drawTabular(painter, {x, baseline}, rows[i][1], font, theme.text);
        drawTabular(
            painter, {x + columns[1] + smallGap, baseline}, rows[i][2], font, theme.secondary);
    }
    return box;
}

} // namespace scorefield::render
