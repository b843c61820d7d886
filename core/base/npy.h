// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// NumPy arrays on disk: NPY 1.0 and 2.0, little-endian f4, f8, i4, i8, C or Fortran order; written
// as 1.0, C order. Format: numpy.lib.format (NumPy documentation).
#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

struct NpyArray {
    std::vector<std::size_t> shape;
    std::vector<double> values; ///< C order
    std::size_t size() const { return values.size(); }
};

/// Error.path is the file; other types, headers whose shape is not what follows them, NaN or
/// infinite entries and files too large for the memory are refused with the reason.
Result<NpyArray> readNpy(const std::filesystem::path& path);
/// The same from the bytes of a file; Error.path is empty.
Result<NpyArray> npyFromBytes(std::string_view bytes);
/// The bytes of an NPY file of these values (C order), as f8 or f4.
std::string npyBytes(std::span<const std::size_t> shape, std::span<const double> values);
std::string npyBytes(std::span<const std::size_t> shape, std::span<const float> values);
/// The bytes of a list of records: a structured array whose fields are f8 with these names (UTF-8;
/// where two are the same the later one gets a number). `values` holds record after record.
std::string npyRecordBytes(const std::vector<std::string>& names, std::span<const double> values);

} // namespace scorefield
