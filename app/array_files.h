// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Arrays between files and the program: particles are rows in files.
#include "core/base/npy.h"
#include "core/sampler/simulate.h"

#include <Eigen/Core>

#include <array>
#include <string>
#include <vector>

namespace scorefield::app {

/// "[64, 2]".
std::string shapeText(const std::vector<std::size_t>& shape);
/// Points [n,d] from an NPY file, n >= 1; a list [d] is one point, and for d = 1 a list [n] is n
/// points.
Result<Eigen::MatrixXd> readPoints(const std::string& path, int dimension);

/// The states [n,d] at one step of a run.
template <class Real>
Eigen::MatrixXd statesAt(const BasicTrajectories<Real>& run, int step)
{
    Eigen::MatrixXd states(static_cast<Eigen::Index>(run.particles), run.dimension);
    for (int axis = 0; axis < run.dimension; ++axis) {
        const auto values = run.coordinate(step, axis);
        for (std::size_t i = 0; i < values.size(); ++i)
            states(static_cast<Eigen::Index>(i), axis) = static_cast<double>(values[i]);
    }
    return states;
}

/// NPY bytes of [n,d] as Real.
template <class Real>
std::string matrixBytes(const Eigen::MatrixXd& matrix)
{
    const std::array<std::size_t, 2> shape{static_cast<std::size_t>(matrix.rows()),
                                           static_cast<std::size_t>(matrix.cols())};
    const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows =
        matrix.template cast<Real>();
    return npyBytes(shape,
                    std::span<const Real>(rows.data(), static_cast<std::size_t>(rows.size())));
}

/// NPY bytes of all states [K+1,n,d], noise first.
template <class Real>
std::string trajectoryBytes(const BasicTrajectories<Real>& run)
{
    const auto d = static_cast<std::size_t>(run.dimension);
    const auto levels = static_cast<std::size_t>(run.steps) + 1;
    std::vector<Real> rows(levels * run.particles * d);
    for (std::size_t k = 0; k < levels; ++k)
        for (std::size_t axis = 0; axis < d; ++axis) {
            const auto values = run.coordinate(static_cast<int>(k), static_cast<int>(axis));
            for (std::size_t i = 0; i < run.particles; ++i)
                rows[(k * run.particles + i) * d + axis] = values[i];
        }
    const std::array<std::size_t, 3> shape{levels, run.particles, d};
    return npyBytes(shape, std::span<const Real>(rows));
}

} // namespace scorefield::app
