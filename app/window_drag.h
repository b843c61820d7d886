// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Drags a slider of the open window as a hand would, and says how long each value took to become
// a simulation: how "scorefield bench" measures the window, in a process of its own.
class QString;

namespace scorefield::ui {
class MainWindow;
}

namespace scorefield::app {

/// `request`: "lanes.0.eta 150", a parameter and a number of ticks (16 ms apart, of mouse moves).
/// Begins when the first frame has been shown; writes one line of JSON to stdout and ends the
/// application.
void measureDrag(ui::MainWindow& window, const QString& request);

} // namespace scorefield::app
