// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a run computed, as data files.
#include "core/session/session_run.h"

#include <stop_token>
#include <string>

namespace scorefield {

enum class DataFormat { Npy, Csv, Json };

/// The format of a file by its ending (isDataFile).
DataFormat dataFormat(std::string_view file);

/// The bytes of the file, in the process's own coordinates x_t. NPY: little-endian float64, ends
/// and starts [n, d], trajectories [K+1, n, d], noise [calls, n, d], a ridge as a list of records;
/// CSV: a header, one row per point; JSON: an object with shapes, levels and names.
/// Noise is that of the run in double precision, drawn again by running it; a ridge is traced as
/// `scorefield ridge --trace` does. Error (path: "content" or "lane"): the run has no such thing,
/// or was stopped.
Result<std::string> dataBytes(const RunProduct& run,
                              const DataSpec& spec,
                              DataFormat format,
                              const std::stop_token& stop = {});

} // namespace scorefield
