// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_figure.h"

#include "core/base/file.h"
#include "ui/plots/chart.h"

#include <QBuffer>
#include <QImage>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace scorefield::plots {

namespace {

constexpr double kPixelsPerInch = 96; ///< of sizes and fonts on paper
constexpr int kPdfDpi = 1200;

/// How many charts in a row show the same quantity: the lanes' maps, to be compared.
int groupOf(const std::vector<ChartSpec>& charts)
{
    const auto isOther = [&](const ChartSpec& chart) {
        return !chart.cells || chart.cells->label != charts.front().cells->label;
    };
    return charts.empty() || !charts.front().cells
               ? 1
               : static_cast<int>(std::find_if(charts.begin(), charts.end(), isOther)
                                  - charts.begin());
}

/// As many columns as keep the cells closest to 3:2, and groups side by side or below one another.
int columnsFor(int charts, int group, QSize size)
{
    int best = 1;
    double nearest = 1e9;
    for (int columns = 1; columns <= charts; ++columns) {
        if (columns % group != 0 && group % columns != 0)
            continue;
        const int rows = (charts + columns - 1) / columns;
        const double shape = (static_cast<double>(size.width()) / columns)
                             / (static_cast<double>(size.height()) / rows);
        const double distance = std::abs(std::log(shape / 1.5));
        if (distance < nearest) {
            nearest = distance;
            best = columns;
        }
    }
    return best;
}

void paintCharts(QCPPainter& painter,
                 const std::vector<ChartSpec>& charts,
                 QSize size,
                 const render::Theme& theme)
{
    const int count = static_cast<int>(charts.size());
    const int columns = columnsFor(std::max(count, 1), groupOf(charts), size);
    const int rows = (count + columns - 1) / columns;
    painter.fillRect(QRect(QPoint(), size), theme.panel);
    for (int i = 0; i < count; ++i) {
        QCustomPlot plot;
        const QRect cell(i % columns * size.width() / columns,
                         i / columns * size.height() / rows,
                         size.width() / columns,
                         size.height() / rows);
        plot.resize(cell.size());
        const ChartSpec& spec = charts[static_cast<std::size_t>(i)];
        fillPlot(plot, spec, theme, 1);
        wrapLegend(plot, cell.width());
        addMarks(plot, spec, theme, 1, QStringLiteral("overlay"));
        painter.save();
        painter.translate(cell.topLeft());
        plot.toPainter(&painter, cell.width(), cell.height());
        painter.restore();
    }
}

QByteArray
pngOf(const std::vector<ChartSpec>& charts, QSize size, const render::Theme& theme, double dpi)
{
    const double factor = dpi / kPixelsPerInch;
    QImage image((QSizeF(size) * factor).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.fill(theme.panel);
    {
        QCPPainter painter(&image);
        painter.scale(factor, factor);
        painter.setMode(QCPPainter::pmVectorized); // no rounding to whole pixels of 1/96 inch
        painter.setRenderHint(QPainter::Antialiasing);
        paintCharts(painter, charts, size, theme);
    }
    constexpr double kMetresPerInch = 0.0254;
    image.setDotsPerMeterX(qRound(dpi / kMetresPerInch));
    image.setDotsPerMeterY(qRound(dpi / kMetresPerInch));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray svgOf(const std::vector<ChartSpec>& charts, QSize size, const render::Theme& theme)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setSize(size);
    svg.setViewBox(QRect(QPoint(), size));
    svg.setResolution(qRound(kPixelsPerInch));
    svg.setTitle(charts.empty() ? QString() : charts.front().title);
    QCPPainter painter;
    painter.begin(&svg);
    painter.setMode(QCPPainter::pmVectorized);
    paintCharts(painter, charts, size, theme);
    painter.end();
    return bytes;
}

QByteArray pdfOf(const std::vector<ChartSpec>& charts, QSize size, const render::Theme& theme)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter pdf(&buffer);
    pdf.setCreator(QStringLiteral("Scorefield"));
    pdf.setPageSize(QPageSize(QSizeF(size) / kPixelsPerInch, QPageSize::Inch));
    pdf.setPageMargins(QMarginsF());
    pdf.setResolution(kPdfDpi);
    QCPPainter painter;
    painter.begin(&pdf);
    painter.setMode(QCPPainter::pmVectorized);
    painter.scale(kPdfDpi / kPixelsPerInch, kPdfDpi / kPixelsPerInch);
    paintCharts(painter, charts, size, theme);
    painter.end();
    return bytes;
}

} // namespace

Status exportCharts(const std::vector<ChartSpec>& charts,
                    const std::string& path,
                    QSize size,
                    const render::Theme& theme,
                    double dpi)
{
    const QString ending = QString::fromStdString(path).section(QLatin1Char('.'), -1).toLower();
    QByteArray bytes;
    if (ending == QStringLiteral("png"))
        bytes = pngOf(charts, size, theme, dpi);
    else if (ending == QStringLiteral("svg"))
        bytes = svgOf(charts, size, theme);
    else if (ending == QStringLiteral("pdf"))
        bytes = pdfOf(charts, size, theme);
    else
        return Error{path, "must end in .png, .svg or .pdf"};
    return writeFileAtomically(std::filesystem::path(path),
                               {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

} // namespace scorefield::plots
