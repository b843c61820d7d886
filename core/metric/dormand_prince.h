// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// An adaptive solver of the flows of core/metric/guided_flow.h, one path after the other: Dormand
// and Prince 1980, J. Comput. Appl. Math. 6, of order 5 with an error estimate of order 4. It keeps
// its room between paths; of one thread.
#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield {

/// A Problem has rate(theta, state, rate) and error(difference, state): how large the estimated
/// error of one step is in units of what is allowed; NaN where it cannot be told.
template <class Problem>
class DormandPrince {
public:
    DormandPrince(Problem problem, Eigen::Index size, double longestStep)
        : m_problem(std::move(problem))
        , m_longestStep(longestStep)
    {
        m_slopes.fill(Eigen::VectorXd::Zero(size));
        m_next = m_error = m_slopes[0];
    }

    /// The state from angle `from` to `to`; false if it cannot be followed.
    bool follow(double from, double to, Eigen::VectorXd& state)
    {
        if (from == to)
            return state.allFinite();
        const double direction = to < from ? -1 : 1;
        double theta = from, step = std::min(kFirstStep, m_longestStep);
        m_problem.rate(theta, state, m_slopes[0]);
        ++m_evaluations;
        for (int attempt = 0; attempt < kMostSteps; ++attempt) {
            const double left = std::abs(to - theta);
            const bool last = step >= left;
            const double h = direction * std::min(step, left);
            const double error = attemptStep(theta, h, state);
            if (error <= 1) {
                theta = last ? to : theta + h;
                state = m_next;
                std::swap(m_slopes[0], m_slopes[kStages - 1]); // the last stage is the next first
                if (last)
                    return state.allFinite();
            }
            // 0.9: most next attempts are accepted; a NaN halves the step like a large error.
            const double factor = std::isfinite(error) ? 0.9 * std::pow(error + 1e-10, -0.2) : 0.2;
            step = std::min(m_longestStep, std::abs(h) * std::clamp(factor, 0.2, 5.0));
            if (step < 1e-15 * (1 + theta))
                return false;
        }
        return false;
    }
    double evaluations() const { return m_evaluations; } ///< of the rate, since it was made

private:
    static constexpr int kStages = 7;
    static constexpr double kNodes[kStages] = {0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1};
    static constexpr double kTableau[kStages][kStages - 1] = {
        {},
        {1. / 5},
        {3. / 40, 9. / 40},
        {44. / 45, -56. / 15, 32. / 9},
        {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
        {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
        {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}};
    static constexpr double kErrorWeights[kStages] = {
        71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40};
    static constexpr double kFirstStep = 1e-4; // of the angle; the first error estimate corrects it
    static constexpr int kMostSteps = 100000;  // of a path; beyond, the flow is too stiff to follow

    double attemptStep(double theta, double h, const Eigen::VectorXd& state)
    {
        for (int stage = 1; stage < kStages; ++stage) {
            m_next = state;
            for (int j = 0; j < stage; ++j)
                m_next += h * kTableau[stage][j] * m_slopes[static_cast<std::size_t>(j)];
            m_problem.rate(
                theta + kNodes[stage] * h, m_next, m_slopes[static_cast<std::size_t>(stage)]);
            ++m_evaluations;
        }
        m_error.setZero();
        for (int j = 0; j < kStages; ++j)
            m_error += h * kErrorWeights[j] * m_slopes[static_cast<std::size_t>(j)];
        return m_problem.error(m_error, state);
    }

    Problem m_problem;
    double m_longestStep, m_evaluations = 0;
    std::array<Eigen::VectorXd, kStages> m_slopes;
    Eigen::VectorXd m_next, m_error;
};

} // namespace scorefield
