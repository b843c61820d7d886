// SPDX-License-Identifier: GPL-3.0-or-later
// Characteristic guidance. Published for variance-preserving noise predictions as the fixed point
// delta = sigma (eps_u(x + w delta) - eps_c(x + (w - 1) delta)), eps^ = w eps_c(x + (w - 1) delta)
// - (w - 1) eps_u(x + w delta). With sigma eps = x - alpha D that is, on every process, in X =
// x/alpha: find y with
//   g(y) = D_c(X + (w - 1) y) - D_u(X + w y) = 0,   then D = D_u(X + w y) + w g(y).
// y = 0 is classifier-free guidance. Solved by Broyden's method, particle by particle.
#include "core/field/guidance_parts.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

class Characteristic {
public:
    Characteristic(const Choice& choice, const RunFacts& run)
        : m_weight(choice.values.at("w"))
        , m_iterations(static_cast<int>(choice.values.at("iterations")))
        , m_tolerance(choice.values.at("tolerance"))
        , m_damping(choice.values.at("damping"))
        , m_scale(run.mixture != nullptr ? run.mixture->scale() : 1)
    {
    }

    double weight(double) const { return m_weight; }

    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory*,
                 Block<double>& denoised) const
    {
        MeanSource::Means at, shifted;
        means.split(level, x, at);
        denoised = at.unconditional + m_weight * at.difference;
        if (!(level.alpha > 0)) // both means are constants: the same at every shift
            return;
        Search search(*this, level, at.difference);
        Block<double> moved(x.rows(), x.cols());
        for (int i = 0; i < m_iterations && search.advance(); ++i) {
            moved = x + (m_weight - 1) * level.alpha * search.trial();
            means.split(level, moved, shifted);
            at.conditional.swap(shifted.conditional);
            moved = x + m_weight * level.alpha * search.trial();
            means.split(level, moved, shifted);
            search.found(at.conditional - shifted.unconditional, shifted.unconditional, denoised);
        }
    }

private:
    /// The root of g for a block of particles. Every trial starts from the best place so far, half
    /// as far after one that was no better; what has converged stays where it is.
    class Search {
    public:
        Search(const Characteristic& rule,
               const PathCoefficients& level,
               const Block<double>& first)
            : m_rule(rule)
            , m_trial(Block<double>::Zero(first.rows(), first.cols()))
            , m_best(m_trial)
            , m_value(first)
            , m_size(first.square().rowwise().sum())
            , m_share(Eigen::ArrayXd::Ones(first.rows()))
        {
            // Minus the inverse slope of one Gaussian of the size of the data, (1 + sigma~^2/s^2):
            // the published iteration (factor 1) needs that many more steps at large noise.
            const double noise = level.sigmaTilde() / rule.m_scale;
            m_inverse.assign(static_cast<std::size_t>(first.rows()),
                             rule.m_damping * (1 + noise * noise)
                                 * Eigen::MatrixXd::Identity(first.cols(), first.cols()));
            // No farther at once than the law of X reaches.
            m_farthest = 10 * (level.sigmaTilde() + rule.m_scale);
        }
        const Block<double>& trial() const { return m_trial; }

        /// Chooses the next trial; false if there is nothing left to do.
        bool advance()
        {
            // w g is what is left in the posterior mean.
            const double enough =
                m_rule.m_tolerance * m_rule.m_scale / std::max(1.0, std::abs(m_rule.m_weight));
            bool any = false;
            m_trial = m_best;
            for (Eigen::Index i = 0; i < m_trial.rows(); ++i) {
                if (m_size(i) <= enough * enough)
                    continue;
                const Eigen::VectorXd step =
                    m_inverse[static_cast<std::size_t>(i)] * m_value.row(i).transpose().matrix();
                const double length = step.norm();
                if (!std::isfinite(length) || !(length > 0))
                    continue;
                m_trial.row(i) +=
                    (m_share(i) * std::min(1.0, m_farthest / length) * step).transpose().array();
                any = true;
            }
            return any;
        }

        /// g at trial(), and D_u there: the best so far is kept.
        void found(const Block<double>& value, const Block<double>& mean, Block<double>& denoised)
        {
            for (Eigen::Index i = 0; i < m_trial.rows(); ++i) {
                if ((m_trial.row(i) == m_best.row(i)).all())
                    continue;
                update(i, value);
                const double size = value.row(i).square().sum();
                if (!(size < m_size(i))) {
                    m_share(i) /= 2;
                    continue;
                }
                m_share(i) = std::min(1.0, 2 * m_share(i));
                m_size(i) = size;
                m_best.row(i) = m_trial.row(i);
                m_value.row(i) = value.row(i);
                denoised.row(i) = mean.row(i) + m_rule.m_weight * value.row(i);
            }
        }

    private:
        /// Broyden's rank-one change: afterwards H (g_new - g) = -step.
        void update(Eigen::Index i, const Block<double>& value)
        {
            Eigen::MatrixXd& H = m_inverse[static_cast<std::size_t>(i)];
            const Eigen::VectorXd step = (m_trial.row(i) - m_best.row(i)).transpose().matrix();
            const Eigen::VectorXd turned = H * (value.row(i) - m_value.row(i)).transpose().matrix();
            const double along = step.dot(turned);
            // A change of slope to less than a tenth, or of sign, is no guide for the next step.
            if (along < -0.1 * step.squaredNorm())
                H -= (step + turned) * (step.transpose() * H) / along;
        }

        const Characteristic& m_rule;
        Block<double> m_trial, m_best, m_value; // y, the best y, g there [n,d]
        Eigen::ArrayXd m_size, m_share;         // |g|^2 at the best y; share of a step to take [n]
        std::vector<Eigen::MatrixXd> m_inverse; // minus the inverse Jacobian of g
        double m_farthest;
    };

    double m_weight;
    int m_iterations;
    double m_tolerance, m_damping, m_scale;
};

constexpr const char* kSource = " Zheng and Lan 2023, arXiv:2312.07586.";

} // namespace

GuidanceKind characteristicGuidance()
{
    ParameterDescriptor weight =
        guidanceWeight(4,
                       std::string("Without shifts this is classifier-free guidance with w; 0 is "
                                   "unconditional and 1 conditional. Strong guidance may have "
                                   "several solutions.")
                           + kSource);
    weight.sliderMaximum = 10;
    GuidanceKind kind;
    kind.info = {
        "characteristic",
        "Characteristic",
        "D_c(X + (w − 1)y) = D_u(X + wy) = D",
        "Asks both means at shifted points where they agree, so that the guided field obeys the "
        "Fokker–Planck equation: a non-linear correction for strong guidance. Where no such points "
        "are found, the closest that were seen.",
        "Zheng and Lan 2023, arXiv:2312.07586",
        {weight,
         {.key = "iterations",
          .label = "Iterations",
          .type = ParameterType::Integer,
          .minimum = 0,
          .maximum = 20,
          .defaultValue = 10,
          .step = 1,
          .help = std::string("Of Broyden's method, at most: each asks both means twice. 0 is "
                              "classifier-free guidance.")
                  + kSource},
         {.key = "tolerance",
          .label = "Tolerance",
          .unit = "of the data scale",
          .minimum = 1e-10,
          .maximum = 1e-3,
          .defaultValue = 1e-5,
          .scale = Scale::Logarithmic,
          .help = std::string("How far apart the two means may stay, times w.") + kSource},
         {.key = "damping",
          .symbol = "θ",
          .label = "First step",
          .minimum = 0.01,
          .maximum = 1,
          .defaultValue = 1,
          .help = std::string("Share of the first step that is taken: smaller where the search "
                              "jumps to another root.")
                  + kSource},
         guidanceTarget()},
        "",
        {},
        {}};
    kind.make = makeRunRule<Characteristic>;
    return kind;
}

} // namespace scorefield
