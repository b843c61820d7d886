// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure.h"

#include "core/session/export_table.h"
#include "core/session/session_json.h"
#include "ui/export/figure_files.h"
#include "ui/export/figure_moments.h"
#include "ui/export/figure_painter.h"

#include <QBuffer>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kPointsPerInch = 72;

bool isChart(const FigureSpec& spec)
{
    return spec.content == static_cast<double>(FigureContent::OverTime)
           || spec.content == static_cast<double>(FigureContent::Ridge);
}

Status checkRuns(const FigureRuns& runs, const FigureSpec& spec)
{
    if (isChart(spec))
        return Error{"content", "is a chart, which needs the application to draw it"};
    return checkFigure(spec, static_cast<int>(runs.front()->lanes.size()));
}

/// The scene as a picture of this many pixels.
Result<QImage> painted(const FigureScene& scene,
                       const FigureSpec& spec,
                       const QSize& size,
                       bool asVectors,
                       const std::stop_token& stop)
{
    QImage image(size, QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return Error{"dpi", "there is no memory for the picture"};
    image.fill(spec.transparent != 0 ? QColor(Qt::transparent) : scene.theme.canvas);
    QPainter painter(&image);
    painter.scale(scene.ratio, scene.ratio);
    if (auto status = paintFigure(painter, scene, spec, asVectors, stop); !status)
        return status.error();
    painter.end();
    return image;
}

Result<QByteArray> pngBytes(const FigureRuns& runs,
                            const FigureSpec& spec,
                            const FigureScene& scene,
                            const std::stop_token& stop)
{
    const FigureSize size = figureSize(spec);
    const auto image = painted(scene, spec, {size.widthPx, size.heightPx}, false, stop);
    if (!image)
        return image.error();
    const QByteArray bytes =
        pngFile(*image, spec.transparent != 0, spec.dpi, carriedSession(runs, spec));
    if (bytes.isEmpty())
        return Error{"dpi", "there is no memory for the picture"};
    return bytes;
}

QString titleOf(const FigureRuns& runs, const FigureSpec& spec)
{
    return QString::fromStdString(spec.title.empty() ? runs.front()->session.info.title
                                                     : spec.title);
}

Result<QByteArray> pdfBytes(const FigureRuns& runs,
                            const FigureSpec& spec,
                            const FigureScene& scene,
                            const std::stop_token& stop)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter pdf(&buffer);
    pdf.setCreator(QStringLiteral("Scorefield " SCOREFIELD_VERSION));
    pdf.setTitle(titleOf(runs, spec));
    pdf.addFileAttachment(QStringLiteral("session.scorefield.json"),
                          QByteArray::fromStdString(sessionToJson(carriedSession(runs, spec))),
                          QStringLiteral("application/json"));
    // Whole points; the exact size comes afterwards.
    const QSizeF exact = scene.size * kPointsPerInch / kUnitsPerInch;
    const QSize page(static_cast<int>(std::ceil(exact.width())),
                     static_cast<int>(std::ceil(exact.height())));
    pdf.setPageSize(QPageSize(page, QString(), QPageSize::ExactMatch));
    pdf.setPageMargins(QMarginsF());
    pdf.setResolution(static_cast<int>(kUnitsPerInch));
    QPainter painter(&pdf);
    if (auto status = paintFigure(painter, scene, spec, true, stop); !status)
        return status.error();
    if (!painter.end())
        return Error{"size", "there is no memory for the page"};
    return finishedPdf(std::move(bytes), page, exact);
}

Result<QByteArray> svgBytes(const FigureRuns& runs,
                            const FigureSpec& spec,
                            const FigureScene& scene,
                            const std::stop_token& stop)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setResolution(static_cast<int>(kUnitsPerInch));
    svg.setSize(scene.size.toSize());
    svg.setViewBox(QRectF(QPointF(), scene.size));
    svg.setTitle(titleOf(runs, spec).toHtmlEscaped()); // which it does not do itself
    svg.setDescription(QStringLiteral("Scorefield " SCOREFIELD_VERSION));
    QPainter painter(&svg);
    if (auto status = paintFigure(painter, scene, spec, true, stop); !status)
        return status.error();
    painter.end();
    return finishedSvg(std::move(bytes), scene.theme.family, carriedSession(runs, spec));
}

} // namespace

Result<FigureFormat> figureFormat(std::string_view file)
{
    const QString name = QString::fromUtf8(file.data(), static_cast<qsizetype>(file.size()));
    const auto ends = [&](const char* ending) {
        return name.endsWith(QLatin1String(ending), Qt::CaseInsensitive);
    };
    if (ends(".png"))
        return FigureFormat::Png;
    if (ends(".svg"))
        return FigureFormat::Svg;
    if (ends(".pdf"))
        return FigureFormat::Pdf;
    return Error{std::string(file), "must end in .png, .svg or .pdf"};
}

Result<QByteArray> figureBytes(const FigureRuns& runs,
                               const FigureSpec& spec,
                               FigureFormat format,
                               const std::stop_token& stop)
{
    if (auto status = checkRuns(runs, spec); !status)
        return status.error();
    const auto scene = figureScene(runs, spec, spec.dpi, stop);
    if (!scene)
        return scene.error();
    return format == FigureFormat::Png   ? pngBytes(runs, spec, *scene, stop)
           : format == FigureFormat::Svg ? svgBytes(runs, spec, *scene, stop)
                                         : pdfBytes(runs, spec, *scene, stop);
}

Result<QImage> figurePreview(const FigureRuns& runs,
                             const FigureSpec& spec,
                             FigureFormat format,
                             QSize most,
                             const std::stop_token& stop)
{
    if (auto status = checkRuns(runs, spec); !status)
        return status.error();
    const FigureSize full = figureSize(spec);
    const double width = full.widthPt / kPointsPerInch, height = full.heightPt / kPointsPerInch;
    const double fitting = std::min(most.width() / width, most.height() / height);
    // A PNG has no finer pixels than its own; lines have any.
    const double pixelsPerInch =
        format == FigureFormat::Png ? std::min(fitting, full.pixelsPerInch) : fitting;
    const auto scene = figureScene(runs, spec, pixelsPerInch, stop);
    if (!scene)
        return scene.error();
    const QSize size(std::max(1, static_cast<int>(std::floor(width * pixelsPerInch))),
                     std::max(1, static_cast<int>(std::floor(height * pixelsPerInch))));
    return painted(*scene, spec, size, format != FigureFormat::Png, stop);
}

} // namespace scorefield::render
