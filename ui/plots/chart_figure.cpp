// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_figure.h"

#include "core/base/file.h"
#include "core/session/export_table.h"
#include "core/session/session_json.h"
#include "ui/export/figure.h"
#include "ui/export/figure_files.h"
#include "ui/plots/chart_page.h"

#include <QBuffer>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace scorefield::plots {

namespace {

using render::FigureFormat;

constexpr double kPointsPerInch = 72;

/// With the charts' pixels of a unit.
Result<QImage> imageOf(const ChartPage& page, const QSize& pixels, double pixelsPerInch)
{
    QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return Error{"dpi", "there is no memory for the picture"};
    image.fill(page.background());
    QCPPainter painter(&image);
    painter.scale(pixelsPerInch / ChartPage::kUnitsPerInch,
                  pixelsPerInch / ChartPage::kUnitsPerInch);
    painter.setMode(QCPPainter::pmVectorized); // no rounding to whole units
    painter.setRenderHint(QPainter::Antialiasing);
    page.paint(painter);
    painter.end();
    return image;
}

Result<QByteArray> pngOf(const ChartPage& page, const FigureSpec& spec, const Session& session)
{
    const FigureSize size = figureSize(spec);
    const auto image = imageOf(page, {size.widthPx, size.heightPx}, size.pixelsPerInch);
    if (!image)
        return image.error();
    const QByteArray bytes =
        render::pngFile(*image, spec.transparent != 0, size.pixelsPerInch, session);
    if (bytes.isEmpty())
        return Error{"dpi", "there is no memory for the picture"};
    return bytes;
}

/// The whole page on a device of vectors.
void paintOn(QPaintDevice& device, const ChartPage& page)
{
    QCPPainter painter;
    painter.begin(&device);
    painter.setMode(QCPPainter::pmVectorized);
    page.paint(painter);
    painter.end();
}

QByteArray svgOf(const ChartPage& page, const Session& session)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setResolution(static_cast<int>(ChartPage::kUnitsPerInch));
    svg.setSize(page.size().toSize());
    svg.setViewBox(QRectF(QPointF(), page.size()));
    svg.setTitle(page.title().toHtmlEscaped()); // which it does not do itself
    svg.setDescription(QStringLiteral("Scorefield " SCOREFIELD_VERSION));
    paintOn(svg, page);
    return render::finishedSvg(std::move(bytes), page.family(), session);
}

QByteArray pdfOf(const ChartPage& page, const Session& session)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter pdf(&buffer);
    pdf.setCreator(QStringLiteral("Scorefield " SCOREFIELD_VERSION));
    pdf.setTitle(page.title());
    pdf.addFileAttachment(QStringLiteral("session.scorefield.json"),
                          QByteArray::fromStdString(sessionToJson(session)),
                          QStringLiteral("application/json"));
    // Whole points; the exact size comes afterwards.
    const QSizeF exact = page.size() * kPointsPerInch / ChartPage::kUnitsPerInch;
    const QSize whole(static_cast<int>(std::ceil(exact.width())),
                      static_cast<int>(std::ceil(exact.height())));
    pdf.setPageSize(QPageSize(whole, QString(), QPageSize::ExactMatch));
    pdf.setPageMargins(QMarginsF());
    pdf.setResolution(static_cast<int>(ChartPage::kUnitsPerInch));
    paintOn(pdf, page);
    return render::finishedPdf(std::move(bytes), whole, exact);
}

} // namespace

FigureSpec usualChartFigure()
{
    FigureSpec spec;
    spec.width = 960;
    spec.height = 600;
    spec.legend = static_cast<double>(KeyPlace::Shared);
    return spec;
}

Result<QByteArray> chartBytes(const std::vector<ChartSpec>& charts,
                              const FigureSpec& spec,
                              FigureFormat format,
                              const Session& session)
{
    if (auto status = render::checkFigure(spec, kMaxLanes); !status)
        return status.error();
    const ChartPage page(charts, spec);
    if (format == FigureFormat::Png)
        return pngOf(page, spec, session);
    return format == FigureFormat::Svg ? svgOf(page, session) : pdfOf(page, session);
}

Result<QImage> chartPreview(const std::vector<ChartSpec>& charts,
                            const FigureSpec& spec,
                            FigureFormat format,
                            QSize most)
{
    if (auto status = render::checkFigure(spec, kMaxLanes); !status)
        return status.error();
    const FigureSize full = figureSize(spec);
    const double width = full.widthPt / kPointsPerInch, height = full.heightPt / kPointsPerInch;
    const double fitting = std::min(most.width() / width, most.height() / height);
    // A PNG has no finer pixels than its own; lines have any.
    const double pixelsPerInch =
        format == FigureFormat::Png ? std::min(fitting, full.pixelsPerInch) : fitting;
    const QSize size(std::max(1, static_cast<int>(std::floor(width * pixelsPerInch))),
                     std::max(1, static_cast<int>(std::floor(height * pixelsPerInch))));
    return imageOf(ChartPage(charts, spec), size, pixelsPerInch);
}

Status exportCharts(const std::vector<ChartSpec>& charts,
                    const std::string& path,
                    const FigureSpec& spec,
                    const Session& session)
{
    const auto format = render::figureFormat(path);
    if (!format)
        return format.error();
    const auto bytes = chartBytes(charts, spec, *format, session);
    if (!bytes)
        return bytes.error();
    return writeFileAtomically(std::filesystem::path(path),
                               {bytes->constData(), static_cast<std::size_t>(bytes->size())});
}

} // namespace scorefield::plots
