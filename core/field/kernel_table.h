// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One noise level of a mixture in the form the float kernels read, computed in double and rounded
// once.
#include "core/field/component_order.h"
#include "core/field/kernel.h"

#include <vector>

namespace scorefield {

struct KernelTable {
    std::vector<float> rows;
    int members = 0, others = 0;
    bool centred = true, shared = false;

    KernelMixture mixture() const { return {rows.data(), members, others, centred, shared}; }
};

/// d = 2 or 3, sigma > 0. Reuses the memory of `table`.
/// While the noise is wider than the data (alpha^2 extent^2 <= sigma^2) the log-weights are
/// expanded about the common quadratic, which all components share and which cancels exactly;
/// otherwise every component is centred on itself, which is exact near it. Each form is used where
/// its rounding error is the smaller one.
void fillKernelTable(const GaussianMixture& mixture,
                     const ComponentOrder& order,
                     const PathCoefficients& level,
                     KernelTable& table);

} // namespace scorefield
