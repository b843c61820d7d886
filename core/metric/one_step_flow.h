// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one-step map for pictures: many points at once, by the classical Runge-Kutta method on steps
// that are fixed beforehand. A hundred times faster than core/metric/one_step_map.h, to about a
// ten-thousandth of the data's scale.
#include "core/base/worker_pool.h"
#include "core/field/score_field.h"
#include "core/metric/guided_density.h"

#include <Eigen/Core>

#include <memory>
#include <stop_token>
#include <vector>

namespace scorefield {

class OneStepFlow {
public:
    /// Errors as oneStepMap. `fineness`: steps are as many times shorter, errors its fourth power
    /// smaller.
    static Result<OneStepFlow> create(const GuidedOde& ode, double fineness = 1);

    /// F(x) of points x_t [d,n], columns; NaN where a stop left them out.
    Eigen::MatrixXd
    ends(const Eigen::MatrixXd& points, WorkerPool& pool, std::stop_token stop = {}) const;
    int steps() const { return static_cast<int>(m_levels.size() - 1) / 2; }

private:
    OneStepFlow() = default;
    void follow(Block<double>& z) const;

    /// Of the trigonometric path, t the process's time: ends of steps and, between them, their
    /// middles.
    std::vector<PathCoefficients> m_levels;
    std::vector<double> m_angles;
    std::shared_ptr<const ScoreField<double>> m_field;
    double m_from = 1, m_to = 1; ///< sqrt(alpha^2 + sigma^2) at both ends
};

} // namespace scorefield
