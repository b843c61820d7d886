// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/ridge_projection.h"

#include "core/base/linear_algebra.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <string>

namespace scorefield {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// E (E^T M E)^-1 E^T s~ at x.
VectorXd step(const RidgeField& field, const VectorXd& x, const ProjectionOptions& options)
{
    const Eigenframe frame = field.frame(x);
    if (options.dimension == 0)
        return frame.precision.llt().solve(frame.score);
    const Index normals = x.size() - options.dimension;
    MatrixXd E;
    if (options.hessian == RidgeHessian::Log) {
        E = frame.vectors.rightCols(normals);
    } else {
        E = symmetricEigen(frame.hessian + frame.score * frame.score.transpose())
                .vectors.leftCols(normals); // ascending
    }
    const MatrixXd inside = E.transpose() * frame.precision * E;
    return E * inside.llt().solve(E.transpose() * frame.score);
}

} // namespace

Result<Projection> projectOntoRidge(const RidgeField& field,
                                    const MatrixXd& starts,
                                    const ProjectionOptions& options,
                                    WorkerPool& pool,
                                    std::stop_token stop)
{
    const int d = field.dimension();
    if (options.dimension < 0 || options.dimension >= d)
        return Error{"dimension",
                     "is " + std::to_string(options.dimension) + "; a ridge in " + std::to_string(d)
                         + " dimensions has 0 to " + std::to_string(d - 1)};
    if (starts.cols() != d)
        return Error{"starts",
                     "have " + std::to_string(starts.cols()) + " columns; the mixture has "
                         + std::to_string(d) + " dimensions"};
    const Index n = starts.rows();
    Projection result{starts, Eigen::VectorXi::Zero(n), VectorXd::Zero(n), std::vector<bool>()};
    const double enough = options.tolerance * field.scale();
    constexpr Index block = 8; // points between two looks at the counter of the pool
    pool.parallelFor(static_cast<std::size_t>((n + block - 1) / block), [&](std::size_t b) {
        const Index first = static_cast<Index>(b) * block;
        for (Index i = first; i < std::min(n, first + block); ++i) {
            VectorXd x = starts.row(i).transpose();
            double length = 0;
            int taken = 0;
            do {
                const VectorXd move = step(field, x, options);
                x += move;
                length = move.norm();
                ++taken;
            } while (length > enough && taken < options.steps && !stop.stop_requested());
            result.points.row(i) = x.transpose();
            result.steps(i) = taken;
            result.residual(i) = length;
        }
    });
    for (Index i = 0; i < n; ++i)
        result.settled.push_back(result.residual(i) <= enough);
    return result;
}

std::vector<MatrixXd> projectionPath(const RidgeField& field,
                                     const MatrixXd& starts,
                                     const ProjectionOptions& options,
                                     int steps)
{
    std::vector<MatrixXd> path{starts};
    for (int k = 0; k < steps; ++k) {
        MatrixXd next = path.back();
        for (Index i = 0; i < next.rows(); ++i)
            next.row(i) += step(field, next.row(i).transpose(), options).transpose();
        path.push_back(std::move(next));
    }
    return path;
}

} // namespace scorefield
