// SPDX-License-Identifier: GPL-3.0-or-later
// How the errors of a sampler grow with the dimension of the data, in total and for each dimension,
// against what is proven.
#include "core/metric/mixture_divergence.h"
#include "core/metric/run_density.h"
#include "core/metric/sampling_terms.h"
#include "core/metric/transport.h"
#include "core/mixture/other_dimension.h"
#include "core/session/lane_plan.h"
#include "core/study/end_distance.h"
#include "core/study/guidance_quantities.h"
#include "core/study/study.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield {

namespace {

constexpr const char* kDimensionKey = "study.dimension";
constexpr int kPairs = 4000; ///< of the forward process, for the steps' term

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t {
    W2,
    W2Floor,
    W2Axis,
    W2AxisFloor,
    Kl,
    KlFloor,
    KlAxis,
    KlAxisFloor,
    PriorTerm,
    PriorLeading,
    PriorBound,
    Steps,
    StepsLinear,
    QuantityCount
};

QuantityInfo ofEachDimension(QuantityInfo quantity, const std::string& help)
{
    quantity.id += "_per_dimension";
    quantity.fitsSlope = false; // that of the whole, less 1 or 1/2
    quantity.label += ", per dimension";
    quantity.help = help;
    return quantity;
}

void describeDistances(std::vector<QuantityInfo>& all)
{
    all[W2] = w2Quantity();
    all[W2].fitsSlope = true;
    all[W2].help = "Wasserstein distance of the end points to the law of the data at the last "
                   "noise level, all dimensions together. One Gaussian without noise in the "
                   "sampler: exact, from the affine map that the run is (Bures). Else √d times the "
                   "sliced distance, which is W₂ for a shift and for isotropic Gaussians.";
    all[W2Floor] = floorOf(all[W2]);
    all[W2Axis] = ofEachDimension(all[W2], "W₂/√d.");
    all[W2AxisFloor] = floorOf(all[W2Axis]);
    all[Kl] = klQuantity();
    all[Kl].fitsSlope = true;
    all[Kl].help = "KL divergence of what the run samples from the law of the data at the last "
                   "noise level: exact for one Gaussian without noise in the sampler; without "
                   "noise by the density of the run itself; with noise estimated, by nearest "
                   "neighbours above two dimensions.";
    all[KlFloor] = floorOf(all[Kl]);
    all[KlAxis] = ofEachDimension(all[Kl], "KL/d.");
    all[KlAxisFloor] = floorOf(all[KlAxis]);
}

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    describeDistances(all);
    all[PriorTerm] = measuredQuantity("prior",
                                      "Prior KL(q_T ‖ prior)",
                                      "nats",
                                      "What starting from the prior costs: in closed form for one "
                                      "Gaussian, by quadrature in the plane, else by exact draws.");
    all[PriorTerm].logarithmic = all[PriorTerm].fitsSlope = true;
    all[PriorLeading] = {.id = "prior.leading",
                         .label = "½α²|E x₀|²/σ² + ¼‖R‖²",
                         .unit = "nats",
                         .role = ColumnRole::Curve,
                         .of = "prior",
                         .logarithmic = true,
                         .help = "R = (α²Cov + σ²I)/σ² − I: what it approaches at high noise, "
                                 "linear in the dimension for like dimensions. Our derivation."};
    all[PriorBound] = {.id = "prior.bound",
                       .label = "½E|x₀|²α_T²/σ_T²",
                       .unit = "nats",
                       .role = ColumnRole::Bound,
                       .of = "prior",
                       .logarithmic = true,
                       .help = "The published D²m_T/σ_T² with its constant: KL is convex, so that "
                               "of a mixture over x₀ is at most the mean of ½|α_T x₀|²/σ_T²; D² is "
                               "read as E|x₀|². Our derivation."};
    all[Steps] = measuredQuantity("steps",
                                  "Chain KL of the steps",
                                  "nats",
                                  "(1+η²)²/(8η²) Σ∫g²E|s(x_t, t) − s(x_{t_k}, t_k)|²dt over exact "
                                  "pairs of the forward process, at the lane's η, or at η = 1 for "
                                  "lanes without noise.");
    all[Steps].logarithmic = all[Steps].fitsSlope = true;
    all[StepsLinear] = {.id = "steps.linear",
                        .label = "∝ d",
                        .unit = "nats",
                        .role = ColumnRole::Bound,
                        .of = "steps",
                        .logarithmic = true,
                        .help = "Linear in the dimension up to logarithms, for any data with a "
                                "second moment: Benton et al. 2024, arXiv:2308.03686. Its constant "
                                "is not stated; drawn with the least that holds in every row.",
                        .hiddenConstant = true};
    return all;
}

const StudyParameter& dimensionParameter()
{
    static const std::array<StudyParameter, 1> own{
        {{{.key = kDimensionKey,
           .symbol = "d",
           .label = "Dimension",
           .type = ParameterType::Integer,
           .minimum = 1,
           .maximum = kMaxDimension,
           .defaultValue = 2,
           .scale = Scale::Logarithmic,
           .help = "The session's data in d dimensions. More than they have: further axes on which "
                   "every component is N(0, v), v the mean variance within components. Fewer: "
                   "their marginal along the principal axes of largest variance."},
          [](Session& session, double value) -> Status {
              auto data = inDimension(*session.data, static_cast<int>(value));
              if (!data)
                  return Error{"/data" + data.error().path, data.error().message};
              session.data = std::move(data).value();
              fitReferencesToData(session);
              return success();
          },
          [](const Session& session) { return static_cast<double>(session.data->dimension); }}}};
    return own[0];
}

Result<std::vector<Sweep>> dimensionSweep(const Session& session)
{
    auto sweep = makeSweep(session, kDimensionKey, "2", "64", 6, true, {&dimensionParameter(), 1});
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

/// Whether the run is an affine map of its start: the score of one Gaussian is linear.
bool isAffine(const SimulationPlan& plan)
{
    const auto sampler = findSampler(plan.sampler);
    return plan.mixture->componentCount() == 1 && !plan.error && sampler
           && (*sampler)->evaluationsPerStep > 0 && !(*sampler)->wholeRun
           && isDeterministic(plan).ok();
}

GaussianMixture oneGaussian(const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance)
{
    MixtureSpec spec;
    spec.dimension = static_cast<int>(mean.size());
    spec.components.push_back({1, mean, (covariance + covariance.transpose()) / 2, 0});
    return GaussianMixture::create(spec).value(); // M M^T is positive semi-definite
}

/// The law of the end points of an affine run, from what it makes of 0 and of the unit vectors.
Result<GaussianMixture>
lawOfAffineRun(SimulationPlan plan, WorkerPool& pool, const std::stop_token& stop)
{
    const PathCoefficients& first = plan.levels.front();
    const int d = plan.mixture->dimension();
    plan.keepOnlyEnd = true;
    SimulationInputs inputs;
    inputs.start = Eigen::MatrixXd::Zero(d + 1, d);
    inputs.start->bottomRows(d).diagonal().setConstant(first.sigma);
    const auto run = simulate<double>(plan, pool, stop, inputs);
    if (run.outcome.kind != Outcome::Kind::Completed)
        return Error{"", run.outcome.message};
    Eigen::MatrixXd ends(d + 1, d);
    for (int c = 0; c < d; ++c)
        ends.col(c) = Eigen::Map<const Eigen::VectorXd>(
            run.trajectories.coordinate(run.trajectories.steps, c).data(), d + 1);
    const Eigen::VectorXd shift = ends.row(0).transpose();
    const Eigen::MatrixXd map =
        (ends.bottomRows(d).rowwise() - ends.row(0)).transpose() / first.sigma;
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(d);
    Eigen::MatrixXd covariance = first.sigma * first.sigma * Eigen::MatrixXd::Identity(d, d);
    if (plan.prior == Prior::Exact) {
        mean = first.alpha * plan.mixture->mean();
        covariance += first.alpha * first.alpha * plan.mixture->covariance();
    }
    return oneGaussian(map * mean + shift, map * covariance * map.transpose());
}

void addExactDistances(const SimulationPlan& plan,
                       WorkerPool& pool,
                       const std::stop_token& stop,
                       Measurement& measured)
{
    const auto sampled = lawOfAffineRun(plan, pool, stop);
    if (!sampled) {
        addNote(measured, sampled.error().message);
        return;
    }
    const PathCoefficients& last = plan.levels.back();
    const GaussianMixture meant = noised(*plan.mixture, last.alpha, last.sigma);
    const double squared =
        buresTransport(sampled->mean(), sampled->covariance(), meant.mean(), meant.covariance());
    measured.estimates[W2] = {std::sqrt(std::max(0., squared)), 0};
    if (const auto kl = klDivergence(*sampled, meant, pool))
        measured.estimates[Kl] = {kl->value.value, 0};
    else
        addNote(measured, kl.error().message);
}

Status addEstimatedDistances(const StudyPoint& point,
                             WorkerPool& pool,
                             const std::stop_token& stop,
                             Measurement& measured)
{
    auto run = addDistances(point, {Kl, KlFloor, W2, W2Floor}, pool, stop, measured);
    const double root = std::sqrt(point.plan.mixture->dimension());
    for (const Quantity quantity : {W2, W2Floor}) { // of one direction
        measured.estimates[quantity].value *= root;
        measured.estimates[quantity].error *= root;
    }
    return run;
}

/// The same for each dimension.
void divide(const SimulationPlan& plan, std::vector<StudyValue>& estimates)
{
    const double d = plan.mixture->dimension();
    const auto part = [&](Quantity from, Quantity to, double share) {
        estimates[to] = {estimates[from].value / share, estimates[from].error / share};
    };
    part(W2, W2Axis, std::sqrt(d));
    part(W2Floor, W2AxisFloor, std::sqrt(d));
    part(Kl, KlAxis, d);
    part(KlFloor, KlAxisFloor, d);
}

void addTerms(const SimulationPlan& plan,
              WorkerPool& pool,
              const std::stop_token& stop,
              Measurement& measured)
{
    const auto law = lawOfPlan(plan);
    if (!law) {
        addNote(measured, law.error().message);
        return;
    }
    const PathCoefficients& first = plan.levels.front();
    if (plan.prior == Prior::Exact)
        measured.estimates[PriorTerm] = measured.estimates[PriorLeading] = {0, 0};
    else if (const auto gap = priorGap(**law, first, first.sigma, pool)) {
        measured.estimates[PriorTerm] = {gap->kl.value, gap->kl.error};
        measured.estimates[PriorLeading].value = gap->leading;
    } else
        addNote(measured, gap.error().message);
    const double moment = (*law)->mean().squaredNorm() + (*law)->covariance().trace();
    measured.estimates[PriorBound].value =
        moment * first.alpha * first.alpha / (2 * first.sigma * first.sigma);
    const auto steps = discretisationTerm(plan, plan.eta > 0 ? plan.eta : 1, kPairs, pool, stop);
    if (!steps) {
        addNote(measured, steps.error().message);
        return;
    }
    measured.estimates[Steps] = {steps->kl.value, steps->kl.error};
    if (steps->skipped > 0)
        addNote(measured,
                "the chain KL of the steps leaves out " + std::to_string(steps->skipped)
                    + " from σ̃ = ∞ or to σ = 0, where it need not be finite");
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    if (isAffine(point.plan))
        addExactDistances(point.plan, pool, stop, measured);
    else if (auto run = addEstimatedDistances(point, pool, stop, measured); !run)
        return run.error();
    divide(point.plan, measured.estimates);
    addTerms(point.plan, pool, stop, measured);
    return measured;
}

/// The bound with a hidden constant touches the row where it is tightest.
void anchorBound(const Session& session, const std::vector<Sweep>& sweeps, Table& table)
{
    const auto own = std::find_if(sweeps.begin(), sweeps.end(), [](const Sweep& sweep) {
        return sweep.key == kDimensionKey;
    });
    if (own == sweeps.end())
        return;
    const auto which = static_cast<std::size_t>(own - sweeps.begin());
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane) {
        const std::string prefix = "lanes." + std::to_string(lane) + ".";
        const std::vector<double>& steps = table.find(prefix + "steps")->values;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            double constant = 0;
            for (const std::size_t other : rowsAlong(sweeps, which, row))
                if (steps[other] > 0)
                    constant = std::max(constant, steps[other] / valueAt(sweeps, which, other));
            if (constant > 0)
                table.find(prefix + "steps.linear")->values[row] =
                    constant * valueAt(sweeps, which, row);
        }
    }
}

} // namespace

StudyKind dimensionStudy()
{
    return {{"dimension",
             "Dimension",
             "The errors of a sampler and their terms over the dimension d of the data, which are "
             "continued to further axes or seen along their principal ones.",
             "Benton et al. 2024, arXiv:2308.03686",
             quantities()},
            dimensionSweep,
            measure,
            anchorBound,
            {&dimensionParameter(), 1}};
}

} // namespace scorefield
