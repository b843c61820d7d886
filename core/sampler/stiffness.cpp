// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/stiffness.h"

#include "core/base/text.h"
#include "core/field/score_field.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <complex>

namespace scorefield {

namespace {

using Complex = std::complex<double>;

constexpr int kParticles = 16, kSteps = 24; // looked at, at most
constexpr int kFullDimension = 8;           // of Jacobians with all their eigenvalues
constexpr double kWork = 1e6;               // particles × components × coordinates² looked at
// Of the noise level: the mean changes within sigma^2 over the distance of two modes, which is
// longer for all modes nearer than 10^4 sigma.
constexpr double kDifference = 1e-4;

bool canBeStiff(const SimulationPlan& plan, const GuidanceRule& rule)
{
    const auto sampler = findSampler(plan.sampler);
    const bool isJudged = sampler && (*sampler)->evaluationsPerStep > 0 && !(*sampler)->doubleOnly;
    if (!isJudged || !rule.target() || rule.form() == GuidanceForm::Field
        || (plan.error && plan.error->ignoresGuidance()))
        return false;
    return !rule.isLinear()
           || std::any_of(plan.levels.begin(), plan.levels.end(), [&rule](const auto& level) {
                  if (!(level.sigma > 0))
                      return false;
                  const double w = rule.weight(level);
                  return !(w >= 0 && w <= 1); // in between, dD/dx is positive semi-definite
              });
}

/// Of alpha dD/dx: row i of the blocks is particle i, and the i-th of each further d rows is it
/// moved along a coordinate.
std::vector<Complex> eigenvaluesOf(const Block<double>& denoised,
                                   Eigen::Index particles,
                                   Eigen::Index particle,
                                   double alphaOverStep)
{
    const Eigen::Index d = denoised.cols();
    Eigen::MatrixXd jacobian(d, d);
    for (Eigen::Index c = 0; c < d; ++c)
        jacobian.col(c) =
            alphaOverStep
            * (denoised.row((c + 1) * particles + particle) - denoised.row(particle)).matrix();
    if (!jacobian.allFinite())
        return {};
    const Eigen::VectorXcd values = jacobian.eigenvalues();
    return {values.data(), values.data() + values.size()};
}

/// What is looked at, at one level.
class Look {
public:
    Look(const SimulationPlan& plan, const std::shared_ptr<const GuidanceRule>& rule)
        : m_guided(makeExactField<double>(plan.mixture, rule, {}))
        , m_plain(makeExactField<double>(plan.mixture, makeUnguided(), {}))
    {
    }

    /// The eigenvalues of every particle of x [n,d], or the one quotient along the guidance.
    std::vector<std::vector<Complex>> at(const PathCoefficients& level,
                                         const Block<double>& x) const
    {
        const Eigen::Index n = x.rows(), d = x.cols();
        const bool isFull = d <= kFullDimension;
        const double step = kDifference * level.sigma;
        Block<double> places(n * (isFull ? d + 1 : 2), d), denoised(places.rows(), d),
            direction(n, d);
        if (isFull) {
            places = x.replicate(d + 1, 1);
            for (Eigen::Index c = 0; c < d; ++c)
                places.block((c + 1) * n, c, n, 1) += step;
        } else {
            Block<double> guided(n, d);
            m_guided->denoise(level, x, guided);
            m_plain->denoise(level, x, direction);
            direction = guided - direction;
            direction.colwise() /= direction.square().rowwise().sum().sqrt().max(1e-300);
            places << x, x + step * direction;
        }
        m_guided->denoise(level, places, denoised);
        std::vector<std::vector<Complex>> values;
        for (Eigen::Index i = 0; i < n; ++i)
            if (isFull)
                values.push_back(eigenvaluesOf(denoised, n, i, level.alpha / step));
            else
                values.push_back(
                    {level.alpha / step
                     * ((denoised.row(n + i) - denoised.row(i)) * direction.row(i)).sum()});
        return values;
    }

private:
    std::unique_ptr<ScoreField<double>> m_guided, m_plain;
};

/// R in native coordinates, of the stages of an affine step.
Complex amplification(const AffineStep& step, Complex j)
{
    Complex y = 1, kept = 0;
    for (int i = 0; i < step.count; ++i) {
        const AffineStage& stage = step.stages[i];
        const Complex mean = stage.level.alpha > 0 ? j / stage.level.alpha * y : 0;
        const Complex next = stage.state * y + stage.denoised * mean + stage.kept * kept;
        kept = stage.keepState * y + stage.keepDenoised * mean;
        y = next;
    }
    return y;
}

/// |R(j)| of every step.
class Amplifier {
public:
    explicit Amplifier(const SimulationPlan& plan) : m_plan(plan)
    {
        const SamplerKind& kind = **findSampler(plan.sampler);
        m_eta = kind.usesEta ? plan.eta : 0;
        m_stepper = kind.makeDouble(plan.sampler.values);
    }

    double at(int step, Complex j) const
    {
        const auto k = static_cast<std::size_t>(step);
        const PathCoefficients& from = m_plan.levels[k];
        const PathCoefficients& to =
            m_plan.stepEnds.empty() ? m_plan.levels[k + 1] : m_plan.stepEnds[k];
        const auto affine =
            m_stepper->affine({from, to, m_eta, m_plan.process.get(), m_plan.levels, step});
        if (affine)
            return std::abs(amplification(*affine, j)) * from.alpha / to.alpha;
        const double ratio = to.sigmaTilde() / from.sigmaTilde();
        return std::abs(ratio + (1 - ratio) * j);
    }

private:
    const SimulationPlan& m_plan;
    std::unique_ptr<Stepper<double>> m_stepper;
    double m_eta;
};

template <class Real>
Block<double> someStates(const BasicTrajectories<Real>& run, int step, Eigen::Index particles)
{
    Block<double> x(particles, run.dimension);
    for (int c = 0; c < run.dimension; ++c) {
        const auto values = run.coordinate(step, c);
        for (Eigen::Index i = 0; i < particles; ++i)
            x(i, c) = values[static_cast<std::size_t>(i) * run.particles
                             / static_cast<std::size_t>(particles)];
    }
    return x;
}

} // namespace

double stepAmplification(const SimulationPlan& plan, int step, double re, double im)
{
    return Amplifier(plan).at(step, {re, im});
}

template <class Real>
std::optional<Stiffness> findStiffness(const SimulationPlan& plan,
                                       const BasicTrajectories<Real>& run)
{
    const auto rule = guidanceForRun(plan.guidance, {plan.levels, plan.mixture, plan.process});
    if (run.particles == 0 || plan.keepOnlyEnd || !canBeStiff(plan, *rule))
        return std::nullopt;
    const double d = run.dimension,
                 each = plan.mixture->componentCount() * d * d * (d <= kFullDimension ? d + 1 : 4);
    const auto particles =
        static_cast<Eigen::Index>(std::min<std::size_t>(kParticles, run.particles));
    const int states = std::min(run.steps, static_cast<int>(plan.levels.size()) - 2) + 1,
              looks = std::clamp(static_cast<int>(kWork / (each * static_cast<double>(particles))),
                                 1,
                                 std::min(kSteps, states));
    const Look look(plan, rule);
    const Amplifier amplifier(plan);
    std::optional<Stiffness> worst;
    for (int at = 0; at < looks; ++at) {
        const int step = static_cast<int>((at + .5) * states / looks);
        const PathCoefficients& level = plan.levels[static_cast<std::size_t>(step)];
        if (!(level.alpha > 0))
            continue;
        std::vector<double> overshoots;
        for (const auto& values : look.at(level, someStates(run, step, particles))) {
            double most = 0;
            for (const Complex j : values)
                if (j.real() < 1)
                    most = std::max(most, amplifier.at(step, j));
            if (most > kOvershoot)
                overshoots.push_back(most);
        }
        if (overshoots.empty() || 8 * static_cast<Eigen::Index>(overshoots.size()) < particles)
            continue;
        const auto middle = overshoots.begin() + static_cast<std::ptrdiff_t>(overshoots.size() / 2);
        std::nth_element(overshoots.begin(), middle, overshoots.end());
        const double share =
            static_cast<double>(overshoots.size()) / static_cast<double>(particles);
        if (!worst || *middle > worst->overshoot)
            worst = {step + 1, level.sigmaTilde(), *middle, share};
    }
    return worst;
}

template std::optional<Stiffness> findStiffness(const SimulationPlan&,
                                                const BasicTrajectories<float>&);
template std::optional<Stiffness> findStiffness(const SimulationPlan&,
                                                const BasicTrajectories<double>&);

std::string stiffnessNote(const Stiffness& stiffness, int steps)
{
    return "stiff: step " + std::to_string(stiffness.step) + " of " + std::to_string(steps)
           + " overshoots " + formatNumber(stiffness.overshoot, 2) + "-fold";
}

std::string stiffnessRemark(const Stiffness& stiffness, int steps)
{
    return "stiff: guidance pulls so hard that step " + std::to_string(stiffness.step) + " of "
           + std::to_string(steps) + " (σ̃ = " + formatNumber(stiffness.noise, 3) + ") overshoots "
           + formatNumber(stiffness.overshoot, 2) + "-fold for about "
           + std::to_string(std::lround(100 * stiffness.share))
           + " % of the particles; more steps there or a smaller weight would follow the flow";
}

} // namespace scorefield
