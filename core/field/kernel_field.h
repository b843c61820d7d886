// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A field that is nothing but rows of the float kernels and one weight per level: what lets a run
// take its steps inside the kernels.
#include "core/field/kernel.h"
#include "core/process/forward_process.h"

#include <optional>

namespace scorefield {

class KernelField {
public:
    struct AtLevel {
        KernelMixture mixture; ///< valid as long as the field
        float weight = 1;
    };

    virtual ~KernelField() = default;
    /// Nothing where this level cannot be had as rows; sigma > 0.
    virtual std::optional<AtLevel> rowsAt(const PathCoefficients& level) const = 0;
};

} // namespace scorefield
