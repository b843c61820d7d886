// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Charts as figures, for work on any thread but the window's: the run is analysed there, the charts
// are drawn on the window's thread, where their widgets live.
#include "ui/export/export_run.h"

#include <QSize>

#include <stop_token>

namespace scorefield::ui {

/// For ExportHooks::charts. After a stop request it answers "cancelled" and waits for nothing.
std::function<Result<QByteArray>(const RunProduct&, const FigureSpec&, render::FigureFormat)>
chartHook(std::stop_token stop);
/// The same picture at a resolution that fits into `most` pixels.
Result<QImage> chartPicture(const std::shared_ptr<const RunProduct>& run,
                            const FigureSpec& spec,
                            render::FigureFormat format,
                            QSize most,
                            std::stop_token stop);

} // namespace scorefield::ui
