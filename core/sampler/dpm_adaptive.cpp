// SPDX-License-Identifier: GPL-3.0-or-later
// DPM-Solver-12 and -23: two DPM-Solver results of neighbouring orders share their evaluations and
// their difference sets the step in lambda, the same for all particles of the run.
#include "core/sampler/dpm_solver.h"
#include "core/sampler/multistep.h"
#include "core/sampler/pid_controller.h"
#include "core/sampler/sampler_parameters.h"

#include <limits>
#include <optional>

namespace scorefield {

namespace {

constexpr double kClose = 1e-5;        // in lambda: where k-diffusion takes an end to be reached
constexpr double kSmallestStep = 1e-9; // in lambda: a run that needs less does not end
constexpr int kMostAttempts = 20000;   // between two levels: nor does one that needs more

template <class Real>
class DpmAdaptive final : public Stepper<Real> {
public:
    explicit DpmAdaptive(const ParameterValues& values) : m_values(values) {}

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_low, m_scratch))
            return;
        if (!(context.to.sigma > 0)) {
            denoiseOrFinish(context, x, m_low);
            return;
        }
        x *= static_cast<Real>(1 / context.from.alpha); // X
        if (!m_controller)
            start(context, x);
        const double end = context.to.lambda();
        for (int attempts = 0; end - m_lambda > kClose && !context.stop.stop_requested();
             ++attempts) {
            if (m_controller->step() < kSmallestStep || attempts == kMostAttempts) {
                x.setConstant(std::numeric_limits<Real>::quiet_NaN());
                return;
            }
            attempt(context, end, x);
        }
        x *= static_cast<Real>(context.to.alpha);
    }

private:
    void start(const StepContext<Real>& context, const Block<Real>& X)
    {
        // With noise the error estimate is of order 1.5, whatever the method.
        m_controller.emplace(m_values.at("h_init"),
                             PidController::Gains{m_values.at("pcoeff"),
                                                  m_values.at("icoeff"),
                                                  m_values.at("dcoeff"),
                                                  context.eta > 0 ? 1.5 : m_values.at("order"),
                                                  m_values.at("accept_safety")});
        m_lambda = context.from.lambda();
        m_previous = X;
    }

    void attempt(const StepContext<Real>& context, double end, Block<Real>& X)
    {
        const double proposed = m_controller->step();
        const double next = std::min(end, m_lambda + proposed);
        const auto [target, up] = ancestralTarget(m_lambda, next, lastLambda(context), context.eta);
        m_stages.begin(context.field, m_lambda, target - m_lambda, X);
        if (m_values.at("order") == 2) {
            m_stages.first(X, m_low);
            m_stages.middle(context.field, 1.0 / 2, X);
            m_stages.second(X, m_high);
        } else {
            m_stages.middle(context.field, 1.0 / 3, X);
            m_stages.second(X, m_low);
            m_stages.late(context.field, X);
            m_stages.third(X, m_high);
        }
        if (!m_controller->accepts(error(context.particles)))
            return;
        // A step that a level cut short says nothing for a longer one than was proposed.
        if (m_lambda + proposed > end)
            m_controller->restore(std::min(proposed, m_controller->step()));
        std::swap(m_previous, m_low);
        std::swap(X, m_high);
        if (up > 0) {
            m_scratch.resizeLike(X);
            context.noise.between(std::exp(-m_lambda), std::exp(-next), m_scratch);
            X += static_cast<Real>(up) * m_scratch;
        }
        m_lambda = next;
    }

    /// The root mean square over all coordinates of all particles, in units of the tolerance.
    double error(Eigen::Index particles) const
    {
        const auto atol = static_cast<Real>(m_values.at("atol"));
        const auto rtol = static_cast<Real>(m_values.at("rtol"));
        const auto low = m_low.topRows(particles);
        const auto scale = (rtol * low.abs().max(m_previous.topRows(particles).abs())).max(atol);
        const auto ratio = (low - m_high.topRows(particles)) / scale;
        return std::sqrt(static_cast<double>(ratio.square().mean()));
    }

    ParameterValues m_values;
    std::optional<PidController> m_controller;
    double m_lambda = 0; // where X is
    DpmSolverStages<Real> m_stages;
    Block<Real> m_low, m_high, m_previous, m_scratch;
};

ParameterDescriptor gain(const char* key, const char* label, double defaultValue)
{
    return {
        .key = key,
        .label = label,
        .minimum = 0,
        .maximum = 2,
        .defaultValue = defaultValue,
        .help =
            "Gain of the step-size controller for the error of this step (integral), its change "
            "(proportional), and the change of that (derivative). Söderlind 2003."};
}

} // namespace

SamplerKind dpmAdaptiveSampler()
{
    SamplerKind kind{};
    kind.info = {
        "dpm-adaptive",
        "DPM-Solver adaptive",
        "X₂ and X₃ of DPM-Solver from shared stages; the step in λ follows ‖(X₂ − X₃)/max(atol, "
        "rtol|X|)‖",
        "Chooses its own steps between the levels of the grid from an error norm over all "
        "particles of "
        "the run, so the result depends on the batch. Two levels give the steps of k-diffusion.",
        "Lu et al. 2022, arXiv:2206.00927, DPM-Solver-12 and -23; k-diffusion, sample_dpm_adaptive",
        {orderParameter(2, 3, 3, "3 compares DPM-Solver-2 and -3, 2 compares -1 and -2."),
         relativeToleranceParameter(1e-8, 0.05),
         absoluteToleranceParameter(1e-10, 0.0078),
         {.key = "h_init",
          .symbol = "h₀",
          .label = "First step",
          .minimum = 1e-4,
          .maximum = 2,
          .defaultValue = 0.05,
          .scale = Scale::Logarithmic,
          .help = "Length in λ = log(α/σ) of the first attempted step."},
         gain("pcoeff", "Proportional gain", 0),
         gain("icoeff", "Integral gain", 1),
         gain("dcoeff", "Derivative gain", 0),
         {.key = "accept_safety",
          .label = "Acceptance",
          .minimum = 0.3,
          .maximum = 0.95,
          .defaultValue = 0.81,
          .help = "A step is accepted if the controller would change its length by at least this "
                  "factor; 1 + atan(−1) = 0.21 would accept all, 1 none whose length is right."}}};
    kind.info.group = "DPM-Solver";
    kind.order = 3;
    kind.orderOf = [](const ParameterValues& values) {
        return static_cast<int>(values.at("order"));
    };
    kind.evaluationsPerStep = 0;
    kind.usesEta = true;
    kind.drawsPerStep = 4096; // of adaptive steps; more share their normals with the next level's
    kind.doubleOnly = true;
    kind.wholeRun = true;
    setFactoriesWithValues<DpmAdaptive>(kind);
    return kind;
}

} // namespace scorefield
