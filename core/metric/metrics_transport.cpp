// SPDX-License-Identifier: GPL-3.0-or-later
// W_1, W_2, their sliced forms, entropic transport, Bures and MW_2 by name.
#include "core/base/text.h"
#include "core/metric/metric_parts.h"
#include "core/metric/root_estimate.h"
#include "core/metric/transport.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

enum class Slices { Mean, Largest };

template <int p>
Result<MetricReading> exactMetric(const MetricSubject& subject,
                                  const ParameterValues& values,
                                  WorkerPool&,
                                  std::stop_token stop)
{
    if (subject.a.points.cols() > 1
        && std::max(subject.a.points.rows(), subject.b.points.rows()) > kMostAssigned)
        return Error{
            p == 2 ? "w2" : "w1",
            "takes " + std::to_string(kMostAssigned)
                + " points at most in more than one dimension, a cloud has "
                + std::to_string(std::max(subject.a.points.rows(), subject.b.points.rows()))
                + "; sliced-w" + std::to_string(p) + " takes any number"};
    auto reading =
        measureClouds(subject, values, [&](const Cloud& a, const Cloud& b) -> Result<Estimate> {
            const auto power = exactTransport(a, b, p, stop);
            if (!power)
                return power.error();
            return p == 2 ? rootOf(*power) : *power;
        });
    if (!reading)
        return reading;
    const bool alike = subject.a.weights.size() == 0 && subject.b.weights.size() == 0
                       && (subject.form != MetricForm::TwoClouds
                           || subject.a.points.rows() == subject.b.points.rows());
    reading->estimator = subject.a.points.cols() == 1 ? "quantiles, exact"
                         : alike                      ? "exact assignment"
                                                      : "exact transportation problem";
    if (p == 2)
        reading->numbers.emplace_back("squared", reading->value.value * reading->value.value);
    return reading;
}

template <int p, Slices slices>
Result<MetricReading> slicedMetric(const MetricSubject& subject,
                                   const ParameterValues& values,
                                   WorkerPool& pool,
                                   std::stop_token)
{
    const auto d = static_cast<int>(subject.a.points.cols());
    const Eigen::MatrixXd directions =
        subject.projections ? *subject.projections
                            : randomDirections(d,
                                               static_cast<int>(values.at("directions")),
                                               static_cast<std::uint64_t>(values.at("seed")));
    const auto distance = [&](const Cloud& a, const Cloud& b) {
        const SlicedTransport along = slicedTransport(a, b, p, directions, pool);
        const double power = slices == Slices::Mean ? along.mean : along.largest;
        return p == 2 ? std::sqrt(power) : power;
    };
    auto reading =
        measureClouds(subject, values, [&](const Cloud& a, const Cloud& b) -> Result<Estimate> {
            return Estimate{distance(a, b), jackknifeError(a, b, distance)};
        });
    if (!reading)
        return reading;
    reading->estimator = "quantiles along " + std::to_string(directions.cols())
                         + (subject.projections ? " given directions" : " random directions");
    if (p == 2)
        reading->numbers.emplace_back("squared", reading->value.value * reading->value.value);
    return reading;
}

Result<MetricReading> sinkhornMetric(const MetricSubject& subject,
                                     const ParameterValues& values,
                                     WorkerPool&,
                                     std::stop_token stop)
{
    auto reading =
        measureClouds(subject, values, [&](const Cloud& a, const Cloud& b) -> Result<Estimate> {
            const auto cost = entropicTransport(
                a, b, values.at("regularisation"), values.at("marginal_error"), stop);
            if (!cost)
                return Error{"sinkhorn", cost.error().message};
            return Estimate{*cost, 0};
        });
    if (!reading)
        return reading;
    reading->hasError = false; // a jackknife would solve it twenty times over
    reading->estimator =
        "Sinkhorn's iteration to a marginal error of " + formatNumber(values.at("marginal_error"));
    return reading;
}

struct Moments {
    Eigen::VectorXd mean;
    Eigen::MatrixXd covariance;
};

Moments momentsOf(const Cloud& cloud)
{
    const Eigen::VectorXd weights = weightsOf(cloud);
    const Eigen::VectorXd mean = cloud.points.transpose() * weights;
    const Eigen::MatrixXd centred = cloud.points.rowwise() - mean.transpose();
    return {mean, centred.transpose() * weights.asDiagonal() * centred};
}

Moments momentsOf(const GaussianMixture& mixture)
{
    return {mixture.mean(), mixture.covariance()};
}

double buresBetween(const Moments& a, const Moments& b)
{
    return std::sqrt(buresTransport(a.mean, a.covariance, b.mean, b.covariance));
}

/// From a cloud to the exact moments of p.
MetricReading buresToLaw(const MetricSubject& subject, const ParameterValues& values)
{
    const Moments law = momentsOf(*subject.p);
    const auto distance = [&](const Cloud& cloud, const Cloud&) {
        return buresBetween(momentsOf(cloud), law);
    };
    MetricReading reading;
    reading.value = {distance(subject.a, subject.a),
                     jackknifeError(subject.a, subject.a, distance)};
    reading.hasError = true;
    const Cloud draws{subject.p
                          ->sample(static_cast<std::uint64_t>(values.at("seed")),
                                   Stream::Data,
                                   static_cast<int>(subject.a.points.rows()))
                          .transpose(),
                      {}};
    reading.floor = distance(draws, draws);
    reading.floorOf = "of as many exact draws of p";
    return reading;
}

Result<MetricReading> buresMetric(const MetricSubject& subject,
                                  const ParameterValues& values,
                                  WorkerPool&,
                                  std::stop_token)
{
    Result<MetricReading> reading = MetricReading{};
    if (subject.form == MetricForm::TwoMixtures) {
        reading->value.value = buresBetween(momentsOf(*subject.p), momentsOf(*subject.q));
        reading->matrices.emplace_back("components_squared",
                                       componentTransport(*subject.p, *subject.q));
    } else if (subject.form == MetricForm::TwoClouds) {
        const auto distance = [](const Cloud& a, const Cloud& b) {
            return buresBetween(momentsOf(a), momentsOf(b));
        };
        reading =
            measureClouds(subject, values, [&](const Cloud& a, const Cloud& b) -> Result<Estimate> {
                return Estimate{distance(a, b), jackknifeError(a, b, distance)};
            });
    } else {
        reading = buresToLaw(subject, values);
    }
    if (!reading)
        return reading;
    reading->estimator = "closed form, of the means and covariances";
    reading->numbers.emplace_back("squared", reading->value.value * reading->value.value);
    return reading;
}

Result<MetricReading>
mixtureMetric(const MetricSubject& subject, const ParameterValues&, WorkerPool&, std::stop_token)
{
    const auto transport = mixtureTransport(*subject.p, *subject.q);
    if (!transport)
        return Error{"mw2", transport.error().message};
    MetricReading reading;
    reading.value.value = std::sqrt(transport->squared);
    reading.estimator = "closed form between components, exact plan";
    reading.numbers.emplace_back("squared", transport->squared);
    reading.matrices.emplace_back("costs", transport->costs);
    reading.matrices.emplace_back("plan", transport->plan);
    return reading;
}

ParameterDescriptor directionsOption()
{
    return {.key = "directions",
            .label = "Directions",
            .type = ParameterType::Integer,
            .minimum = 1,
            .maximum = 100000,
            .defaultValue = 100,
            .help = "Random unit vectors, where none are given."};
}

} // namespace

std::vector<MetricKind> transportMetrics()
{
    const std::vector<MetricForm> clouds{MetricForm::TwoClouds, MetricForm::CloudAndMixture};
    const std::string peyre = "Peyré and Cuturi 2019, Computational Optimal Transport";
    const std::string sliced = "Bonneel, Rabin, Peyré and Pfister 2015, J. Math. Imaging Vis. 51";
    return {
        {{"w2",
          "Wasserstein-2",
          "W₂² = min_P Σ P_ij |x_i − y_j|²",
          "Exact: by quantiles in one dimension, else by assignment or a transportation problem of "
          "at most 2000 points.",
          peyre,
          {seedOption()}},
         "length",
         clouds,
         false,
         exactMetric<2>},
        {{"w1",
          "Wasserstein-1",
          "W₁ = min_P Σ P_ij |x_i − y_j|",
          "Exact, as w2.",
          peyre,
          {seedOption()}},
         "length",
         clouds,
         false,
         exactMetric<1>},
        {{"sliced-w2",
          "Sliced Wasserstein-2",
          "SW₂² = mean over θ of W₂² of the projections",
          "Any number of points and dimensions, by quantiles along directions.",
          sliced,
          {directionsOption(), seedOption()}},
         "length",
         clouds,
         true,
         slicedMetric<2, Slices::Mean>},
        {{"sliced-w1",
          "Sliced Wasserstein-1",
          "SW₁ = mean over θ of W₁ of the projections",
          "Any number of points and dimensions, by quantiles along directions.",
          sliced,
          {directionsOption(), seedOption()}},
         "length",
         clouds,
         true,
         slicedMetric<1, Slices::Mean>},
        {{"max-sliced-w2",
          "Max-sliced Wasserstein-2",
          "max over θ of W₂ of the projections",
          "The largest over the directions that are given or drawn; the true maximum is larger.",
          "Deshpande et al. 2019, arXiv:1904.05877",
          {directionsOption(), seedOption()}},
         "length",
         clouds,
         true,
         slicedMetric<2, Slices::Largest>},
        {{"sinkhorn",
          "Entropic transport",
          "Σ P |x − y|², P = argmin Σ P |x − y|² + ε Σ P log P",
          "The cost of the entropic plan without its entropy.",
          "Cuturi 2013, arXiv:1306.0895",
          {{.key = "regularisation",
            .symbol = "ε",
            .label = "Regularisation",
            .unit = "length²",
            .minimum = 1e-6,
            .maximum = 1e6,
            .defaultValue = .1,
            .scale = Scale::Logarithmic,
            .help = "Of the entropy; small values take many iterations."},
           {.key = "marginal_error",
            .label = "Marginal error",
            .minimum = 1e-14,
            .maximum = .1,
            .defaultValue = 1e-12,
            .scale = Scale::Logarithmic,
            .help = "What rows and columns of the plan may miss in sum."},
           seedOption()}},
         "length²",
         clouds,
         false,
         sinkhornMetric},
        {{"bures",
          "Bures–Wasserstein",
          "W₂² = |m₁ − m₂|² + tr(S₁ + S₂ − 2(S₁^½ S₂ S₁^½)^½)",
          "W₂ of the Gaussians with the means and covariances of both sides (Fréchet's distance), "
          "and its squares between all components of two mixtures.",
          "Dowson and Landau 1982, J. Multivariate Anal. 12",
          {seedOption()}},
         "length",
         {MetricForm::TwoMixtures, MetricForm::TwoClouds, MetricForm::CloudAndMixture},
         false,
         buresMetric},
        {{"mw2",
          "Mixture Wasserstein-2",
          "MW₂² = min_P Σ P_kl W₂²(N_k, N_l)",
          "Transport by plans that are mixtures of Gaussians themselves: an upper bound of W₂.",
          "Delon and Desolneux 2020, arXiv:1907.05254",
          {}},
         "length",
         {MetricForm::TwoMixtures},
         false,
         mixtureMetric},
    };
}

} // namespace scorefield
