// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a run computed, as data files.
#include "core/session/session_run.h"

#include <string>

namespace scorefield {

enum class DataFormat { Npy, Csv, Json };

/// The bytes of the file. NPY: little-endian float64, ends and starts [n, d], trajectories
/// [K+1, n, d], noise [calls, n, d], a ridge as a structured list of points [m, …]; CSV: a header,
/// one row per point; JSON: an object with shapes, levels and names. Error.path: "content".
Result<std::string> dataBytes(const RunProduct& run, const DataSpec& spec, DataFormat format);

} // namespace scorefield
