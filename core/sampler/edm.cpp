// SPDX-License-Identifier: GPL-3.0-or-later
// EDM's stochastic sampler (algorithm 2): raise the noise from sigma~ to sigma^ = (1 + gamma)
// sigma~ with fresh normals, then go down to sigma~' by a step of Euler, Heun or the midpoint rule,
// in X = x/alpha and time sigma~; or, as in EDM's general form, in x and the process's own time.
// Both are steps along a path (alpha, sigma)(u): the process with alpha = 1 and u = sigma~, or the
// run's own.
#include "core/sampler/stepper_parts.h"

#include <limits>

namespace scorefield {

namespace {

enum class Solver { Heun, Euler, Dpm2 };

Solver solverIn(const ParameterValues& values)
{
    return static_cast<Solver>(static_cast<int>(values.at("solver")));
}

template <class Real>
class Edm final : public Stepper<Real> {
public:
    explicit Edm(const ParameterValues& values)
        : m_solver(solverIn(values))
        , m_isNative(values.at("time") != 0)
        , m_churn(values.at("churn"))
        , m_churnMin(values.at("churn_min"))
        , m_churnMax(values.at("churn_max"))
        , m_noiseScale(values.at("noise_scale"))
        , m_stage(values.at("stage"))
    {
    }

    std::optional<AffineStep> affine(const StepFacts& facts) const override
    {
        return m_churn > 0 ? std::optional<AffineStep>() : quietStep(facts);
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (m_churn > 0) { // also where gamma is 0, so that every step has its own draw
            m_noise.resizeLike(x);
            context.noise.independent(m_noise);
        }
        if (raisedBy(context) == 0) {
            m_steps.take(context, quietStep(context), x);
            return;
        }
        const PathCoefficients &from = context.from, &to = context.to;
        if (!m_isNative)
            x *= static_cast<Real>(1 / from.alpha); // X; pure noise is never raised
        const PathCoefficients start = raiseNoise(context, x);
        m_denoised.resizeLike(x);
        context.field.denoise(start, x, m_denoised);
        if (m_isNative && !(to.sigma > 0) && context.process->at(to.t).sigma > 0) {
            x = static_cast<Real>(to.alpha) * m_denoised; // no time of the process has sigma = 0
            return;
        }
        solve(context, start, x);
        if (!m_isNative)
            x *= static_cast<Real>(to.alpha);
    }

private:
    /// The step where no noise is raised.
    AffineStep quietStep(const StepFacts& facts) const
    {
        const PathCoefficients &from = facts.from, &to = facts.to;
        const bool reachesData = !(to.sigma > 0);
        // No step of the process's own time reaches a data end where its sigma is not 0.
        if (reachesData && (!m_isNative || facts.process->at(to.t).sigma > 0))
            return toData(facts);
        if (!m_isNative && from.alpha == 0)
            return ddimMap(facts);
        const PathCoefficients start = onPath(from), end = onPath(to);
        const double in = m_isNative ? 1 : 1 / from.alpha, out = m_isNative ? 1 : to.alpha;
        if (m_solver == Solver::Euler || reachesData) {
            const double h = end.t - start.t;
            const Affine slope = velocity(start);
            return oneStage(facts, {out * in * (1 + h * slope.x), out * h * slope.denoised});
        }
        const PathCoefficients second = secondLevel(facts, start, end);
        const TwoSlopes slopes = twoSlopes(start, second, end, secondWeight());
        return twoStages(from,
                         {in * slopes.second.x, slopes.second.denoised},
                         second,
                         {out * in * slopes.end.x, out * slopes.end.denoised},
                         out * slopes.denoised);
    }

    PathCoefficients onPath(const PathCoefficients& level) const
    {
        return m_isNative ? level : noiseLevel(level.sigmaTilde());
    }

    /// gamma
    double raisedBy(const StepFacts& facts) const
    {
        const double noise = facts.from.sigmaTilde();
        const bool churns = noise >= m_churnMin && noise <= m_churnMax && std::isfinite(noise);
        return churns ? std::min(m_churn / facts.steps(), std::sqrt(2.0) - 1) : 0;
    }

    /// Adds the churn's noise and returns where the state then is.
    PathCoefficients raiseNoise(const StepContext<Real>& context, Block<Real>& x)
    {
        const PathCoefficients start = onPath(context.from);
        const double noise = context.from.sigmaTilde(), raised = noise * (1 + raisedBy(context));
        const PathCoefficients hat =
            m_isNative ? context.process->at(context.process->timeAt(raised)) : noiseLevel(raised);
        const double added = std::sqrt(raised * raised - noise * noise) * m_noiseScale;
        x = static_cast<Real>(hat.alpha / start.alpha) * x
            + static_cast<Real>(hat.alpha * added) * m_noise;
        return hat;
    }

    /// From `start`, where D is known, to the end of the step.
    void solve(const StepContext<Real>& context, const PathCoefficients& start, Block<Real>& x)
    {
        const PathCoefficients end = onPath(context.to);
        const double h = end.t - start.t;
        const Affine slope = velocity(start);
        if (m_solver == Solver::Euler || !(end.sigma > 0)) {
            apply(Affine{1 + h * slope.x, h * slope.denoised}, m_denoised, x);
            return;
        }
        const PathCoefficients second = secondLevel(context, start, end);
        m_slope = x;
        apply(slope, m_denoised, m_slope);
        m_second = x + static_cast<Real>(second.t - start.t) * m_slope;
        context.field.denoise(second, m_second, m_denoised);
        apply(velocity(second), m_denoised, m_second); // the second slope
        const double weight = secondWeight();
        x += static_cast<Real>(h * (1 - weight)) * m_slope
             + static_cast<Real>(h * weight) * m_second;
    }

    double secondWeight() const { return m_solver == Solver::Dpm2 ? 1 : 1 / (2 * m_stage); }
    PathCoefficients secondLevel(const StepFacts& facts,
                                 const PathCoefficients& start,
                                 const PathCoefficients& end) const
    {
        if (m_solver == Solver::Dpm2 && !m_isNative)
            return noiseLevel(std::sqrt(start.sigma * end.sigma));
        const double share = m_solver == Solver::Dpm2 ? 0.5 : m_stage;
        if (share == 1)
            return end;
        const double u = start.t + share * (end.t - start.t);
        return m_isNative ? facts.process->at(u) : noiseLevel(u);
    }

    Solver m_solver;
    bool m_isNative; // in x and the process's time, not in X and sigma~
    double m_churn, m_churnMin, m_churnMax, m_noiseScale, m_stage;
    AffineSteps<Real> m_steps;
    Block<Real> m_denoised, m_noise, m_slope, m_second;
};

std::vector<ParameterDescriptor> churnParameters()
{
    return {
        {.key = "churn",
         .symbol = "S_churn",
         .label = "Churn",
         .minimum = 0,
         .maximum = 1000,
         .defaultValue = 0,
         .step = 1,
         .help =
             "Each step first raises the noise by the factor 1 + γ, γ = min(S_churn/K, √2 − 1); "
             "0 is the deterministic solver. Karras et al. 2022, algorithm 2."},
        {.key = "churn_min",
         .symbol = "S_min",
         .label = "Churn from",
         .minimum = 0,
         .maximum = 1000,
         .defaultValue = 0,
         .help = "Churn only at noise levels σ̃ from here up. Karras et al. 2022."},
        {.key = "churn_max",
         .symbol = "S_max",
         .label = "Churn up to",
         .minimum = 1e-3,
         .maximum = 1e9,
         .defaultValue = 1e9,
         .scale = Scale::Logarithmic,
         .help =
             "Churn only at noise levels σ̃ up to here; the largest value is no bound. Karras et "
             "al. 2022."},
        {.key = "noise_scale",
         .symbol = "S_noise",
         .label = "Noise scale",
         .minimum = 0,
         .maximum = 2,
         .defaultValue = 1,
         .help = "Standard deviation of the churn's normals; a little above 1 counters the loss of "
                 "detail. Karras et al. 2022."}};
}

std::vector<ParameterDescriptor> parameters()
{
    std::vector<ParameterDescriptor> all{
        {.key = "solver",
         .label = "Solver",
         .type = ParameterType::Choice,
         .maximum = 2,
         .choices = {{"heun", "Heun", "second order, two evaluations"},
                     {"euler", "Euler", "first order, one evaluation"},
                     {"dpm2",
                      "DPM2",
                      "the midpoint rule, two evaluations; in σ̃ with the middle at √(σ̂σ̃′)"}},
         .help =
             "The step after the churn. k-diffusion: sample_heun, sample_euler, sample_dpm_2."}};
    for (auto& parameter : churnParameters())
        all.push_back(std::move(parameter));
    all.push_back({.key = "time",
                   .label = "Time",
                   .type = ParameterType::Choice,
                   .maximum = 1,
                   .choices = {{"sigma", "Noise level σ̃", "moves X = x/α in σ̃: edm_sampler"},
                               {"native",
                                "The process's t",
                                "moves x in t: ablation_sampler, process edm-ablation"}},
                   .help = "The time and state in which the solver takes its slopes. In the "
                           "process's own, a last "
                           "step to σ = 0 is an Euler step too, not the posterior mean. Karras et "
                           "al. 2022, table "
                           "1."});
    all.push_back({.key = "stage",
                   .label = "Second stage",
                   .minimum = 0.1,
                   .maximum = 1,
                   .defaultValue = 1,
                   .help =
                       "Where in the step Heun's second slope is taken: 1 is Heun's method, 2/3 "
                       "Ralston's, ½ the midpoint rule. α of EDM's ablation_sampler."});
    return all;
}

} // namespace

SamplerKind edmSampler()
{
    SamplerKind kind{};
    kind.info = {
        "edm",
        "EDM",
        "σ̂ = (1 + γ)σ̃,  X̂ = X + √(σ̂² − σ̃²) S_noise z,  X′ = X̂ + ½(σ̃′ − σ̂)(d + d′),  d = (X − D)/σ̃",
        "Adds a little noise before each step (churn) and takes it away with Heun's method or "
        "another "
        "solver, in X = x/α and σ̃ or in the process's own time. In σ̃ a last step to σ = 0 returns "
        "the "
        "posterior mean.",
        "Karras et al. 2022, arXiv:2206.00364, algorithm 2; EDM, edm_sampler and ablation_sampler; "
        "k-diffusion, sample_heun, sample_euler, sample_dpm_2",
        parameters()};
    kind.info.group = "EDM";
    kind.order = 2;
    kind.orderOf = [](const ParameterValues& values) {
        return solverIn(values) == Solver::Euler ? 1 : 2;
    };
    kind.evaluationsPerStep = 2;
    kind.evaluationsOf = kind.orderOf;
    kind.drawsPerStep = 1;
    kind.followedEta = [](const ParameterValues& values) {
        return values.at("churn") > 0 ? std::numeric_limits<double>::quiet_NaN() : 0.0;
    };
    kind.needsProcess = true;
    setFactoriesWithValues<Edm>(kind);
    return kind;
}

} // namespace scorefield
