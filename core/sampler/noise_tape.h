// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Recorded normals: what another program drew, or a run of one's own, to be used again.
#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace scorefield {

/// Draw number k of a run takes slice k; a run of fewer particles takes the first rows.
struct NoiseTape {
    std::size_t calls = 0, particles = 0, dimension = 0;
    std::vector<double> values; ///< [calls][particles][dimension], C order
};

/// An NPY file of three dimensions; Error.path is the file.
Result<std::shared_ptr<const NoiseTape>> loadNoiseTape(const std::filesystem::path& path);

} // namespace scorefield
