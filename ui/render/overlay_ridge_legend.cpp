// SPDX-License-Identifier: GPL-3.0-or-later
// What the ridge's colours and symbols mean, and what to know about it.
#include "ui/render/overlay_parts.h"
#include "ui/render/ridge_style.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>
#include <QLinearGradient>

#include <algorithm>
#include <cmath>

namespace scorefield::render {

const RidgePicture* shownRidge(const LaneView& view)
{
    const RidgeSpec& spec = view.session.view.ridge;
    return view.ridge && spec.layer.visible > 0 && spec.layer.opacity > 0 ? view.ridge.get()
                                                                          : nullptr;
}

namespace {

/// What to know about the ridge: why there is none, or that doubles alone would be wrong.
QString noteOf(const RidgePicture& picture, bool narrow, bool& isWarning)
{
    isWarning = false;
    QString note = QString::fromStdString(picture.note);
    if (!note.isEmpty())
        note[0] = note[0].toUpper();
    if (!picture.ridge || !note.isEmpty())
        return note;
    if (picture.ridge->plainFrameFails) {
        isWarning = true;
        return narrow
                   ? QStringLiteral("log-domain frame in use")
                   : QStringLiteral("In places a plain eigensolver in double would be wrong; the "
                                    "log-domain frame is used.");
    }
    if (picture.ridge->lines.empty() && !picture.isStale)
        return narrow ? QStringLiteral("no ridge here")
                      : QStringLiteral("No ridge here: κ₁ − κ₂ < γ or κ₂ > −β.");
    return {};
}

} // namespace

void paintRidgeNote(QPainter& painter, const OverlayFrame& frame)
{
    const RidgePicture* picture = shownRidge(frame.view);
    const bool narrow = frame.plot.width() < frame.px(360) || frame.plot.height() < frame.px(200);
    bool isWarning = false;
    const QString note = picture != nullptr ? noteOf(*picture, narrow, isWarning) : QString();
    if (note.isEmpty() || frame.plot.width() < frame.px(140))
        return;
    const auto& theme = frame.view.theme;
    const double padding = frame.px(6);
    const QFont font = frame.font(11);
    const QRectF room(0, 0, .48 * frame.plot.width() - 2 * padding, frame.plot.height());
    const QRectF text = QFontMetricsF(font).boundingRect(room, Qt::TextWordWrap, note);
    const QRectF box(frame.plot.left() + frame.px(6),
                     frame.plot.top() + frame.px(4),
                     text.width() + 2 * padding + 2,
                     text.height() + padding);
    QColor veil = theme.panel;
    veil.setAlphaF(.88F);
    painter.setPen(QPen(isWarning ? theme.warning : theme.hairline, frame.hairline()));
    painter.setBrush(veil);
    painter.drawRoundedRect(box, frame.px(5), frame.px(5));
    painter.setFont(font);
    painter.setPen(isWarning ? theme.warning : theme.secondary);
    painter.drawText(box.adjusted(padding, padding / 2, -padding + 2, -padding / 2),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap,
                     note);
}

namespace {

LegendRow strengthRow(const OverlayFrame& frame)
{
    const StrengthScale scale = strengthScale(frame.view.session.view.ridge);
    return {[theme = frame.view.theme, half = frame.px(9), width = frame.px(kRidgeLine + 1)](
                QPainter& painter, QPointF c) {
                QLinearGradient gradient(c - QPointF(half, 0), c + QPointF(half, 0));
                for (int i = 0; i <= 8; ++i)
                    gradient.setColorAt(i / 8.0, strengthColor(theme, i / 8.0));
                painter.fillRect(QRectF(c.x() - half, c.y() - width / 2, 2 * half, width),
                                 gradient);
            },
            QStringLiteral("ridge, κ₁−κ₂ %1…%2")
                .arg(prettyNumber(std::pow(10, scale.low), 2),
                     prettyNumber(std::pow(10, scale.high), 2))};
}

LegendRow symbolRow(const OverlayFrame& frame,
                    RidgeSymbol symbol,
                    std::size_t count,
                    const char* one,
                    const char* many)
{
    return {[theme = frame.view.theme, symbol, r = frame.px(4.5)](QPainter& painter, QPointF c) {
                drawRidgeSymbol(painter, c, r, symbol, theme);
            },
            QStringLiteral("%1 %2").arg(count).arg(QLatin1String(count == 1 ? one : many)),
            QLatin1String(one)};
}

} // namespace

void appendRidgeRows(std::vector<LegendRow>& rows, const OverlayFrame& frame)
{
    const RidgePicture* picture = shownRidge(frame.view);
    if (picture == nullptr)
        return;
    const RidgeSpec& spec = frame.view.session.view.ridge;
    const auto& theme = frame.view.theme;
    if (picture->ridge && !picture->ridge->lines.empty())
        rows.push_back(strengthRow(frame));
    if (picture->ridge && !picture->ridge->lines.empty() && spec.tube != 0 && picture->tube)
        rows.push_back(
            {[color = theme.warning, half = frame.px(9)](QPainter& painter, QPointF c) {
                 painter.setPen(QPen(color, half / 11));
                 painter.drawLine(c + QPointF(-half, half / 3), c + QPointF(half, half / 3));
                 painter.setPen(QPen(color, half / 4.5, Qt::DashLine, Qt::FlatCap));
                 painter.drawLine(c + QPointF(-half, -half / 3), c + QPointF(half, -half / 3));
             },
             QStringLiteral("score error |e⊥|; dashed: its side")});
    if (picture->ridge && spec.points != 0) {
        const auto count = [&](CriticalKind kind) {
            return static_cast<std::size_t>(
                std::count_if(picture->ridge->critical.begin(),
                              picture->ridge->critical.end(),
                              [&](const CriticalPoint& point) { return point.kind == kind; }));
        };
        const auto add = [&](RidgeSymbol symbol, std::size_t n, const char* one, const char* many) {
            if (n > 0)
                rows.push_back(symbolRow(frame, symbol, n, one, many));
        };
        add(RidgeSymbol::Mode, count(CriticalKind::Mode), "mode", "modes");
        add(RidgeSymbol::Saddle, count(CriticalKind::Saddle), "saddle", "saddles");
        add(RidgeSymbol::Minimum, count(CriticalKind::Minimum), "minimum", "minima");
        add(RidgeSymbol::Umbilic, picture->ridge->umbilics.size(), "umbilic", "umbilics");
    }
    if (!picture->ghosts.empty())
        rows.push_back({[color = theme.text, half = frame.px(9)](QPainter& painter, QPointF c) {
                            QColor faint = color;
                            faint.setAlphaF(.5F);
                            painter.setPen(QPen(faint, half / 7.5));
                            painter.drawLine(c - QPointF(half, 0), c + QPointF(half, 0));
                        },
                        QStringLiteral("ridge at other σ̃")});
}

} // namespace scorefield::render
