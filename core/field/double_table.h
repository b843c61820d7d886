// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A mixture in the form the double kernels read: what all noise levels share, and the rows of one.
#include "core/field/component_order.h"
#include "core/field/double_kernel.h"

#include <memory>
#include <vector>

namespace scorefield {

class DoubleTables {
public:
    DoubleTables(std::shared_ptr<const GaussianMixture> mixture, ComponentOrder order);

    int members() const { return m_order.members; }
    int others() const { return m_order.others(); }
    /// Of the rows of one level.
    std::size_t bytes() const;

    /// The rows at a level with sigma > 0. Reuses the memory of `rows`.
    void fill(const PathCoefficients& level, std::vector<double>& rows) const;
    /// `rows` must live as long as it is used.
    DoubleMixture mixture(const std::vector<double>& rows) const;

private:
    std::shared_ptr<const GaussianMixture> m_mixture;
    ComponentOrder m_order;
    DoubleForm m_form = DoubleForm::Isotropic;
    std::vector<std::vector<int>> m_axes; // of each component whose eigenvectors are coordinate
                                          // axes: which eigenvalue belongs to each coordinate
    std::vector<double> m_packed;         // d > 3: all rotations, one after the other
    std::vector<const double*> m_rotations;
};

} // namespace scorefield
