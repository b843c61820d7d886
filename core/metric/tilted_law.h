// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What guidance is often said to sample and does not: the clean data's tilted density
// q_0(x|c)^w q_0(x)^(1-w)/Z, summed up on a grid without any sampling. The reference that guided
// end points are compared with.
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

namespace scorefield {

class TiltedLaw {
public:
    /// For d = 1 or 2, w >= 0 and regular covariances. Error (empty path): else, or where modes are
    /// too narrow for the grid or too many to evaluate on it. `label` must have a component.
    static Result<TiltedLaw> create(const GaussianMixture& mixture, int label, double w);

    double logNormaliser() const { return m_logNormaliser; }       ///< log Z
    double confidence() const { return m_confidence; }             ///< E P(c | x)
    double entropy() const { return m_entropy; }                   ///< nats
    double pairwiseDistance() const { return m_pairwiseDistance; } ///< E |x - x'|

private:
    struct Grid;

    double m_logNormaliser = 0, m_confidence = 0, m_entropy = 0, m_pairwiseDistance = 0;
};

} // namespace scorefield
