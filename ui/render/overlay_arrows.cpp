// SPDX-License-Identifier: GPL-3.0-or-later
// Arrows of the lane's field, as lines: figures hold them as such.
#include "ui/render/clip_lines.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/typeset.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

// Designed pixels.
constexpr double kLine = 1.25, kCasing = 2, kHead = 6.5, kHeadHalf = 2.7, kDot = .9;
constexpr double kLongest = 2;    // reference arrows; what is longer has a double head
constexpr double kHeadShare = .5; // of an arrow too short for a whole head
constexpr double kSwatch = 20;    // the longest arrow in the legend

/// Shafts and heads of many arrows.
struct ArrowPaths {
    std::vector<QPolygonF> shafts;
    std::vector<QPainterPath> heads;
};

double penWidth(const OverlayFrame& frame)
{
    return frame.px(kLine) * frame.view.lineScale;
}

/// How large arrows are drawn.
struct ArrowSizes {
    double dot, head;

    explicit ArrowSizes(const OverlayFrame& frame)
        : dot(frame.px(kDot) * frame.view.lineScale)
        , head(frame.px(kHead) * frame.view.lineScale)
    {
    }
};

void addHead(ArrowPaths& paths, QPointF tip, QPointF along, double length, double half)
{
    const QPointF across(-along.y(), along.x()), back = tip - length * along;
    paths.heads.emplace_back().addPolygon(
        QPolygonF{{tip, back + half * across, back - half * across, tip}});
}

/// With its middle at `at`.
void addArrow(ArrowPaths& paths,
              const ArrowSizes& sizes,
              QPointF at,
              QPointF along,
              double length,
              bool isCut)
{
    if (length < 2 * sizes.dot) { // too short for a direction to be seen
        paths.heads.emplace_back().addEllipse(at, sizes.dot, sizes.dot);
        return;
    }
    const double head = std::min(sizes.head, kHeadShare * length), half = head / kHead * kHeadHalf;
    const QPointF tip = at + .5 * length * along, tail = at - .5 * length * along;
    // The shaft ends inside the head, whose tip it would blunt.
    paths.shafts.push_back(QPolygonF{{tail, tip - .7 * head * along}});
    addHead(paths, tip, along, head, half);
    if (isCut)
        addHead(paths, tip - .8 * head * along, along, head, half);
}

ArrowPaths pathsOf(const OverlayFrame& frame, const LaneArrowField& field)
{
    const ArrowSpec& spec = frame.view.session.view.arrows;
    const double longest = frame.px(spec.spacing) * spec.length;
    const ArrowSizes sizes(frame);
    ArrowPaths paths;
    for (std::size_t i = 0; i < std::min(field.vectors.size(), field.grid.size()); ++i) {
        const Eigen::Vector2d v = field.vectors[i], place = field.grid.place(i);
        if (!v.allFinite())
            continue;
        const double size = v.norm(), share = field.reference > 0 ? size / field.reference : 0;
        const QPointF along = size > 0 ? QPointF(v[0], -v[1]) / size : QPointF(1, 0);
        const bool isAlike = spec.scaling != 0;
        const double drawn = size == 0 ? 0 : isAlike ? 1 : std::min(share, kLongest);
        addArrow(paths,
                 sizes,
                 frame.transform.toPixels({place[0], place[1]}),
                 along,
                 drawn * longest,
                 !isAlike && share > kLongest);
    }
    return paths;
}

void paintShafts(QPainter& painter, const ArrowPaths& paths, const QRectF& box)
{
    if (!isQuickerPiecewise(painter))
        return strokeInside(painter, paths.shafts, box);
    for (const QPolygonF& shaft : paths.shafts)
        strokeInside(painter, {shaft}, box);
}

void paintHeads(QPainter& painter, const ArrowPaths& paths, const QRectF& box)
{
    if (isQuickerPiecewise(painter)) {
        for (const QPainterPath& head : paths.heads)
            drawInside(painter, head, box);
        return;
    }
    QPainterPath all;
    all.setFillRule(Qt::WindingFill);
    for (const QPainterPath& head : paths.heads)
        all.addPath(head);
    drawInside(painter, all, box);
}

/// A casing of the canvas keeps them readable on any density. Round ends would take most of the
/// time, and are not seen.
void paintPaths(QPainter& painter,
                const OverlayFrame& frame,
                const ArrowPaths& paths,
                const QRectF& box)
{
    const Theme& theme = frame.view.theme;
    const double line = penWidth(frame), casing = line + frame.px(kCasing) * frame.view.lineScale;
    QColor around = theme.canvas;
    around.setAlphaF(.7F);
    const auto pen = [](const QColor& color, double width) {
        return QPen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::BevelJoin);
    };
    painter.setPen(pen(around, casing));
    paintShafts(painter, paths, box);
    painter.setPen(pen(around, casing - line));
    painter.setBrush(around);
    paintHeads(painter, paths, box);
    painter.setPen(pen(theme.text, line));
    paintShafts(painter, paths, box);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.text);
    paintHeads(painter, paths, box);
}

QString fieldName(ArrowField field)
{
    switch (field) {
    case ArrowField::Score:
        return QStringLiteral("score");
    case ArrowField::Velocity:
        return QStringLiteral("velocity −dx/dt");
    case ArrowField::Guidance:
        return QStringLiteral("s_c − s_u");
    case ArrowField::Error:
        break;
    }
    return QStringLiteral("s_θ − s");
}

/// The largest of 1, 2, 5 times a power of ten that is not larger.
double roundBelow(double value)
{
    const double power = std::pow(10., std::floor(std::log10(value)));
    const double digit = value / power;
    return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

} // namespace

const LaneArrowField* shownArrows(const LaneView& view)
{
    const ArrowSpec& spec = view.session.view.arrows;
    const bool fits = spec.layer.visible > 0 && spec.layer.opacity > 0 && view.arrows
                      && static_cast<int>(view.arrows->field) == static_cast<int>(spec.field)
                      && static_cast<std::size_t>(view.lane) < view.arrows->lanes.size();
    return fits ? &view.arrows->lanes[static_cast<std::size_t>(view.lane)] : nullptr;
}

void paintArrows(QPainter& painter, const OverlayFrame& frame)
{
    const LaneArrowField* field = shownArrows(frame.view);
    if (field == nullptr || field->vectors.empty())
        return;
    painter.save();
    painter.setOpacity(frame.view.session.view.arrows.layer.opacity);
    paintPaths(painter, frame, pathsOf(frame, *field), frame.plot);
    painter.restore();
}

void appendArrowRows(std::vector<LegendRow>& rows, const OverlayFrame& frame)
{
    const LaneArrowField* field = shownArrows(frame.view);
    if (field == nullptr)
        return;
    const QString name = fieldName(frame.view.arrows->field);
    if (!field->note.empty()) {
        rows.push_back({[](QPainter&, QPointF) {},
                        QStringLiteral("no arrows: ") + QString::fromStdString(field->note)});
        return;
    }
    const ArrowSpec& spec = frame.view.session.view.arrows;
    const bool isAlike = spec.scaling != 0;
    const double longest = frame.px(spec.spacing) * spec.length, room = frame.px(kSwatch);
    // An arrow of a round number that fits beside the words.
    const bool isMeasured = !isAlike && field->reference > 0;
    const double value =
        isMeasured ? roundBelow(field->reference * std::min(1., room / longest)) : 0;
    const double length = isMeasured ? value / field->reference * longest : std::min(longest, room);
    rows.push_back(
        {[sizes = ArrowSizes(frame), ink = frame.view.theme.text, width = penWidth(frame), length](
             QPainter& painter, QPointF centre) {
             ArrowPaths paths;
             addArrow(paths, sizes, centre, {1, 0}, length, false);
             painter.setPen(QPen(ink, width));
             for (const QPolygonF& shaft : paths.shafts)
                 painter.drawPolyline(shaft);
             for (const QPainterPath& head : paths.heads)
                 painter.fillPath(head, ink);
         },
         isMeasured ? name + QStringLiteral(", ") + prettyNumber(value, 4)
         : isAlike  ? name + QStringLiteral(", direction")
                    : name + QStringLiteral(" is 0")});
}

} // namespace scorefield::render
