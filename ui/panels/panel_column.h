// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The scrolling column of sections that a side panel is.
class QVBoxLayout;
class QWidget;

namespace scorefield::ui {

/// Makes `panel` a panel: background, vertical scrolling, and a column to which sections are added
/// from the top.
QVBoxLayout* makePanelColumn(QWidget* panel);

} // namespace scorefield::ui
