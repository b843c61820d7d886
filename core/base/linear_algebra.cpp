// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/linear_algebra.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

namespace scorefield {

using Solver = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>;

SymmetricEigen symmetricEigen(const Eigen::MatrixXd& symmetric)
{
    const Solver solver(symmetric);
    return {solver.eigenvalues(), solver.eigenvectors()};
}

Eigen::VectorXd symmetricEigenvalues(const Eigen::MatrixXd& symmetric)
{
    return Solver(symmetric, Eigen::EigenvaluesOnly).eigenvalues();
}

SymmetricEigen tridiagonalEigen(const Eigen::VectorXd& diagonal, const Eigen::VectorXd& beside)
{
    Solver solver;
    solver.computeFromTridiagonal(diagonal, beside);
    return {solver.eigenvalues(), solver.eigenvectors()};
}

Eigen::VectorXd solveLinear(const Eigen::MatrixXd& A, const Eigen::VectorXd& b)
{
    return A.fullPivLu().solve(b);
}

std::optional<Eigen::VectorXd> solveCholesky(const Eigen::MatrixXd& A, const Eigen::VectorXd& b)
{
    const Eigen::LLT<Eigen::MatrixXd> factor(A);
    if (factor.info() != Eigen::Success)
        return std::nullopt;
    return factor.solve(b);
}

std::optional<Eigen::MatrixXd> choleskyFactor(const Eigen::MatrixXd& A)
{
    const Eigen::LLT<Eigen::MatrixXd> factor(A);
    if (factor.info() != Eigen::Success)
        return std::nullopt;
    return Eigen::MatrixXd(factor.matrixL());
}

Eigen::MatrixXd solveLower(const Eigen::MatrixXd& L, const Eigen::MatrixXd& B)
{
    return L.triangularView<Eigen::Lower>().solve(B);
}

} // namespace scorefield
