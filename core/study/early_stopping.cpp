// SPDX-License-Identifier: GPL-3.0-or-later
// What stopping at delta costs: the data are blurred and shrunk, by very different powers of delta
// for full-rank and for singular data.
#include "core/metric/transport.h"
#include "core/session/parameter_table.h"
#include "core/study/error_terms.h"

#include <cmath>

namespace scorefield {

namespace {

enum Column : std::size_t { Stop, Closed, Blur, Shrink, NoiseBound, Run, RunFloor, ColumnCount };

constexpr int kBatches = 4, kBatch = 150; // of coupled draws, matched exactly

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(ColumnCount);
    all[Stop] = {.id = "stop",
                 .label = "W₂²(q₀, q_δ)",
                 .unit = "data units²",
                 .hasError = true,
                 .logarithmic = true,
                 .help = "Data against their blurred version: by quantiles in one dimension, in "
                         "closed form for one Gaussian; else what an exact assignment of "
                         "coupled draws gains is taken off the closed form.",
                 .fitsSlope = true};
    all[Closed] = {.id = "stop.closed",
                   .label = "Component by component",
                   .unit = "data units²",
                   .role = ColumnRole::Curve,
                   .of = "stop",
                   .logarithmic = true,
                   .help = "Σ_k π_k [Σ_i (√(α²ℓ_i + σ²) − √ℓ_i)² + (1 − α)²|μ_k|²]: O(δ²) for "
                           "full-rank data under VP, O(δ⁴) for centred ones under EDM, δ²E|x₀|² "
                           "under RF. Exact for one Gaussian, else an upper bound. Our "
                           "derivation."};
    all[Blur] = {.id = "stop.blur",
                 .label = "Blur",
                 .unit = "data units²",
                 .role = ColumnRole::Part,
                 .of = "stop",
                 .logarithmic = true,
                 .help = "Σ_k π_k Σ_i (√(α²ℓ_i + σ²) − √ℓ_i)², the change of every component's "
                         "width.",
                 .fitsSlope = true};
    all[Shrink] = {.id = "stop.shrink",
                   .label = "Shrinkage of the means",
                   .unit = "data units²",
                   .role = ColumnRole::Part,
                   .of = "stop",
                   .logarithmic = true,
                   .help = "(1 − α)² Σ_k π_k |μ_k|², which the published bound leaves out; 0 for "
                           "variance-exploding processes."};
    all[NoiseBound] = {.id = "stop.bound",
                       .label = "σ_δ² d",
                       .unit = "data units²",
                       .role = ColumnRole::Bound,
                       .of = "stop",
                       .logarithmic = true,
                       .help = "The published bound W₂² ≤ σ_δ² with its constant left out. It is "
                               "the order of singular data alone, and without the shrinkage it "
                               "can fail (RF). As in lecture slides; unconfirmed in its source.",
                       .hiddenConstant = true};
    all[Run] = {.id = "run",
                .label = "W₂²(q̂, q₀) of the run",
                .unit = "data units²",
                .hasError = true,
                .logarithmic = true,
                .help = "End points of the run against exact draws of the data: all errors "
                        "together."};
    all[RunFloor] = {.id = "run.floor",
                     .label = "Exact draws",
                     .unit = "data units²",
                     .role = ColumnRole::Floor,
                     .of = "run",
                     .logarithmic = true,
                     .help = "What as many exact draws of the data score."};
    return all;
}

/// Draws of one component, blurred the shortest way: x -> alpha mu + Q sqrt((alpha^2 l +
/// sigma^2)/l) Q^T (x - mu), and along directions without width new normals.
struct CoupledDraws {
    Cloud data, blurred;
};

CoupledDraws
coupledDraws(const GaussianMixture& law, const PathCoefficients& last, std::uint64_t seed)
{
    std::vector<int> labels;
    const Eigen::Index d = law.dimension();
    law.sample(seed, Stream::Data, kBatch, 1, 0, &labels); // the components alone
    CoupledDraws draws{{Eigen::MatrixXd(kBatch, d), {}}, {Eigen::MatrixXd(kBatch, d), {}}};
    for (Eigen::Index i = 0; i < kBatch; ++i) {
        const auto& component =
            law.components()[static_cast<std::size_t>(labels[static_cast<std::size_t>(i)])];
        Eigen::VectorXd z(d);
        for (Eigen::Index c = 0; c < d; ++c)
            z(c) = philoxNormal(seed,
                                Stream::Initial,
                                static_cast<std::uint32_t>(i),
                                0,
                                static_cast<std::uint32_t>(c));
        const Eigen::ArrayXd width = component.eigenvalues.array().sqrt();
        const Eigen::ArrayXd blurred =
            (last.alpha * last.alpha * component.eigenvalues.array() + last.sigma * last.sigma)
                .sqrt();
        draws.data.points.row(i) =
            (component.mean + component.eigenvectors * (width * z.array()).matrix()).transpose();
        draws.blurred.points.row(i) =
            (last.alpha * component.mean + component.eigenvectors * (blurred * z.array()).matrix())
                .transpose();
    }
    return draws;
}

/// W_2^2 by what exact assignments of coupled draws gain over the coupling.
StudyValue matched(const GaussianMixture& law,
                   const PathCoefficients& last,
                   const EarlyStop& closed,
                   const std::stop_token& stop)
{
    double sum = 0, squares = 0;
    for (int batch = 0; batch < kBatches; ++batch) {
        const CoupledDraws draws = coupledDraws(law, last, static_cast<std::uint64_t>(batch) + 101);
        const double kept =
            (draws.data.points - draws.blurred.points).rowwise().squaredNorm().mean();
        const auto best = exactTransport(draws.data, draws.blurred, 2, stop);
        if (!best)
            return {};
        const double gain = std::max(0., kept - best->value);
        sum += gain;
        squares += gain * gain;
    }
    const double mean = sum / kBatches;
    const double variance = std::max(0., squares / kBatches - mean * mean);
    return {closed.upper * closed.upper - mean, std::sqrt(variance / (kBatches - 1))};
}

Status applyData(Session& session, double value)
{
    if (value == 0)
        return success();
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        return mixture.error();
    session.data.edit([&](MixtureSpec& data) {
        for (ComponentSpec& component : data.components) {
            MixtureSpec alone{data.dimension, {component}, {}, {}, {}, {}};
            alone.components[0].weight = 1;
            const auto made = GaussianMixture::create(alone);
            if (!made)
                continue;
            const auto& axes = made->components()[0];
            Eigen::VectorXd widths = axes.eigenvalues;
            widths(0) = 0; // ascending
            const Eigen::MatrixXd flat =
                axes.eigenvectors * widths.asDiagonal() * axes.eigenvectors.transpose();
            component.covariance = (flat + flat.transpose()) / 2;
        }
    });
    return success();
}

double currentData(const Session&)
{
    return 0;
}

std::span<const StudyParameter> ownParameters()
{
    static const StudyParameter all[] = {
        {{.key = "study.data",
          .label = "Data",
          .type = ParameterType::Choice,
          .minimum = 0,
          .maximum = 1,
          .choices = {{"as_is", "as they are", "The session's own data.", {}, {}},
                      {"flattened",
                       "flattened",
                       "The smallest eigenvalue of every component's covariance set to 0: data "
                       "on lines or planes.",
                       {},
                       {}}},
          .help = "The data as they are, or with the narrowest direction of every component "
                  "flattened, so that they have no density."},
         &applyData,
         &currentData}};
    return all;
}

Result<std::vector<Sweep>> stopSweep(const Session& session)
{
    const std::string key = "lanes.*.process.stop";
    if (keysOf(session, key).empty())
        return Error{"lanes.0.process.kind", "no lane has an early stop to sweep"};
    auto sweep = commonSweep(session, key, 1e-4, 0.2, 12);
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{Sweep{"study.data", {0, 1}, false, ownParameters().data()},
                              std::move(sweep).value()};
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    auto terms = ErrorTerms::measure(point, pool, stop);
    if (!terms)
        return terms.error();
    Measurement measured;
    measured.estimates.resize(ColumnCount);
    std::vector<StudyValue>& columns = measured.estimates;
    const auto law = lawOfPlan(point.plan);
    const PathCoefficients& last = point.plan.levels.back();
    const EarlyStop closed = earlyStop(**law, last);
    columns[Stop] = std::isnan(closed.value) ? matched(**law, last, closed, stop)
                                             : StudyValue{closed.value * closed.value, 0};
    columns[Closed].value = closed.upper * closed.upper;
    columns[Blur].value = closed.blur;
    columns[Shrink].value = closed.shrink;
    columns[NoiseBound].value = closed.noise * closed.noise;
    const std::vector<StudyValue> w2 = terms->w2(false);
    columns[Run] = {w2[W2].value * w2[W2].value, 2 * w2[W2].value * w2[W2].error};
    columns[RunFloor].value = w2[W2Floor].value * w2[W2Floor].value;
    measured.note = terms->note();
    if (last.sigma == 0)
        measured.note += std::string(measured.note.empty() ? "" : "; ")
                         + "the last step goes to the data (final = denoise), so nothing is "
                           "stopped early";
    return measured;
}

} // namespace

StudyKind earlyStopStudy()
{
    return {{.id = "early-stop",
             .label = "Early stop",
             .help = "What stopping at δ costs in W₂², exactly and in closed form, for the data as "
                     "they are and flattened to singular ones, beside the published bound.",
             .source = "Chen et al. 2023, arXiv:2209.11215, for the decomposition",
             .quantities = quantities()},
            &stopSweep,
            &measure,
            nullptr,
            ownParameters()};
}

} // namespace scorefield
