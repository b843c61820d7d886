// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/document.h"
#include "ui/render/typeset.h"
#include "ui/widgets/style.h"
#include "ui/window/playback.h"
#include "ui/window/ridge_strip.h"
#include "ui/window/scrubber.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kTick = 4;    ///< half the width of an event's mark
constexpr double kStale = .35; ///< opacity of what is of earlier data
constexpr double kRow = 17;    ///< of the key
constexpr double kEdge = 12;   ///< beside the key and the notes

/// Colour and dashes: two codes, so that the curves differ to every kind of colour vision.
QPen curvePen(int curve)
{
    const render::Theme& theme = currentTheme();
    switch (curve) {
    case 0:
        return {theme.classColor(0), px(1.8) * 1.0, Qt::SolidLine, Qt::FlatCap};
    case 1:
        return {theme.classColor(5), px(1.6) * 1.0, Qt::DashLine, Qt::FlatCap};
    case 2:
        return {theme.text, px(2) * 1.0, Qt::SolidLine, Qt::FlatCap};
    default:
        return {theme.classColor(2), px(1.4) * 1.0, Qt::SolidLine, Qt::RoundCap};
    }
}

QColor faint(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

bool isBirth(ScaleSpaceEvent::Kind kind)
{
    using Kind = ScaleSpaceEvent::Kind;
    return kind == Kind::ModesBorn || kind == Kind::RidgesBorn || kind == Kind::RidgesSplit;
}

bool isOfModes(ScaleSpaceEvent::Kind kind)
{
    return kind == ScaleSpaceEvent::Kind::ModesBorn || kind == ScaleSpaceEvent::Kind::ModesMerged;
}

} // namespace

double RidgeStrip::topOf(Curve curve) const
{
    double top = curve == kLength ? 0 : 1;
    for (const Place& level : m_levels)
        for (int c = 0; c <= kLength; ++c)
            if ((c == kLength) == (curve == kLength))
                top = std::max(top, level.values[static_cast<std::size_t>(c)]);
    return top > 0 ? top : 1;
}

/// Where at least half of the draws see a ridge.
void RidgeStrip::paintWindow(QPainter& painter) const
{
    if (m_window[0] == m_window[1])
        return;
    const QRectF area = plot();
    const double left = scrubberX(m_window[0]), right = scrubberX(m_window[1]);
    const QColor accent = currentTheme().accent;
    painter.fillRect(QRectF(left, area.top(), right - left, area.height()), faint(accent, .13));
    painter.setPen(QPen(faint(accent, .5), 1, Qt::DotLine));
    for (const double x : {left, right})
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

void RidgeStrip::paintCurve(QPainter& painter, Curve curve) const
{
    if (m_levels.empty())
        return;
    const QRectF area = plot().adjusted(0, px(3), 0, -px(1));
    const double top = topOf(curve);
    const auto yOf = [&](const Place& level) {
        return area.bottom() - level.values[static_cast<std::size_t>(curve)] / top * area.height();
    };
    QPainterPath path;
    const Place* before = nullptr;
    for (const Place& level : m_levels) {
        const QPointF at(scrubberX(level.position), yOf(level));
        if (before == nullptr) {
            path.moveTo(at);
        } else if (curve != kLength && yOf(*before) != at.y()) {
            // Counts jump at the event between the two, if one is known.
            double jump = .5 * (before->position + level.position);
            for (std::size_t i = 0; i < m_eventPositions.size(); ++i) {
                const ScaleSpaceEvent& event = m_worker.result()->events[i];
                if (m_eventPositions[i] >= before->position && m_eventPositions[i] <= level.position
                    && isOfModes(event.kind) == (curve != kRidges))
                    jump = m_eventPositions[i];
            }
            path.lineTo(scrubberX(jump), yOf(*before));
            path.lineTo(scrubberX(jump), at.y());
            path.lineTo(at);
        } else {
            path.lineTo(at);
        }
        before = &level;
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(curvePen(curve));
    painter.drawPath(path);
}

/// Births point up, merges and losses down; filled for modes, hollow for ridges.
void RidgeStrip::paintTicks(QPainter& painter) const
{
    const auto result = m_worker.result();
    const QRectF area = plot();
    const render::Theme& theme = currentTheme();
    const double half = px(kTick);
    for (std::size_t i = 0; result && i < m_eventPositions.size(); ++i) {
        const ScaleSpaceEvent& event = result->events[i];
        const double x = scrubberX(m_eventPositions[i]), top = area.bottom() + px(2),
                     foot = top + 1.6 * half;
        const QColor color = isOfModes(event.kind) ? theme.classColor(0) : theme.text;
        painter.setPen(QPen(color, px(1)));
        painter.setBrush(isOfModes(event.kind) ? color : theme.panel);
        isBirth(event.kind)
            ? painter.drawPolygon(QPolygonF({{x, top}, {x + half, foot}, {x - half, foot}}))
            : painter.drawPolygon(QPolygonF({{x, foot}, {x + half, top}, {x - half, top}}));
    }
    const QFont font = render::interfaceFont(px(10));
    const QFontMetricsF metrics(font);
    const double high = noiseAt(0), low = noiseAt(1);
    const int first = static_cast<int>(
                  std::floor(std::log10(std::isfinite(high) ? high : noiseAt(.01)))),
              last = static_cast<int>(std::ceil(std::log10(low > 0 ? low : noiseAt(.99))));
    double free = -1e9;
    for (int power = first; power >= last; --power) {
        const double noise = std::pow(10, power);
        const QString label = render::prettyNumber(noise, power > 0 && power < 4 ? power + 1 : 1);
        const double x = xOf(std::pow(10, power)), width = metrics.horizontalAdvance(label);
        painter.setPen(QPen(theme.hairline, 1));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        if (x - width / 2 < free || x + width / 2 > area.right() + px(24))
            continue;
        painter.setFont(font);
        painter.setPen(theme.secondary);
        painter.drawText(QPointF(x - width / 2, height() - px(2) - metrics.descent()), label);
        free = x + width / 2 + px(8);
    }
}

/// What the curves are, with their values at the play-head.
void RidgeStrip::paintKey(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const auto result = m_worker.result();
    const auto index = levelNear(noiseAt(m_document.session().timeline.position));
    const QString names[] = {tr("modes"), tr("saddles"), tr("ridges"), tr("length")};
    const QFont font = render::interfaceFont(px(11));
    const QFontMetricsF metrics(font);
    const double left = px(kEdge), right = plot().left() - px(22);
    for (int c = 0; c <= kLength; ++c) {
        const double middle = plot().top() + (c + .5) * px(kRow);
        painter.setPen(curvePen(c));
        painter.drawLine(QPointF(left, middle), QPointF(left + px(18), middle));
        const double baseline = middle + metrics.capHeight() / 2;
        painter.setFont(font);
        painter.setPen(theme.secondary);
        painter.drawText(QPointF(left + px(26), baseline), names[c]);
        if (!index)
            continue;
        const ScaleSpaceLevel& level = result->levels[*index];
        const double values[] = {
            double(level.modes), double(level.saddles), double(level.components), level.length};
        const QString value = render::prettyNumber(values[c], 3);
        render::drawTabular(painter,
                            {right - render::tabularWidth(value, font), baseline},
                            value,
                            font,
                            theme.text);
    }
}

/// Right of the plot: the window, and what is going on.
void RidgeStrip::paintNotes(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const auto result = m_worker.result();
    QStringList lines;
    if (!m_worker.note().isEmpty()) {
        QString note = m_worker.note();
        note[0] = note[0].toUpper();
        lines << note;
    } else if (m_worker.isBusy())
        lines << tr("Computing …");
    if (result && result->windowHigh > result->windowLow)
        lines << tr("Ridge window, where half of the draws see one: σ̃ from %1 to %2")
                     .arg(render::prettyNumber(result->windowHigh, 2),
                          render::prettyNumber(result->windowLow, 2));
    else if (result && result->complete)
        lines << tr("At no level do half of the draws see a ridge.");
    const double left = plot().right() + px(18);
    painter.setFont(render::interfaceFont(px(11)));
    painter.setPen(theme.secondary);
    painter.drawText(QRectF(left, plot().top(), width() - px(kEdge) - left, height() - px(8)),
                     Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     lines.join(QLatin1Char('\n')));
}

void RidgeStrip::paintEvent(QPaintEvent*)
{
    const QRectF area = plot();
    if (area.width() < px(20) || area.height() < px(20)
        || m_playback.head().steps(m_playback.lane()) == 0)
        return;
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(m_worker.isStale() ? kStale : 1);
    paintTicks(painter);
    paintWindow(painter);
    painter.save();
    painter.setClipRect(area.adjusted(-1, -2, 1, 2));
    for (const Curve curve : {kLength, kRidges, kSaddles, kModes})
        paintCurve(painter, curve);
    painter.restore();
    painter.setOpacity(1);
    painter.setPen(QPen(theme.hairline, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    if (!m_levels.empty()) { // the count at the upper edge
        const QFont font = render::interfaceFont(px(10));
        const QString top = render::prettyNumber(topOf(kModes), 3);
        render::drawTabular(painter,
                            {area.left() - px(4) - render::tabularWidth(top, font),
                             area.top() + px(3) + QFontMetricsF(font).capHeight()},
                            top,
                            font,
                            theme.secondary);
    }
    const double x = scrubberX(m_document.session().timeline.position);
    painter.setPen(QPen(theme.accent, px(1.6)));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    paintKey(painter);
    paintNotes(painter);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, px(1.5)));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(area.adjusted(-px(3), -px(3), px(3), px(2)), px(4), px(4));
    }
}

} // namespace scorefield::ui
