// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The decompositions of small dense matrices that many files ask for. Compiled once: a solver of
// Eigen's costs every file that names it seconds of compiling.
#include <Eigen/Core>

#include <optional>

namespace scorefield {

/// A = V diag(values) V^T: values ascending, orthonormal columns in the same order.
struct SymmetricEigen {
    Eigen::VectorXd values;
    Eigen::MatrixXd vectors;
};

/// Of a symmetric matrix, of which the lower triangle is read (tridiagonal QR iterations).
SymmetricEigen symmetricEigen(const Eigen::MatrixXd& symmetric);
/// The same values alone.
Eigen::VectorXd symmetricEigenvalues(const Eigen::MatrixXd& symmetric);
/// Of the matrix with this diagonal [d] and these entries beside it [d-1].
SymmetricEigen tridiagonalEigen(const Eigen::VectorXd& diagonal, const Eigen::VectorXd& beside);

/// x of A x = b by elimination with full pivoting.
Eigen::VectorXd solveLinear(const Eigen::MatrixXd& A, const Eigen::VectorXd& b);
/// x of A x = b, A symmetric positive definite; nothing where it is not.
std::optional<Eigen::VectorXd> solveCholesky(const Eigen::MatrixXd& A, const Eigen::VectorXd& b);
/// The lower triangular L with L L^T = A; nothing where A is not positive definite.
std::optional<Eigen::MatrixXd> choleskyFactor(const Eigen::MatrixXd& A);
/// L^-1 B for a lower triangular L.
Eigen::MatrixXd solveLower(const Eigen::MatrixXd& L, const Eigen::MatrixXd& B);

} // namespace scorefield
