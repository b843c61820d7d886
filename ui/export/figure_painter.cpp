// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_painter.h"

#include "ui/render/lane_overlay.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/offscreen.h"
#include "ui/render/typeset.h"
#include "ui/render/vector_layers.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

// Designed pixels of the fonts beside the panels.
constexpr double kTitleFont = 17, kHeadingFont = 14, kRemarkFont = 11.5;
constexpr double kSmallest = .72; // of the usual size of a name that does not fit

/// The layers of one panel that OpenGL draws.
enum class DenseLayers { All, Field, Particles };

bool isParticlesAsVectors(const FigureSpec& spec, const LaneView& view)
{
    const auto choice = static_cast<ParticleDrawing>(static_cast<int>(spec.particles));
    if (choice != ParticleDrawing::Automatic)
        return choice == ParticleDrawing::Vector;
    const auto& product = *view.run->lanes[static_cast<std::size_t>(view.lane)];
    return static_cast<double>(product.trajectories.particles) <= spec.particleLimit;
}

LaneView withLayers(LaneView view, DenseLayers layers)
{
    ViewSpec& style = view.session.view;
    if (layers != DenseLayers::All)
        style.contours.visible = style.trails.visible = style.ellipses.visible = 0;
    if (layers == DenseLayers::Field)
        style.particles.visible = 0;
    if (layers == DenseLayers::Particles) {
        style.density.visible = 0;
        style.swarm.layer.visible = 0; // lies below the paths, as the density does
        style.mapQuantity = static_cast<double>(MapQuantity::None);
        view.maps = nullptr;
    }
    return view;
}

bool showsAnything(const LaneView& view)
{
    const ViewSpec& style = view.session.view;
    return style.density.visible > 0 || style.contours.visible > 0 || style.particles.visible > 0
           || style.trails.visible > 0 || style.ellipses.visible > 0
           || style.swarm.layer.visible > 0 || view.maps;
}

/// Draws the dense layers of one panel after the other.
class PanelRasterizer {
public:
    static Result<std::unique_ptr<PanelRasterizer>> create()
    {
        auto context = OffscreenContext::create();
        if (!context)
            return context.error();
        auto renderer = LaneRenderer::create();
        if (!renderer)
            return renderer.error();
        (*renderer)->setExact(true);
        return std::unique_ptr<PanelRasterizer>(
            new PanelRasterizer(std::move(context).value(), std::move(renderer).value()));
    }
    ~PanelRasterizer()
    {
        m_context->makeCurrent();
        m_renderer.reset(); // while its context is current
    }
    PanelRasterizer(const PanelRasterizer&) = delete;
    PanelRasterizer& operator=(const PanelRasterizer&) = delete;

    struct Picture {
        QImage image;
        QRect place; ///< device pixels of the page
        std::optional<SwarmStatus> swarm;
    };
    /// The plot of a panel, in whole device pixels; over nothing where `overNothing`.
    Result<Picture>
    draw(const LaneView& view, const QRectF& rectangle, double ratio, bool overNothing)
    {
        const QRectF plot = plotRectangle(rectangle, view.scale, view.parts);
        const auto pixel = [ratio](double unit) {
            return static_cast<int>(std::lround(unit * ratio));
        };
        const QPoint corner(pixel(plot.left()), pixel(plot.top()));
        const QSize size(std::max(pixel(plot.right()) - corner.x(), 1),
                         std::max(pixel(plot.bottom()) - corner.y(), 1));
        if (const auto bound = m_context->bindFramebuffer(size); !bound)
            return bound.error();
        m_renderer->clear(size, view.theme, overNothing);
        m_renderer->draw(view, rectangle.translated(-QPointF(corner) / ratio), size, ratio);
        if (const auto why = m_renderer->whyIncomplete())
            return Error{"", *why};
        Picture picture{m_context->read(), QRect(corner, size), m_renderer->swarm(view.lane)};
        if (picture.image.isNull())
            return Error{"dpi", "there is no memory for the picture"};
        return picture;
    }

private:
    PanelRasterizer(std::unique_ptr<OffscreenContext> context,
                    std::unique_ptr<LaneRenderer> renderer)
        : m_context(std::move(context))
        , m_renderer(std::move(renderer))
    {
    }
    std::unique_ptr<OffscreenContext> m_context;
    std::unique_ptr<LaneRenderer> m_renderer;
};

/// One panel from its densest layer to its text.
class PanelPainter {
public:
    PanelPainter(QPainter& painter,
                 const FigureScene& scene,
                 const FigureSpec& spec,
                 PanelRasterizer& rasterizer)
        : m_painter(painter)
        , m_scene(scene)
        , m_spec(spec)
        , m_rasterizer(rasterizer)
    {
    }

    Status asPixels(LaneView view, const QRectF& rectangle)
    {
        if (auto status = dense(view, rectangle, DenseLayers::All, isOverNothing()); !status)
            return status;
        paintLaneOverlay(m_painter, view, rectangle);
        return success();
    }

    Status asVectors(LaneView view, const QRectF& rectangle)
    {
        const bool vectorParticles = isParticlesAsVectors(m_spec, view);
        if (auto status = dense(view, rectangle, DenseLayers::Field, isOverNothing()); !status)
            return status;
        paintVectorLayers(m_painter, view, rectangle, {.particles = vectorParticles});
        if (!vectorParticles)
            if (auto status = dense(view, rectangle, DenseLayers::Particles, true); !status)
                return status;
        paintLaneOverlay(m_painter, view, rectangle);
        return success();
    }

private:
    bool isOverNothing() const { return m_spec.transparent != 0; }

    /// Tells the view what there is of its swarm, for the legend.
    Status dense(LaneView& view, const QRectF& rectangle, DenseLayers layers, bool overNothing)
    {
        const LaneView shown = withLayers(view, layers);
        if (!showsAnything(shown))
            return success();
        const auto picture = m_rasterizer.draw(shown, rectangle, m_scene.ratio, overNothing);
        if (!picture)
            return picture.error();
        if (layers != DenseLayers::Particles)
            view.swarm = picture->swarm;
        const double unit = 1 / m_scene.ratio;
        const QRectF place(QPointF(picture->place.topLeft()) * unit,
                           QSizeF(picture->place.size()) * unit);
        m_painter.save();
        m_painter.setRenderHint(QPainter::LosslessImageRendering);
        m_painter.setRenderHint(QPainter::SmoothPixmapTransform, false); // pixel on pixel
        m_painter.drawImage(place,
                            overNothing ? picture->image
                                        : picture->image.convertToFormat(QImage::Format_RGB32));
        m_painter.restore();
        return success();
    }

    QPainter& m_painter;
    const FigureScene& m_scene;
    const FigureSpec& m_spec;
    PanelRasterizer& m_rasterizer;
};

/// Its length along the page, and across.
QSizeF roomOf(const PageText& text)
{
    return text.upwards ? text.rectangle.size().transposed() : text.rectangle.size();
}

QFont fontOf(const FigureScene& scene, PageText::Role role, double factor = 1)
{
    const double size = role == PageText::Role::Title    ? kTitleFont
                        : role == PageText::Role::Remark ? kRemarkFont
                                                         : kHeadingFont;
    return interfaceFont(
        factor * size * scene.scale, role == PageText::Role::Title, scene.theme.family);
}

/// Names are rather smaller than cut short, all of them alike.
double nameFactor(const FigureScene& scene)
{
    double factor = 1;
    for (const PageText& text : scene.page.texts) {
        const double usual = QFontMetricsF(fontOf(scene, text.role)).horizontalAdvance(text.text);
        if (text.role == PageText::Role::Heading && usual > roomOf(text).width())
            factor = std::min(factor, .98 * roomOf(text).width() / usual); // sizes are whole units
    }
    return std::max(kSmallest, factor);
}

void paintText(QPainter& painter, const FigureScene& scene, const PageText& text, double names)
{
    const bool isTitle = text.role == PageText::Role::Title,
               isRemark = text.role == PageText::Role::Remark;
    const double length = roomOf(text).width();
    const bool isName = !isTitle && !isRemark && !text.isFormula;
    const QFont font = fontOf(scene, text.role, isName ? names : 1);
    const QFontMetricsF metrics(font);
    const QString shown = isRemark ? fittingClauses(text.text, font, length)
                                   : metrics.elidedText(text.text, Qt::ElideRight, length);
    const double width =
        text.isFormula ? formulaWidth(shown, font) : metrics.horizontalAdvance(shown);
    painter.save();
    painter.translate(text.upwards ? text.rectangle.bottomLeft() : text.rectangle.topLeft());
    if (text.upwards)
        painter.rotate(-90);
    const QPointF baseline(isTitle ? 0 : (length - width) / 2,
                           (roomOf(text).height() + metrics.capHeight()) / 2);
    const QColor color = isRemark ? scene.theme.secondary : scene.theme.text;
    if (text.isFormula) {
        drawFormula(painter, baseline, shown, font, color);
    } else {
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(baseline, shown);
    }
    painter.restore();
}

} // namespace

Status paintFigure(QPainter& painter,
                   const FigureScene& scene,
                   const FigureSpec& spec,
                   bool asVectors,
                   const std::stop_token& stop)
{
    auto rasterizer = PanelRasterizer::create();
    if (!rasterizer)
        return rasterizer.error();
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    if (spec.transparent == 0)
        painter.fillRect(QRectF(QPointF(), scene.size), scene.theme.canvas);
    PanelPainter panel(painter, scene, spec, **rasterizer);
    for (std::size_t i = 0; i < scene.views.size(); ++i) {
        if (stop.stop_requested())
            return Error{"", "cancelled"};
        const QRectF& rectangle = scene.page.cells[i].rectangle;
        const auto status = asVectors ? panel.asVectors(scene.views[i], rectangle)
                                      : panel.asPixels(scene.views[i], rectangle);
        if (!status)
            return status;
    }
    const double names = nameFactor(scene);
    for (const PageText& text : scene.page.texts)
        paintText(painter, scene, text, names);
    scene.keys->paint(painter, scene.page.keys);
    return success();
}

} // namespace scorefield::render
