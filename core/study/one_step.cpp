// SPDX-License-Identifier: GPL-3.0-or-later
// One-step generation: the map F from pure noise to the data end, tabulated over the levels of the
// lane's grid as a consistency model is distilled, against the exact map.
#include "core/metric/distilled_map.h"
#include "core/metric/law_distance.h"
#include "core/metric/one_step_map.h"
#include "core/metric/plan_ode.h"
#include "core/metric/sampling_terms.h"
#include "core/study/end_distance.h"
#include "core/study/error_terms.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace scorefield {

namespace {

enum OneStepColumn : std::size_t {
    Distilled,
    Steps,
    Interpolation,
    Largest,
    OneStepW2,
    OneStepFloor,
    ExactW2,
    Bound,
    Stretch,
    OneStepColumnCount
};

constexpr int kMostStarts = 1500;
constexpr int kNodes = 64;             // of a table along each side
constexpr double kMapTolerance = 1e-7; // of L_f: charts show a few digits of it
constexpr int kClimbing = 4;           // dimensions in which the largest stretch is climbed to
constexpr double kCandidates = 400;    // draws for L_f times the dimension, at most
constexpr double kFirstClimb = .1;     // of the prior's deviation

std::vector<QuantityInfo> quantities()
{
    return {
        {.id = "distilled",
         .label = "Error of the distilled map",
         .unit = "data units, RMS",
         .logarithmic = true,
         .help = "√E‖F̂(x_T) − F(x_T)‖² over draws of the prior: F̂ is a table of 64 nodes a side, "
                 "made level by level from the data end, F_k(x) = F_{k+1}(step(x)) with linear "
                 "interpolation. The step is DDIM's, or Heun's where the lane's sampler is of "
                 "order two or more.",
         .fitsSlope = true},
        {.id = "distilled.steps",
         .label = "Steps alone",
         .unit = "data units, RMS",
         .role = ColumnRole::Part,
         .of = "distilled",
         .logarithmic = true,
         .help = "The same steps without a table."},
        {.id = "distilled.interpolation",
         .label = "Interpolation alone",
         .unit = "data units, RMS",
         .role = ColumnRole::Part,
         .of = "distilled",
         .logarithmic = true,
         .help = "The table with the exact flow in place of the steps: it grows with K."},
        {.id = "largest",
         .label = "Largest error of the distilled map",
         .unit = "data units",
         .logarithmic = true,
         .help = "max ‖F̂(x_T) − F(x_T)‖ over the same draws: near the edges of basins."},
        {.id = "w2",
         .label = "W₂ of one-step samples to the data",
         .unit = "data units",
         .hasError = true,
         .logarithmic = true,
         .help = "Of F̂(x_T), x_T from the prior: by quantiles in one dimension, else sliced. Where "
                 "no table is made (more than two dimensions), of the steps themselves."},
        {.id = "w2.floor",
         .label = "Exact draws",
         .role = ColumnRole::Floor,
         .of = "w2",
         .logarithmic = true,
         .help = "What as many exact draws of the data score."},
        {.id = "w2.exact",
         .label = "Exact map: prior and early stop",
         .unit = "data units",
         .role = ColumnRole::Part,
         .of = "w2",
         .logarithmic = true,
         .help = "The same of F(x_T): what remains without any distillation error."},
        {.id = "w2.bound",
         .label = "L_f (T/δ)^{1/a}/(δ²K)",
         .unit = "data units",
         .role = ColumnRole::Bound,
         .of = "w2",
         .logarithmic = true,
         .help = "The slides' K = L_f (T/δ)^{1/a}/(δ²ε) of one-step generation, solved for ε; a is "
                 "the exponent of the grid. Their source could not be confirmed.",
         .hiddenConstant = true},
        {.id = "stretch",
         .label = "Lipschitz constant L_f",
         .logarithmic = true,
         .help = "The largest ‖dF/dx_T‖₂ that was found among draws of the prior and, up to four "
                 "dimensions, by climbing from the best of them; by the closed-form Hessian. In x "
                 "of the lane's own process."},
    };
}

Result<std::vector<Sweep>> stepsAndStops(const Session& session)
{
    const std::string steps = "lanes.*.grid.steps", stop = "lanes.*.process.stop";
    if (keysOf(session, steps).empty())
        return Error{"lanes.0.grid.kind",
                     "no lane has a number of steps to sweep; choose a grid that has one, e.g. "
                     "power"};
    std::vector<Sweep> sweeps;
    if (auto stops = makeSweep(session, stop, "0.01", "0.1", 2, true))
        sweeps.push_back(std::move(*stops));
    auto counts = makeSweep(session, steps, "4", "64", 5, true);
    if (!counts)
        return counts.error();
    sweeps.push_back(std::move(*counts));
    return sweeps;
}

/// x_T as the lane draws them. [d,n]
Eigen::MatrixXd startsOf(const SimulationPlan& plan)
{
    const int n = static_cast<int>(std::min<std::size_t>(plan.particles, kMostStarts));
    const PathCoefficients& first = plan.levels.front();
    if (plan.prior == Prior::Exact)
        return plan.mixture->sample(plan.seed, Stream::Initial, n, first.alpha, first.sigma);
    Eigen::MatrixXd starts(plan.mixture->dimension(), n);
    for (int i = 0; i < n; ++i)
        for (int c = 0; c < starts.rows(); ++c)
            starts(c, i) = first.sigma
                           * philoxNormal(plan.seed,
                                          Stream::Initial,
                                          static_cast<std::uint32_t>(i),
                                          0,
                                          static_cast<std::uint32_t>(c));
    return starts;
}

/// Shared by rows of one mixture between the same levels.
std::string keyOf(const StudyPoint& point, const char* what)
{
    const auto& levels = point.plan.levels;
    char key[240];
    std::snprintf(key,
                  sizeof key,
                  "one-step %s %p %d %a %a %a %a %d %zu %llu",
                  what,
                  static_cast<const void*>(point.plan.mixture.get()),
                  targetOfPlan(point.plan).value_or(-1),
                  levels.front().alpha,
                  levels.front().sigma,
                  levels.back().alpha,
                  levels.back().sigma,
                  static_cast<int>(point.plan.prior),
                  point.plan.particles,
                  static_cast<unsigned long long>(point.plan.seed));
    return key;
}

/// A value with the mixture whose address is part of its key.
template <class T>
struct Kept {
    std::shared_ptr<const GaussianMixture> mixture;
    T value;
};

double findStretch(const GuidedOde& ode,
                   const Eigen::MatrixXd& starts,
                   WorkerPool& pool,
                   const std::stop_token& stop)
{
    const auto d = static_cast<double>(starts.rows());
    const auto count =
        std::min(starts.cols(), static_cast<Eigen::Index>(std::max(24., kCandidates / d)));
    const Eigen::MatrixXd candidates = starts.leftCols(count);
    if (starts.rows() <= kClimbing) {
        const auto peak =
            largestStretch(ode, candidates, kFirstClimb * ode.noise.sigma, pool, stop);
        return peak ? peak->stretch : std::nan("");
    }
    const auto image = oneStepMap(ode, candidates, pool, stop);
    double largest = std::nan("");
    if (image)
        for (Eigen::Index i = 0; i < count; ++i)
            largest = std::fmax(largest, image->stretch(i));
    return largest;
}

double stretchOf(const StudyPoint& point,
                 GuidedOde ode,
                 const Eigen::MatrixXd& starts,
                 WorkerPool& pool,
                 const std::stop_token& stop)
{
    ode.tolerance = kMapTolerance;
    if (ode.guidance || ode.mixture != point.plan.mixture) // its weight may be swept
        return findStretch(ode, starts, pool, stop);
    const auto kept = point.cache.value<Kept<double>>(keyOf(point, "stretch"), [&] {
        const double found = findStretch(ode, starts, pool, stop);
        return stop.stop_requested()
                   ? nullptr
                   : std::make_shared<const Kept<double>>(Kept<double>{ode.mixture, found});
    });
    return kept ? kept->value : std::nan("");
}

/// W_2 of points [d,n] to the data themselves.
LawDistance distanceToData(const StudyPoint& point,
                           const std::shared_ptr<const GaussianMixture>& law,
                           const Eigen::MatrixXd& ends,
                           WorkerPool& pool)
{
    const PathCoefficients data{0, 1, 0};
    const auto n = static_cast<std::size_t>(ends.cols());
    const auto kept = point.cache.value<Kept<LawMeter>>(keyOf(point, "meter"), [&] {
        return std::shared_ptr<const Kept<LawMeter>>(
            new Kept<LawMeter>{point.plan.mixture, LawMeter(law, data, n, point.plan.seed, pool)});
    });
    return kept->value.w2(ends.transpose(), pool);
}

DistillStep stepOf(const StudyPoint& point)
{
    const Choice& sampler = point.session.lanes[static_cast<std::size_t>(point.lane)].sampler;
    const auto kind = findSampler(sampler);
    return kind && samplerOrder(**kind, sampler.values) > 1 ? DistillStep::Heun : DistillStep::Ddim;
}

void addBound(const StudyPoint& point, double stretch, Measurement& measured)
{
    const auto grid = gridExponent(point.session, point.lane, point.plan);
    const double delta = point.plan.levels.back().t;
    if (!grid)
        addNote(measured, "the bound needs a grid with an exponent a (power, uniform or karras)");
    else if (!(delta > 0))
        addNote(measured, "the bound needs an early stop δ > 0");
    else
        measured.estimates[Bound].value =
            oneStepBound(stretch,
                         grid->ratio,
                         grid->a,
                         delta,
                         static_cast<double>(point.plan.levels.size() - 1));
}

/// The error of the map and its parts; the one-step samples.
Result<Eigen::MatrixXd> addErrors(const GuidedOde& ode,
                                  const StudyPoint& point,
                                  const Eigen::MatrixXd& starts,
                                  const Eigen::MatrixXd& exact,
                                  WorkerPool& pool,
                                  const std::stop_token& stop,
                                  Measurement& measured)
{
    const auto& levels = point.plan.levels;
    DistillSpec spec;
    spec.step = stepOf(point);
    spec.nodes = kNodes;
    const auto stepped = followSteps(ode, levels, spec.step, starts, pool, stop);
    if (!stepped)
        return stepped.error();
    measured.estimates[Steps].value = distilledError(*stepped, exact).rms;
    if (starts.rows() > 2) {
        addNote(measured,
                "maps are tabulated in one or two dimensions only, so the errors are those of the "
                "steps");
        return *stepped;
    }
    const auto table = distil(ode, levels, spec, starts, pool, stop);
    if (!table)
        return table.error();
    const DistilledError error = distilledError(table->ends, exact);
    measured.estimates[Distilled].value = error.rms;
    measured.estimates[Largest].value = error.largest;
    spec.step = DistillStep::Exact;
    const auto smooth = distil(ode, levels, spec, starts, pool, stop);
    if (!smooth)
        return smooth.error();
    measured.estimates[Interpolation].value = distilledError(smooth->ends, exact).rms;
    return table->ends;
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    auto ode = odeOfPlan(point.plan);
    if (!ode)
        return ode.error();
    if (!ode->process) {
        const auto process =
            makeProcess(point.session.lanes[static_cast<std::size_t>(point.lane)].process);
        if (!process)
            return process.error();
        ode->process = *process;
    }
    const auto law = lawOfPlan(point.plan);
    if (!law)
        return law.error();
    const Eigen::MatrixXd starts = startsOf(point.plan);
    const auto exact =
        followSteps(*ode, {ode->noise, ode->data}, DistillStep::Exact, starts, pool, stop);
    if (!exact)
        return exact.error();
    Measurement measured;
    measured.estimates.resize(OneStepColumnCount);
    const auto ends = addErrors(*ode, point, starts, *exact, pool, stop, measured);
    if (!ends)
        return ends.error();
    if (ends->allFinite()) {
        const LawDistance distance = distanceToData(point, *law, *ends, pool);
        measured.estimates[OneStepW2] = {distance.distance.value, distance.distance.error};
        measured.estimates[OneStepFloor].value = distance.floor;
    } else {
        addNote(measured, "the steps did not stay finite");
    }
    measured.estimates[ExactW2].value = distanceToData(point, *law, *exact, pool).distance.value;
    const double stretch = stretchOf(point, *ode, starts, pool, stop);
    measured.estimates[Stretch].value = stretch;
    addBound(point, stretch, measured);
    return measured;
}

} // namespace

StudyKind oneStepStudy()
{
    return {{.id = "one-step",
             .label = "One-step generation",
             .help = "The one-step map tabulated over K levels as a consistency model is "
                     "distilled, against the exact map: what steps and interpolation lose, how far "
                     "one-step samples are from the data, and the Lipschitz constant.",
             .source = "Song et al. 2023, arXiv:2303.01469; the table and its errors are ours",
             .quantities = quantities()},
            &stepsAndStops,
            &measure,
            nullptr};
}

} // namespace scorefield
