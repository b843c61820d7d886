// SPDX-License-Identifier: GPL-3.0-or-later
// The small card beside the pointer.
#include "core/base/text.h"
#include "ui/window/canvas_probe.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kSentenceWidth = 230; // at least, where there is one

QString tr(const char* text)
{
    return QCoreApplication::translate("Probe", text);
}

QString number(double value, int digits = 3)
{
    if (!std::isfinite(value))
        return std::isnan(value) ? QStringLiteral("—")
               : value > 0       ? QStringLiteral("∞")
                                 : QStringLiteral("−∞");
    QString text = QString::fromStdString(formatNumber(value, digits));
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

QString tuple(const Eigen::VectorXd& values)
{
    QStringList parts;
    for (const double value : values)
        parts << number(value);
    return parts.size() == 1
               ? parts.front()
               : QLatin1Char('(') + parts.join(QStringLiteral(", ")) + QLatin1Char(')');
}

struct CardRow {
    QString name, value;
};

std::vector<CardRow> cardRows(const Probe& probe)
{
    Eigen::VectorXd place(probe.score.size());
    place[0] = probe.place.x();
    if (place.size() > 1)
        place[1] = probe.place.y();
    std::vector<CardRow> rows{
        {probe.particle >= 0 ? tr("x of particle %1").arg(probe.particle) : QStringLiteral("x"),
         tuple(place)},
        {QStringLiteral("t · σ̃"),
         number(probe.level.t) + QStringLiteral(" · ") + number(probe.level.sigmaTilde())},
        {QStringLiteral("q(x)"), number(std::exp(probe.logDensity))},
        {QStringLiteral("∇ log q"), tuple(probe.score)},
        {QStringLiteral("E[x₀ | x]"), tuple(probe.posteriorMean)},
        {QStringLiteral("sd[x₀ | x]"), tuple(probe.deviations)},
    };
    if (probe.oneStep) {
        rows.push_back({QStringLiteral("F(x)"), tuple(probe.oneStep->end)});
        rows.push_back({QStringLiteral("‖dF/dx‖"), number(probe.oneStep->stretch)});
    }
    if (probe.frame) {
        rows.push_back({QStringLiteral("κ₁ · κ₂"),
                        number(probe.frame->kappa[0]) + QStringLiteral(" · ")
                            + number(probe.frame->kappa[1])});
        rows.push_back({QStringLiteral("log₁₀(κ₁ − κ₂)"), number(probe.frame->logGap[0], 4)});
    }
    return rows;
}

/// What the curvatures mean, and where doubles alone would be wrong.
QString sentenceOf(const Probe& probe)
{
    if (!probe.frame)
        return {};
    QString text =
        tr("The ridge direction is the top principal direction of what x₀ may still be.");
    if (probe.frame->plainFrameFails)
        text += QLatin1Char(' ')
                + tr("A plain eigensolver in double would be wrong here; the log-domain frame is "
                     "used.");
    return text;
}

QRectF besidePointer(QPointF pointer, const QSizeF& size, const QRectF& bounds, double gap)
{
    QRectF card(pointer + QPointF(gap, gap), size);
    if (card.right() > bounds.right())
        card.moveRight(pointer.x() - gap);
    if (card.bottom() > bounds.bottom())
        card.moveBottom(pointer.y() - gap);
    card.moveLeft(std::max(card.left(), bounds.left()));
    card.moveTop(std::max(card.top(), bounds.top()));
    return card;
}

} // namespace

void paintProbeCard(QPainter& painter,
                    const Probe& probe,
                    const render::LaneView& view,
                    QPointF pointer,
                    const QRectF& bounds)
{
    const double scale = view.scale;
    const render::Theme& theme = view.theme;
    const QFont font = render::interfaceFont(11.5 * scale);
    const QFontMetricsF metrics(font);
    const std::vector<CardRow> rows = cardRows(probe);
    const double line = metrics.height() + 2 * scale, pad = 8 * scale;
    double names = 0, values = 0;
    for (const CardRow& row : rows) {
        names = std::max(names, metrics.horizontalAdvance(row.name));
        values = std::max(values, metrics.horizontalAdvance(row.value));
    }
    const double dot = 8 * scale, entry = dot + 4 * scale
                                          + metrics.horizontalAdvance(QStringLiteral("0.00"))
                                          + 8 * scale;
    const double shares = static_cast<double>(probe.responsibilities.size()) * entry;
    const QString sentence = sentenceOf(probe);
    const double width =
        std::max(
            {names + 10 * scale + values, shares, sentence.isEmpty() ? 0 : kSentenceWidth * scale})
        + 2 * pad;
    const QRectF words = sentence.isEmpty()
                             ? QRectF()
                             : metrics.boundingRect(QRectF(0, 0, width - 2 * pad, 20 * line),
                                                    Qt::TextWordWrap,
                                                    sentence);
    const double picture = probe.image.isNull() ? 0 : 72 * scale;
    const double height = (static_cast<double>(rows.size()) + 1) * line + 2 * pad
                          + (picture > 0 ? picture + 6 * scale : 0)
                          + (sentence.isEmpty() ? 0 : words.height() + 4 * scale);
    const QRectF card = besidePointer(pointer, {width, height}, bounds, 16 * scale);

    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.hairline, 1));
    QColor ground = theme.panel;
    ground.setAlphaF(0.94F);
    painter.setBrush(ground);
    painter.drawRoundedRect(card, 6 * scale, 6 * scale);
    painter.setFont(font);
    double y = card.top() + pad;
    for (const CardRow& row : rows) {
        painter.setPen(theme.secondary);
        painter.drawText(
            QRectF(card.left() + pad, y, names, line), Qt::AlignLeft | Qt::AlignVCenter, row.name);
        painter.setPen(theme.text);
        painter.drawText(QRectF(card.right() - pad - values, y, values, line),
                         Qt::AlignRight | Qt::AlignVCenter,
                         row.value);
        y += line;
    }
    if (!sentence.isEmpty()) {
        painter.setPen(probe.frame->plainFrameFails ? theme.warning : theme.secondary);
        painter.drawText(QRectF(card.left() + pad, y + 2 * scale, width - 2 * pad, words.height()),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                         sentence);
        y += words.height() + 4 * scale;
    }
    double x = card.left() + pad;
    for (const auto& [component, share] : probe.responsibilities) {
        const int label =
            view.run->mixture->components()[static_cast<std::size_t>(component)].classLabel;
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.classColor(label));
        painter.drawEllipse(QRectF(x, y + (line - dot) / 2, dot, dot));
        painter.setPen(theme.text);
        painter.drawText(QRectF(x + dot + 4 * scale, y, entry, line),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         QString::number(share, 'f', 2));
        x += entry;
    }
    if (picture > 0) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false); // pixels are data
        painter.drawImage(QRectF(card.left() + pad, y + line + 3 * scale, picture, picture),
                          probe.image);
    }
    painter.restore();
}

} // namespace scorefield::ui
