// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/figure_copier.h"

#include "core/base/worker_pool.h"
#include "core/session/export_table.h"
#include "ui/exports/chart_hook.h"
#include "ui/exports/spec_reasons.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

#include <algorithm>

namespace scorefield::ui {

namespace {

/// What a thread keeps from one picture to the next.
struct Kept {
    WorkerPool pool;
    std::shared_ptr<const RunProduct> run;
};

/// The same page with fewer pixels, its text and lines in proportion.
FigureSpec shrunk(FigureSpec spec, QSize most)
{
    const FigureSize size = figureSize(spec);
    const double share = std::min({1.,
                                   static_cast<double>(most.width()) / size.widthPx,
                                   static_cast<double>(most.height()) / size.heightPx});
    if (spec.unit == static_cast<double>(LengthUnit::Pixel)) {
        spec.width *= share;
        spec.height *= share;
    }
    spec.dpi *= share;
    return spec;
}

Result<QByteArray> bytesOf(const FigureRequest& request,
                           const FigureSpec& spec,
                           std::any& kept,
                           const std::stop_token& stop)
{
    const auto runs = runsOf(request, kept, stop);
    if (!runs)
        return runs.error();
    return isChart(spec) ? chartHook(stop)(*runs->front(), spec, render::FigureFormat::Png)
                         : render::figureBytes(*runs, spec, render::FigureFormat::Png, stop);
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
    if (isChart(request.spec)) {
        const auto bytes = bytesOf(request, shrunk(request.spec, most), kept, stop);
        if (!bytes)
            return bytes.error();
        return QImage::fromData(*bytes);
    }
    const auto runs = runsOf(request, kept, stop);
    if (!runs)
        return runs.error();
    return render::figurePreview(*runs, request.spec, format, most, stop);
}

FigureCopier::FigureCopier(QObject* parent) : QObject(parent)
{
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
    m_worker.request(
        [request, png](std::any& kept, const std::stop_token& stop) -> Result<QImage> {
            const auto bytes = bytesOf(request, request.spec, kept, stop);
            if (!bytes)
                return bytes.error();
            *png = *bytes;
            return QImage::fromData(*bytes, "PNG");
        });
}

} // namespace scorefield::ui
