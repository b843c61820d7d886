// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The density q_t in the view plane, flattened for the picture: log q(x) = log sum_k exp(c_k - |W_k
// (x - m_k)|^2 / 2), W_k = C_k^(-1/2). One table for the shader, the contours' thresholds and the
// top of the colour scale. In one dimension the vertical direction counts for nothing.
#include "core/mixture/gaussian_mixture.h"

#include <QPointF>

#include <array>
#include <span>
#include <vector>

namespace scorefield::render {

class PlaneDensity {
public:
    struct Component {
        double x, y;               ///< alpha mu_k
        double w00, w01, w10, w11; ///< rows of W_k
        double logPeak;            ///< log pi_k - 1/2 log|C_k| - d/2 log 2 pi
        std::array<double, 4>
            halfAxes; ///< Q_k sqrt(v): columns (x1, y1), (x2, y2), one standard deviation long
        double weight;
    };

    /// `mixture` of dimension 1 or 2, noised to alpha x_0 + sigma eps. Variances below (1e-6 of the
    /// data scale)^2 are drawn as that, so that points have a density.
    PlaneDensity(const GaussianMixture& mixture, double alpha, double sigma);

    int dimension() const { return m_dimension; } ///< 1 or 2
    const std::vector<Component>& components() const { return m_components; }
    double logDensity(QPointF x) const;
    /// The same at many points; of many components to 1e-6.
    std::vector<double> logDensities(std::span<const QPointF> points) const;
    /// The largest log density at the noised means (at most 128 of them: those with the highest
    /// peaks, and an even choice of the others).
    double logTop() const;
    /// Log densities t_m with P(log q(X) >= t_m) = m: the edges of the highest-density regions
    /// (Hyndman 1996) of these masses, as quantiles of log q over quasi-random exact draws
    /// (component by systematic sampling, place by a Halton sequence).
    std::vector<double> regionThresholds(const std::vector<double>& masses) const;

private:
    std::vector<QPointF> draws(int count) const;

    int m_dimension = 2;
    std::vector<Component> m_components;
};

} // namespace scorefield::render
