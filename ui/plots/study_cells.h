// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Charts of coloured cells: a quantity over two sweeps, one chart per lane, one scale of colours.
#include "core/study/table.h"
#include "ui/plots/chart_spec.h"

#include <string>
#include <vector>

namespace scorefield::plots {

struct CellSweeps {
    const Column &x, &y;
};

void addCells(std::vector<ChartSpec>& charts,
              const Table& table,
              const CellSweeps& sweeps,
              const std::string& quantity);

} // namespace scorefield::plots
