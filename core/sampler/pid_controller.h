// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A PID controller of step sizes: the next factor comes from the last three error estimates. G.
// Söderlind, ACM Trans. Math. Softw. 29 (2003); the limiter and the choice of acceptance as in
// k-diffusion's PIDStepSizeController.
#include <array>
#include <cmath>

namespace scorefield {

class PidController {
public:
    struct Gains {
        double proportional, integral, derivative;
        double order;  ///< of the error estimate
        double safety; ///< a step is accepted if the factor is at least this
    };
    PidController(double step, const Gains& gains) : m_step(step), m_gains(gains) {}

    double step() const { return m_step; }
    /// Takes the error of an attempted step (1 = at the tolerance; not finite: as if infinite),
    /// changes the step, and says whether the attempt is accepted.
    bool accepts(double error)
    {
        const double inverse = std::isfinite(error) ? 1 / (error + kTiny) : 0;
        if (!m_started)
            m_inverse.fill(inverse);
        m_started = true;
        m_inverse[0] = inverse;
        const auto& [p, i, d, order, safety] = m_gains;
        const double raw = std::pow(m_inverse[0], (p + i + d) / order)
                           * std::pow(m_inverse[1], -(p + 2 * d) / order)
                           * std::pow(m_inverse[2], d / order);
        const double factor = 1 + std::atan((std::isnan(raw) ? 0 : raw) - 1); // 0.21 … 2.57
        const bool accepted = factor >= safety;
        if (accepted) {
            m_inverse[2] = m_inverse[1];
            m_inverse[1] = m_inverse[0];
        }
        m_step *= factor;
        return accepted;
    }
    /// Goes back to a step that was cut short for another reason than its error.
    void restore(double step) { m_step = step; }

private:
    static constexpr double kTiny = 1e-8; // k-diffusion's eps: keeps a zero error finite

    double m_step;
    Gains m_gains;
    std::array<double, 3> m_inverse{}; // 1/error of this, the last and the one before
    bool m_started = false;
};

} // namespace scorefield
