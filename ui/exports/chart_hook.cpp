// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/chart_hook.h"

#include "ui/export/figure.h"
#include "ui/export/figure_moments.h"
#include "ui/plots/chart_figure.h"

#include <QCoreApplication>

#include <condition_variable>
#include <mutex>
#include <optional>

namespace scorefield::ui {

namespace {

/// Where the window's thread leaves what it has drawn, for whoever waits for it still.
template <class T>
struct Answer {
    std::mutex mutex;
    std::condition_variable_any given;
    std::optional<Result<T>> value;
};

template <class T, class Draw>
Result<T> drawnByTheWindow(std::stop_token stop, Draw draw)
{
    const auto answer = std::make_shared<Answer<T>>();
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [answer, stop, draw] {
            if (stop.stop_requested())
                return;
            Result<T> drawn = draw();
            const std::lock_guard lock(answer->mutex);
            answer->value = std::move(drawn);
            answer->given.notify_one();
        },
        Qt::QueuedConnection);
    std::unique_lock lock(answer->mutex);
    if (!answer->given.wait(lock, stop, [&] { return answer->value.has_value(); }))
        return Error{{}, "cancelled"};
    return *answer->value;
}

} // namespace

std::function<Result<QByteArray>(const RunProduct&, const FigureSpec&, render::FigureFormat)>
chartHook(std::stop_token stop)
{
    return [stop](const RunProduct& run,
                  const FigureSpec& spec,
                  render::FigureFormat format) -> Result<QByteArray> {
        const auto charts = plots::chartsOfRun(run, spec);
        if (!charts)
            return charts.error();
        // The caller keeps the run until we are back.
        const std::shared_ptr<const RunProduct> borrowed(std::shared_ptr<const RunProduct>(), &run);
        const Session session = render::carriedSession({borrowed}, spec);
        return drawnByTheWindow<QByteArray>(stop, [charts = *charts, spec, format, session] {
            return plots::chartBytes(charts, spec, format, session);
        });
    };
}

Result<QImage> chartPicture(const std::shared_ptr<const RunProduct>& run,
                            const FigureSpec& spec,
                            render::FigureFormat format,
                            QSize most,
                            std::stop_token stop)
{
    const auto charts = plots::chartsOfRun(*run, spec);
    if (!charts)
        return charts.error();
    return drawnByTheWindow<QImage>(stop, [charts = *charts, spec, format, most] {
        return plots::chartPreview(charts, spec, format, most);
    });
}

} // namespace scorefield::ui
