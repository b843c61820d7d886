// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure.h"

#include "core/session/session_json.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/map_key.h"
#include "ui/render/offscreen.h"

#include <QBuffer>
#include <QImageReader>
#include <QImageWriter>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

const QString kSessionKey = QStringLiteral("scorefield-session");
constexpr double kInch = 0.0254;   // metres
constexpr double kLogicalDpi = 96; // of sizes and fonts
constexpr int kPdfDpi = 1200;      // of coordinates: a fiftieth of a millimetre
// Device pixels of a map's cell: painted by cubic interpolation. A path of its own for every cell
// is a hundred times the work.
constexpr double kMapCell = 2, kPathMapCell = 6;
constexpr double kPathEvaluations = 100; // of the field, about, on a path to a cell
constexpr int kFigureRidge = 384;        // cells along the longer side: lines of a few pixels
constexpr double kMostTerms = 2e8;       // cells times components of a map: some seconds

std::vector<LaneView> laneViews(const RunProduct& run, const OldFigureSpec& spec, double position)
{
    // The views want to share the run; the caller owns it for longer than they live.
    const std::shared_ptr<const RunProduct> shared(std::shared_ptr<const RunProduct>(), &run);
    const auto levels = run.levels();
    std::vector<LaneView> views;
    for (std::size_t lane = 0; lane < run.lanes.size(); ++lane) {
        LaneView view;
        view.run = shared;
        view.session = run.session;
        view.lane = static_cast<int>(lane);
        view.step = stepAtPosition(run.session.timeline, position, levels, view.lane);
        view.theme = spec.dark ? Theme::darkTheme() : Theme::lightTheme();
        views.push_back(std::move(view));
    }
    const double top = sharedDensityTop(views);
    for (auto& view : views)
        view.densityTop = top;
    return views;
}

/// The maps of all lanes at the figure's own resolution, if the session shows one.
void addMaps(std::vector<LaneView>& views,
             const std::vector<QRectF>& rectangles,
             const RunProduct& run,
             double ratio)
{
    const ViewSpec& style = run.session.view;
    if (views.empty() || mapQuantity(style) == MapQuantity::None)
        return;
    const bool paths = followsPaths(mapQuantity(style));
    const double terms = run.mixture->componentCount() * (paths ? kPathEvaluations : 1.0),
                 area = rectangles.front().width() * rectangles.front().height();
    const double cell =
        std::max((paths ? kPathMapCell : kMapCell) / ratio, std::sqrt(area * terms / kMostTerms));
    std::vector<MapWindow> windows;
    for (const LaneView& view : views)
        windows.push_back(mapWindow(view, rectangles[static_cast<std::size_t>(view.lane)], cell));
    WorkerPool pool;
    const auto maps = std::make_shared<const LaneMaps>(computeLaneMaps(run, style, windows, pool));
    for (LaneView& view : views)
        view.maps = maps;
}

/// The ridges of all lanes, if the session shows them.
void addRidges(std::vector<LaneView>& views,
               const std::vector<QRectF>& rectangles,
               const RunProduct& run)
{
    if (run.session.view.ridge.layer.visible == 0)
        return;
    std::vector<RidgeWindow> windows;
    for (const LaneView& view : views)
        windows.push_back(ridgeWindow(view, rectangles[static_cast<std::size_t>(view.lane)]));
    WorkerPool pool;
    auto ridges = computeLaneRidges(run, run.session.view, windows, pool, kFigureRidge);
    for (std::size_t i = 0; i < std::min(views.size(), ridges.size()); ++i)
        views[i].ridge = std::make_shared<const RidgePicture>(std::move(ridges[i]));
}

/// What the graphics card draws, and what lines and text are still to be painted over.
struct Drawn {
    QImage raster;
    std::vector<LaneView> views;
    std::vector<QRectF> rectangles;
};

Result<Drawn> drawLanes(const RunProduct& run, const OldFigureSpec& spec, double position)
{
    const double ratio = spec.dpi / kLogicalDpi;
    if (!(ratio > 0))
        return Error{"dpi", "the resolution must be positive"};
    auto context = OffscreenContext::create();
    if (!context)
        return context.error();
    const auto bound = (*context)->bindFramebuffer(spec.size);
    if (!bound)
        return bound.error();
    auto renderer = LaneRenderer::create();
    if (!renderer)
        return renderer.error();
    (*renderer)->setExact(true);

    Drawn drawn;
    auto& [raster, views, rectangles] = drawn;
    views = laneViews(run, spec, position);
    rectangles = laneRectangles({0, 0, spec.size.width() / ratio, spec.size.height() / ratio},
                                static_cast<int>(views.size()));
    addMaps(views, rectangles, run, ratio);
    addRidges(views, rectangles, run);
    (*renderer)->clear(spec.size, spec.dark ? Theme::darkTheme() : Theme::lightTheme());
    for (std::size_t i = 0; i < views.size(); ++i)
        (*renderer)->draw(views[i], rectangles[i], spec.size, ratio);
    raster = (*context)->read();
    if (raster.isNull())
        return Error{"size", "there is no memory for the picture"};
    renderer->reset(); // while its context is current
    return drawn;
}

void paintOverlays(QPainter& painter, const Drawn& drawn)
{
    for (std::size_t i = 0; i < drawn.views.size(); ++i)
        paintLaneOverlay(painter, drawn.views[i], drawn.rectangles[i]);
}

} // namespace

std::vector<QRectF> laneRectangles(const QRectF& area, int lanes)
{
    const int columns = lanes == 4 ? 2 : std::max(lanes, 1), rows = lanes == 4 ? 2 : 1;
    // Whole logical pixels, so that neighbours share crisp edges.
    const auto edge = [](double from, double length, int i, int count) {
        return std::round(from + length * i / count);
    };
    std::vector<QRectF> rectangles;
    for (int i = 0; i < lanes; ++i) {
        const int column = i % columns, row = i / columns;
        const double left = edge(area.left(), area.width(), column, columns),
                     right = edge(area.left(), area.width(), column + 1, columns);
        const double top = edge(area.top(), area.height(), row, rows),
                     bottom = edge(area.top(), area.height(), row + 1, rows);
        rectangles.emplace_back(left, top, right - left, bottom - top);
    }
    return rectangles;
}

Result<QImage> renderFigure(const RunProduct& run, const OldFigureSpec& spec, double position)
{
    auto drawn = drawLanes(run, spec, position);
    if (!drawn)
        return drawn.error();
    QPainter painter(&drawn->raster);
    painter.scale(spec.dpi / kLogicalDpi, spec.dpi / kLogicalDpi);
    paintOverlays(painter, *drawn);
    painter.end();
    return std::move(drawn->raster);
}

Result<QByteArray>
renderPdf(const RunProduct& run, const OldFigureSpec& spec, double position, const QString& title)
{
    const auto drawn = drawLanes(run, spec, position);
    if (!drawn)
        return drawn.error();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter pdf(&buffer);
    pdf.setCreator(QStringLiteral("Scorefield " SCOREFIELD_VERSION));
    pdf.setTitle(title);
    pdf.setPageSize(QPageSize(QSizeF(spec.size) / spec.dpi, QPageSize::Inch));
    pdf.setPageMargins(QMarginsF());
    pdf.setResolution(kPdfDpi);
    QPainter painter(&pdf);
    painter.scale(kPdfDpi / kLogicalDpi, kPdfDpi / kLogicalDpi);
    const QSizeF logical = QSizeF(spec.size) * kLogicalDpi / spec.dpi;
    painter.drawImage(QRectF(QPointF(), logical), drawn->raster);
    paintOverlays(painter, *drawn);
    if (!painter.end())
        return Error{"size", "there is no memory for the page"};
    return bytes;
}

QByteArray pngBytes(const QImage& image, const Session& session, double dpi)
{
    QImage opaque = image.convertToFormat(QImage::Format_RGB32);
    opaque.setDotsPerMeterX(static_cast<int>(std::lround(dpi / kInch)));
    opaque.setDotsPerMeterY(static_cast<int>(std::lround(dpi / kInch)));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    writer.setText(kSessionKey, QString::fromStdString(sessionToJson(session)));
    writer.setText(QStringLiteral("Software"), QStringLiteral("Scorefield " SCOREFIELD_VERSION));
    writer.write(opaque);
    return bytes;
}

Result<Session> sessionFromPng(const std::filesystem::path& path)
{
    QImageReader reader(QString::fromStdString(path.string()));
    if (!reader.canRead())
        return Error{path.string(), "this is no picture that can be read"};
    const QString text = reader.text(kSessionKey);
    if (text.isEmpty())
        return Error{path.string(), "the picture carries no Scorefield session"};
    auto session = sessionFromJson(text.toStdString());
    if (!session)
        return Error{path.string() + "#" + session.error().path, session.error().message};
    return session;
}

} // namespace scorefield::render
