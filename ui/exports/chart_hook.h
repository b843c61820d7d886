// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Charts as figures, for an export on any thread: the run is analysed there, the chart is drawn on
// the window's thread, where its widgets live.
#include "ui/export/export_run.h"

#include <stop_token>

namespace scorefield::ui {

/// For ExportHooks::charts. After a stop request it answers "cancelled" and waits for nothing.
std::function<Result<QByteArray>(const RunProduct&, const FigureSpec&, render::FigureFormat)>
chartHook(std::stop_token stop);

} // namespace scorefield::ui
