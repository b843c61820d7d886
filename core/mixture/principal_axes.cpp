// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/linear_algebra.h"
#include "core/mixture/data_set.h"

namespace scorefield {

Result<PrincipalAxes> principalAxes(const Eigen::MatrixXd& points, int dimension)
{
    const Eigen::Index n = points.rows(), p = points.cols();
    if (n < 2)
        return Error{"points",
                     "There are " + std::to_string(n) + " points; principal axes need at least 2."};
    if (dimension < 1 || dimension > p)
        return Error{"dimension",
                     "The number of principal axes is " + std::to_string(dimension)
                         + "; it must be 1 to " + std::to_string(p) + "."};
    if (!points.allFinite())
        return Error{"points", "The points hold a NaN or an infinity."};

    PrincipalAxes result;
    result.mean = points.colwise().mean();
    const Eigen::MatrixXd centred = points.rowwise() - result.mean.transpose();
    const SymmetricEigen solver =
        symmetricEigen(centred.transpose() * centred / static_cast<double>(n - 1));
    result.axes = solver.vectors.rightCols(dimension).rowwise().reverse();
    result.variances = solver.values.tail(dimension).reverse().cwiseMax(0.0);
    for (auto axis : result.axes.colwise()) {
        Eigen::Index largest = 0;
        axis.cwiseAbs().maxCoeff(&largest);
        if (axis(largest) < 0)
            axis = -axis;
    }
    return result;
}

} // namespace scorefield
