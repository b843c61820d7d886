// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/overlay_parts.h"
#include "ui/render/particle_codes.h"
#include "ui/render/stage_colors.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>
#include <QLinearGradient>
#include <QPolygonF>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

namespace scorefield::render {
namespace {

// Of the plot's height: in small lanes the data come first.
constexpr double kLegendShare = 0.35;
constexpr double kLegendWidthShare = 0.55;        // of the plot's width, for two columns
constexpr double kNarrow = 300, kTooNarrow = 180; // design pixels: below, a short legend and none

using Row = LegendRow;

constexpr int kMostClasses = 10;

void paintMarker(QPainter& painter, QPointF c, double r, int shape, const QColor& color)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const auto at = [&](double x, double y) { return c + QPointF(x * r, -y * r); };
    if (shape == 1)
        painter.drawRect(QRectF(at(-.88, .88), at(.88, -.88)));
    else if (shape == 2)
        painter.drawPolygon(QPolygonF({at(0, 1.15), at(1, -.62), at(-1, -.62)}));
    else if (shape == 3)
        painter.drawPolygon(QPolygonF({at(0, 1.15), at(1.15, 0), at(0, -1.15), at(-1.15, 0)}));
    else if (shape == 4) {
        painter.drawRect(QRectF(at(-1.02, .34), at(1.02, -.34)));
        painter.drawRect(QRectF(at(-.34, 1.02), at(.34, -1.02)));
    } else if (shape == kOtherBasinShape) {
        painter.drawEllipse(c, .45 * r, .45 * r);
        painter.setPen(QPen(color, .35 * r));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(c, 1.1 * r, 1.1 * r);
    } else
        painter.drawEllipse(c, r, r);
}

void appendClasses(std::vector<Row>& rows, const OverlayFrame& frame)
{
    const auto& data = *frame.ran.data;
    const int count = frame.product.plan.mixture->classCount();
    if (count < 2 || count > kMostClasses)
        return;
    for (int label = 0; label < count; ++label) {
        const QColor color = frame.view.theme.classColor(label);
        const int shape = Theme::classShape(label, count);
        const double r = frame.px(4);
        rows.push_back(
            {[=](QPainter& painter, QPointF c) { paintMarker(painter, c, r, shape, color); },
             QString::fromStdString(data.className(label))});
    }
}

/// The colours of a sequential map as particles have them, low to high.
std::function<void(QPainter&, QPointF)> mapSwatch(const OverlayFrame& frame, int index)
{
    const auto& map = colorMap(index);
    return [&map, half = frame.px(9), dark = frame.view.theme.dark](QPainter& p, QPointF c) {
        QLinearGradient gradient(c - QPointF(half, 0), c + QPointF(half, 0));
        for (int i = 0; i <= 8; ++i)
            gradient.setColorAt(i / 8.0,
                                QColor(map[static_cast<std::size_t>(
                                    255 * (dark ? 0.15 + 0.85 * i / 8 : 0.9 - 0.9 * i / 8))]));
        p.fillRect(QRectF(c.x() - half, c.y() - half / 3, 2 * half, 2 * half / 3), gradient);
    };
}

/// "10⁻⁴"; prettyNumber would write 0.0001.
QString powerOfTen(int exponent)
{
    static const QString kRaised = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text = QStringLiteral("10") + (exponent < 0 ? QStringLiteral("⁻") : QString());
    for (const QChar digit : QString::number(std::abs(exponent)))
        text += kRaised[digit.digitValue()];
    return text;
}

void appendErrors(std::vector<Row>& rows, const OverlayFrame& frame)
{
    const auto scale = errorScale(*frame.view.run);
    if (!scale || !frame.product.converged)
        return;
    rows.push_back({mapSwatch(frame, errorMap(frame.view.session.view)),
                    QStringLiteral("error %1 to %2, log")
                        .arg(powerOfTen(scale->low), powerOfTen(scale->high))});
    const double share = 100 * frame.product.converged->otherBasin;
    rows.push_back({[r = frame.px(4), color = frame.view.theme.text](QPainter& p, QPointF c) {
                        paintMarker(p, c, r, kOtherBasinShape, color);
                    },
                    QStringLiteral("other basin %1 %").arg(prettyNumber(share, 2)),
                    QStringLiteral("other basin")});
}

/// What guidance did, with the shares of the lane's particles.
void appendFates(std::vector<Row>& rows, const OverlayFrame& frame)
{
    if (!frame.product.twin)
        return;
    const Fates& fates = frame.product.twin->fates;
    const auto row = [&](Fate fate, bool periodTwo, const QString& text, const char* name) {
        const FateStyle style = fateStyle(frame.view.theme, fate, periodTwo);
        rows.push_back({[style, r = frame.px(4)](QPainter& p, QPointF c) {
                            paintMarker(p, c, r, style.shape, style.color);
                        },
                        text,
                        QLatin1String(name)});
    };
    const auto named = [&](const char* name, Fate fate) {
        const double share = fates.shares[static_cast<std::size_t>(fate)].value;
        return QStringLiteral("%1 %2 %").arg(QLatin1String(name), prettyNumber(100 * share, 3));
    };
    const auto add = [&](const char* name, Fate fate) {
        row(fate, fate == Fate::Mixed, named(name, fate), name);
    };
    add("convergent", Fate::Convergent);
    add("mixed (period 2)", Fate::Mixed);
    add("divergent", Fate::Divergent);
    if (fates.shares[static_cast<std::size_t>(Fate::Divergent)].value > 0)
        row(Fate::Divergent, true, QStringLiteral("the same with period 2"), "divergent, period 2");
}

/// What the particles do now, with the shares of those that are followed.
void appendStages(std::vector<Row>& rows, const OverlayFrame& frame)
{
    if (!isColoredByStage(frame.view))
        return;
    const Stages& stages = *frame.product.stages;
    const auto& shares = stages.levels[stageLevel(frame.view)].shares;
    for (std::size_t s = 0; s < kStages; ++s) {
        const auto stage = static_cast<Stage>(s);
        rows.push_back(
            {[r = frame.px(4), color = stageColor(frame.view.theme, stage)](
                 QPainter& p, QPointF c) { paintMarker(p, c, r, 0, color); },
             QStringLiteral("%1 %2 %").arg(stageName(stage), prettyNumber(100 * shares[s], 3)),
             stageName(stage)});
    }
    const std::size_t n = frame.product.trajectories.particles;
    if (stages.count < n)
        rows.push_back({[r = frame.px(4), color = frame.view.theme.secondary](
                            QPainter& p, QPointF c) { paintMarker(p, c, r, 0, color); },
                        QStringLiteral("not followed %1").arg(n - stages.count),
                        QStringLiteral("not followed")});
}

void appendParticleColors(std::vector<Row>& rows, const OverlayFrame& frame)
{
    const auto& theme = frame.view.theme;
    const double r = frame.px(4);
    switch (static_cast<ParticleColor>(static_cast<int>(frame.view.session.view.particleColor))) {
    case ParticleColor::Class:
        appendClasses(rows, frame);
        break;
    case ParticleColor::Component:
        rows.push_back(
            {[=](QPainter& p, QPointF c) { paintMarker(p, c, r, 0, theme.classColor(0)); },
             QStringLiteral("component")});
        break;
    case ParticleColor::Confidence:
        rows.push_back({mapSwatch(frame, static_cast<int>(frame.view.session.view.densityMap)),
                        QStringLiteral("confidence 0 to 1")});
        break;
    case ParticleColor::Error:
        appendErrors(rows, frame);
        break;
    case ParticleColor::Fate:
        appendFates(rows, frame);
        break;
    case ParticleColor::Stage:
        appendStages(rows, frame);
        break;
    case ParticleColor::Start:
        rows.push_back({[=](QPainter& p, QPointF c) { paintMarker(p, c, r, 0, theme.accent); },
                        QStringLiteral("hue: angle of the start")});
        break;
    }
}

/// In a narrow plot only what the colours of the particles and the lengths of arrows mean.
bool isNarrow(const OverlayFrame& frame)
{
    return frame.plot.width() < frame.px(kNarrow);
}

} // namespace

std::vector<LegendRow> legendRows(const OverlayFrame& frame, bool isComplete)
{
    const auto& style = frame.view.session.view;
    const auto& theme = frame.view.theme;
    std::vector<Row> rows;
    appendArrowRows(rows, frame); // first: lengths mean nothing without it
    appendWarpRows(rows, frame);
    if (style.particles.visible > 0 || style.trails.visible > 0)
        appendParticleColors(rows, frame);
    appendSwarmRows(rows, frame);
    if (!isComplete)
        return rows;
    appendRidgeRows(rows, frame);
    const double half = frame.px(9);
    const auto line = [&](double opacity, Qt::PenStyle pen) {
        QColor color = theme.text;
        color.setAlphaF(static_cast<float>(std::max(opacity, 0.4)));
        return [=](QPainter& painter, QPointF c) {
            painter.setPen(QPen(color, half / 8, pen));
            painter.drawLine(c - QPointF(half, 0), c + QPointF(half, 0));
        };
    };
    if (style.contours.visible > 0 && style.contours.opacity > 0)
        rows.push_back(
            {line(style.contours.opacity, Qt::SolidLine), QStringLiteral("50 80 95 99 % of qₜ")});
    if (style.ellipses.visible > 0 && style.ellipses.opacity > 0 && !frame.isOneDimensional())
        rows.push_back(
            {line(style.ellipses.opacity, Qt::DashLine), QStringLiteral("components, 2σ")});
    const auto n = frame.product.trajectories.particles;
    if (frame.view.particleSample && style.particles.visible > 0)
        rows.push_back(
            {[r = frame.px(4), color = frame.view.theme.secondary](QPainter& p, QPointF c) {
                 paintMarker(p, c, r, 0, color);
             },
             QStringLiteral("%1 of %2 particles").arg(*frame.view.particleSample).arg(n)});
    const auto trails = trailSubset(n, storedSteps(frame.product), style.trailLength).count;
    if (style.trails.visible > 0 && style.trails.opacity > 0 && trails < n)
        rows.push_back({line(style.trails.opacity, Qt::SolidLine),
                        QStringLiteral("%1 of %2 paths").arg(trails).arg(n)});
    return rows;
}

void paintLegend(QPainter& painter, const OverlayFrame& frame)
{
    if (frame.plot.width() < frame.px(kTooNarrow))
        return;
    const double textShare = isNarrow(frame) ? 0.62 : 0.45;
    auto rows = legendRows(frame, !isNarrow(frame));
    const double rowHeight = frame.px(17), padding = frame.px(6), swatch = frame.px(20),
                 gap = frame.px(6);
    const auto room = static_cast<std::size_t>(
        std::max(0.0, (kLegendShare * frame.plot.height() - 2 * padding) / rowHeight));
    if (rows.empty() || room == 0)
        return;
    const QFont font = frame.font(11);
    // What does not fit below one another stands in a second column, if the plot is wide enough.
    const auto widthOf = [&](std::size_t from, std::size_t to) {
        double width = 0;
        for (std::size_t i = from; i < to; ++i)
            width = std::max(width, formulaWidth(rows[i].text, font));
        return swatch + gap + std::min(width, textShare * frame.plot.width());
    };
    std::size_t first = std::min(room, rows.size());
    double left = widthOf(0, first), right = 0;
    const double between = 2 * padding;
    if (rows.size() > room) {
        const std::size_t both = std::min(2 * room, rows.size()), half = (both + 1) / 2;
        const double one = widthOf(0, half), two = between + widthOf(half, both);
        if (one + two <= kLegendWidthShare * frame.plot.width()) {
            first = half;
            left = one;
            right = two;
        }
        rows.resize(right > 0 ? both : first);
    }
    const QRectF box(frame.plot.right() - left - right - 2 * padding,
                     frame.plot.top(),
                     left + right + 2 * padding,
                     static_cast<double>(first) * rowHeight + 2 * padding);
    QColor veil = frame.view.theme.canvas;
    veil.setAlphaF(0.78F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(veil);
    painter.drawRoundedRect(box, frame.px(6), frame.px(6));
    const QFontMetricsF metrics(font);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double middle =
            box.top() + padding + (static_cast<double>(i % first) + 0.5) * rowHeight;
        const double begin = box.left() + padding + (i < first ? 0 : left + between);
        rows[i].swatch(painter, {begin + swatch / 2, middle});
        painter.setFont(font);
        painter.setPen(frame.view.theme.secondary);
        painter.drawText(
            QPointF(begin + swatch + gap, middle + metrics.capHeight() / 2),
            metrics.elidedText(rows[i].text, Qt::ElideRight, textShare * frame.plot.width() + 1));
    }
}

} // namespace scorefield::render
