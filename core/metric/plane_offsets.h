// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where many points of the plane are relative to the ridge of log q~: the vectorised equivalent of
// ridgeOffset (core/geometry/ridge_point.h), for measuring whole runs.
#include "core/geometry/eigenframe.h"

#include <Eigen/Core>

#include <memory>
#include <vector>

namespace scorefield {

/// [n] each; n = (-v1, v0) is the normal of the frames.
struct PlaneOffsets {
    PlaneFrames frames;
    Eigen::ArrayXd normalScore; ///< f = n.s~, 0 on the ridge
    Eigen::ArrayXd slope;       ///< |grad f| with the sign of n.grad f, which is < 0 on the ridge
    Eigen::ArrayXd distance;    ///< delta = f/slope: n.(x~ - ridge) to first order
};

class PlaneRidge {
public:
    /// A mixture in the plane; sigma~ > 0.
    PlaneRidge(std::shared_ptr<const GaussianMixture> mixture, double noise);

    const RidgeField& field() const { return m_field; }
    double noise() const { return m_field.noise(); }
    /// grad f = lambda_2 n + (v.s)/(lambda_2 - lambda_1) T[v,n,.], x~ [n,2]; the second term is
    /// left out where the gap of the kappas is below 1e-6: its two factors vanish together there,
    /// and between two components it is 0. Thread-safe; no allocation where `offsets` has the size.
    void offsets(const Eigen::ArrayXXd& x, PlaneOffsets& offsets) const;

private:
    struct Term {
        double meanX, meanY, p00, p01, p11; ///< of the precision (Sigma_k + sigma~^2 I)^-1
        double logNormaliser;
    };
    /// T[v,n,.] = sum r_k (c_v c_n c - c_v P n - c_n P v - c v.P n), c = a_k - s.
    void third(const Eigen::ArrayXXd& x,
               const PlaneFrames& frames,
               Eigen::ArrayXd& t0,
               Eigen::ArrayXd& t1) const;

    RidgeField m_field;
    std::vector<Term> m_terms;
};

} // namespace scorefield
