// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where one Gaussian can stand for many: components w_k N(alpha mu_k, C_k) against the Gaussian of
// their weight, mean and covariance. With a common base covariance B <= C_k, smallest eigenvalue
// s^2, both are B convolved with distributions that agree in the first two moments, so the ratio of
// both is 1 - kappa_3 : He_3(z)/6 + kappa_4 : He_4(z)/24 - ... with z = B^-1/2 (x - alpha m)
// (Gram-Charlier about the Gaussian), and every later term is bounded by the absolute moments of
// the spread. Our own derivation; the cumulants are exact, the remainder is an upper bound.
#include "core/field/noised_row.h"

#include <cstddef>
#include <vector>

namespace scorefield {

template <int D>
struct NodeMoments {
    RowSource<D> gaussian;            ///< of the same weight, mean and covariance
    double half[D] = {};              ///< of the box about the mean that holds all means
    double radius = 0;                ///< of the ball about the mean that holds all means
    double widest = 0, narrowest = 0; ///< largest and smallest eigenvalue of all Sigma_k
    bool same = true;                 ///< whether all components are the same but for their weight
    double third = 0, fourth = 0;     ///< Frobenius norms of the cumulants
    double base = 0;                  ///< smallest eigenvalue of the common base of the Sigma_k
    double fuzz = 0;                  ///< largest trace of what a Sigma_k exceeds the base by
    double fifth = 0, sixth = 0;      ///< bounds of the absolute moments over 5! and 6!
    double scatter = 0;               ///< of the means about theirs: mean square

    /// Of the components numbered [begin, end).
    NodeMoments(const std::vector<RowSource<D>>& components, std::size_t begin, std::size_t end);

    /// Up to which distance |x - alpha m| the Gaussian stands for the components: it changes no
    /// posterior mean by more than `tolerance`, where data reach `extent` from the mean of all.
    /// Negative: nowhere.
    double reach(double alpha, double sigma, double extent, double tolerance) const;

    /// Where the node is only a part of what weighs: it changes no posterior mean by more than
    /// tolerance 2^(-b/4)/32 at distances r up to `far` where all weigh 2^b times as much as it,
    /// b >= need + slope r^2. A hundred such nodes of equal weight stay below the tolerance
    /// together.
    struct Share {
        double need, slope, far;
    };
    Share share(double alpha, double sigma, double extent, double tolerance) const;

private:
    /// The change of posterior means by the Gaussian at z standard deviations s of the base.
    struct Change;
    Change change(double alpha, double sigma, double extent) const;
    void setRemainder(const std::vector<RowSource<D>>& components,
                      std::size_t begin,
                      std::size_t end,
                      const Eigen::Matrix<double, D, D>& Sigma,
                      double spread);
};

extern template struct NodeMoments<2>;
extern template struct NodeMoments<3>;

} // namespace scorefield
