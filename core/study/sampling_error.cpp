// SPDX-License-Identifier: GPL-3.0-or-later
// How far the end points of a run are from the data, over the number of steps or what they cost,
// taken apart as in the theory: the prior that is not quite q_T, the steps, and the early stop.
#include "core/session/parameter_table.h"
#include "core/study/error_terms.h"

#include <algorithm>

namespace scorefield {

namespace {

constexpr std::size_t kModes =
    std::size_t(KlColumnCount) + std::size_t(W2ColumnCount); // and their floor
constexpr std::size_t kEvaluations = kModes + 2;
constexpr std::size_t kColumns = kEvaluations + 1;

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all = klQuantities();
    append(all, w2Quantities());
    all.push_back({.id = "mode_weights",
                   .label = "Error of the mode weights",
                   .hasError = true,
                   .logarithmic = true,
                   .help = "½ Σ_k |share_k − π_k|, every end point counted for its likeliest "
                           "component."});
    all.push_back({.id = "mode_weights.floor",
                   .label = "Exact draws",
                   .role = ColumnRole::Floor,
                   .of = "mode_weights",
                   .logarithmic = true,
                   .help = "What as many exact draws of q_δ score."});
    all.push_back({.id = "evaluations",
                   .label = "Evaluations of the field",
                   .unit = "per particle",
                   .logarithmic = true,
                   .help = "What the run cost; on average where the steps are adaptive."});
    return all;
}

/// A noise-free sampler and one with noise whose steps cost the same.
Sweep samplerSweep()
{
    Sweep sweep{"lanes.*.sampler.kind", {}, false};
    for (std::size_t i = 0; i < samplerKinds().size(); ++i)
        if (samplerKinds()[i].info.id == "ddim" || samplerKinds()[i].info.id == "ddpm")
            sweep.values.push_back(static_cast<double>(i));
    return sweep;
}

Result<std::vector<Sweep>> stepsAndSamplers(const Session& session)
{
    const std::string key = "lanes.*.grid.steps";
    if (keysOf(session, key).empty())
        return Error{"lanes.0.grid.kind",
                     "no lane has a number of steps to sweep; choose a grid that has one, e.g. "
                     "power"};
    auto steps = makeSweep(session, key, "4", "256", 12, true);
    if (!steps)
        return steps.error();
    return std::vector<Sweep>{samplerSweep(), std::move(steps).value()};
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    auto terms = ErrorTerms::measure(point, pool, stop);
    if (!terms)
        return terms.error();
    Measurement measured;
    append(measured.estimates, terms->kl());
    append(measured.estimates, terms->w2(true));
    append(measured.estimates, terms->modeWeights());
    measured.estimates.resize(kColumns);
    if (terms->isComplete())
        measured.estimates[kEvaluations].value = terms->evaluations();
    measured.note = terms->note();
    return measured;
}

} // namespace

StudyKind samplingErrorStudy()
{
    return {{.id = "sampling-error",
             .label = "Sampling error",
             .help = "Distance of the end points to the data over the number of steps, taken apart "
                     "into prior, steps and early stop, each computed by itself, beside the "
                     "published bounds.",
             .source = "Chen et al. 2023, arXiv:2209.11215, for the decomposition",
             .quantities = quantities()},
            &stepsAndSamplers,
            &measure,
            nullptr};
}

} // namespace scorefield
