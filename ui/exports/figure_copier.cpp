// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/figure_copier.h"

#include "core/base/worker_pool.h"
#include "ui/exports/chart_hook.h"
#include "ui/exports/spec_reasons.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QImageReader>
#include <QMimeData>

namespace scorefield::ui {

namespace {

/// What a thread keeps from one picture to the next.
struct Kept {
    WorkerPool pool;
    std::shared_ptr<const RunProduct> run;
};

Result<QByteArray>
bytesOf(const FigureRequest& request, std::any& kept, const std::stop_token& stop)
{
    const auto runs = runsOf(request, kept, stop);
    if (!runs)
        return runs.error();
    constexpr auto format = render::FigureFormat::Png;
    return isChart(request.spec) ? chartHook(stop)(*runs->front(), request.spec, format)
                                 : render::figureBytes(*runs, request.spec, format, stop);
}

} // namespace

Result<render::FigureRuns>
runsOf(const FigureRequest& request, std::any& kept, const std::stop_token& stop)
{
    if (!kept.has_value())
        kept = std::make_shared<Kept>();
    Kept& own = *std::any_cast<const std::shared_ptr<Kept>&>(kept);
    render::ExportHooks hooks;
    hooks.stop = stop;
    hooks.models = request.models;
    hooks.previous = request.product ? request.product : own.run;
    auto runs = render::figureRuns(request.session, request.spec, own.pool, hooks);
    if (runs && !runs->empty())
        own.run = runs->front();
    return runs;
}

Result<QImage> drawPreview(const FigureRequest& request,
                           render::FigureFormat format,
                           QSize most,
                           std::any& kept,
                           const std::stop_token& stop)
{
    const auto runs = runsOf(request, kept, stop);
    if (!runs)
        return runs.error();
    return isChart(request.spec) ? chartPicture(runs->front(), request.spec, format, most, stop)
                                 : render::figurePreview(*runs, request.spec, format, most, stop);
}

FigureCopier::FigureCopier(QObject* parent) : QObject(parent)
{
    QImageReader::setAllocationLimit(0); // a large figure; no picture but our own is ever decoded
    connect(&m_worker, &PreviewWorker::ready, this, [this](const QImage& image) {
        auto* data = new QMimeData;
        data->setImageData(image);
        data->setData(QStringLiteral("image/png"), *m_png);
        QGuiApplication::clipboard()->setMimeData(data);
        Q_EMIT copied(image.size());
    });
    connect(&m_worker,
            &PreviewWorker::failed,
            this,
            [this](const QString& path, const QString& message) {
                Q_EMIT failed(path.isEmpty() ? message : path + QStringLiteral(": ") + message);
            });
}

void FigureCopier::copy(const FigureRequest& request)
{
    const auto png = std::make_shared<QByteArray>();
    m_png = png;
    m_worker.request([request, png](std::any& kept, const std::stop_token& stop) -> Result<QImage> {
        const auto bytes = bytesOf(request, kept, stop);
        if (!bytes)
            return bytes.error();
        *png = *bytes;
        QImage image = QImage::fromData(*bytes, "PNG");
        if (image.isNull())
            return Error{"width", "there is no memory for the picture"};
        return image;
    });
}

} // namespace scorefield::ui
