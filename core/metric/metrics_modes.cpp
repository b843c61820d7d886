// SPDX-License-Identifier: GPL-3.0-or-later
// What a cloud makes of the modes of a mixture, by name.
#include "core/base/text.h"
#include "core/metric/law_density.h"
#include "core/metric/metric_parts.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

Eigen::VectorXd componentWeights(const GaussianMixture& mixture)
{
    Eigen::VectorXd weights(mixture.componentCount());
    for (Eigen::Index k = 0; k < weights.size(); ++k)
        weights(k) = mixture.components()[static_cast<std::size_t>(k)].weight;
    return weights;
}

/// Shares of the likeliest component. [K]
Eigen::VectorXd sharesOf(const Cloud& cloud, const GaussianMixture& mixture, WorkerPool& pool)
{
    const std::vector<int> likeliest = LawDensity(mixture, 1, 0).likeliest(cloud.points, pool);
    const Eigen::VectorXd weights = weightsOf(cloud);
    Eigen::VectorXd shares = Eigen::VectorXd::Zero(mixture.componentCount());
    for (std::size_t i = 0; i < likeliest.size(); ++i)
        shares(likeliest[i]) += weights(static_cast<Eigen::Index>(i));
    return shares;
}

Cloud exactDraws(const MetricSubject& subject, const ParameterValues& values)
{
    return {subject.p
                ->sample(static_cast<std::uint64_t>(values.at("seed")),
                         Stream::Data,
                         static_cast<int>(subject.a.points.rows()))
                .transpose(),
            {}};
}

Result<MetricReading> modeWeightsMetric(const MetricSubject& subject,
                                        const ParameterValues& values,
                                        WorkerPool& pool,
                                        std::stop_token)
{
    const Eigen::VectorXd pi = componentWeights(*subject.p);
    const auto errorOf = [&](const Cloud& cloud) {
        return (sharesOf(cloud, *subject.p, pool) - pi).cwiseAbs().sum() / 2;
    };
    MetricReading reading;
    const Eigen::VectorXd shares = sharesOf(subject.a, *subject.p, pool);
    reading.value.value = errorOf(subject.a);
    // Each point adds half the sign of its component's excess.
    const Eigen::ArrayXd sign = (shares - pi).array().sign() / 2;
    const double mean = (shares.array() * sign).sum();
    const double variance = (shares.array() * sign.square()).sum() - mean * mean;
    reading.value.error = std::sqrt(std::max(0.0, variance) * weightsOf(subject.a).squaredNorm());
    reading.hasError = true;
    reading.floor = errorOf(exactDraws(subject, values));
    reading.floorOf = "of as many exact draws of p";
    reading.estimator = "shares of the likeliest component";
    reading.matrices.emplace_back("shares", shares.transpose());
    reading.matrices.emplace_back("weights", pi.transpose());
    return reading;
}

Result<MetricReading> coverageMetric(const MetricSubject& subject,
                                     const ParameterValues& values,
                                     WorkerPool& pool,
                                     std::stop_token)
{
    const Eigen::VectorXd pi = componentWeights(*subject.p);
    const double threshold = values.at("threshold");
    const auto covered = [&](const Eigen::VectorXd& shares) {
        return static_cast<double>((shares.array() > threshold * pi.array()).count());
    };
    const Eigen::VectorXd shares = sharesOf(subject.a, *subject.p, pool);
    const double modes = static_cast<double>(pi.size());
    MetricReading reading;
    reading.value.value = covered(shares) / modes;
    reading.floor = covered(sharesOf(exactDraws(subject, values), *subject.p, pool)) / modes;
    reading.floorOf = "of as many exact draws of p";
    reading.estimator =
        "shares of the likeliest component above " + formatNumber(threshold) + " of its weight";
    reading.numbers.emplace_back("covered", covered(shares));
    reading.numbers.emplace_back("modes", modes);
    double entropy = 0;
    for (const double share : shares)
        entropy -= share > 0 ? share * std::log(share) : 0;
    reading.numbers.emplace_back("effective_modes", std::exp(entropy));
    return reading;
}

/// P(class | x), or that of the likeliest class, for every point. [n]
Eigen::ArrayXd confidences(const Cloud& cloud, const GaussianMixture& mixture, int asked)
{
    const LawDensity density(mixture, 1, 0);
    constexpr Eigen::Index block = 4096; // rows whose terms are held at once
    Eigen::ArrayXd values(cloud.points.rows());
    for (Eigen::Index first = 0; first < values.size(); first += block) {
        const Eigen::Index n = std::min(block, values.size() - first);
        const Eigen::ArrayXXd terms = density.logTerms(cloud.points.middleRows(first, n));
        const Eigen::ArrayXXd shares = (terms.colwise() - LawDensity::logSum(terms)).exp();
        Eigen::ArrayXXd classes = Eigen::ArrayXXd::Zero(n, mixture.classCount());
        for (Eigen::Index k = 0; k < shares.cols(); ++k)
            classes.col(mixture.components()[static_cast<std::size_t>(k)].classLabel) +=
                shares.col(k);
        values.segment(first, n) =
            asked >= 0 ? Eigen::ArrayXd(classes.col(asked)) : classes.rowwise().maxCoeff();
    }
    return values;
}

Result<MetricReading> confidenceMetric(const MetricSubject& subject,
                                       const ParameterValues& values,
                                       WorkerPool&,
                                       std::stop_token)
{
    const int asked = static_cast<int>(values.at("class"));
    if (asked >= subject.p->classCount())
        return Error{"--class",
                     "is " + std::to_string(asked) + ", p has the classes 0 to "
                         + std::to_string(subject.p->classCount() - 1)};
    const Eigen::ArrayXd p = confidences(subject.a, *subject.p, asked);
    const Eigen::ArrayXd weights = weightsOf(subject.a).array();
    MetricReading reading;
    reading.value.value = (p * weights).sum();
    reading.value.error = std::sqrt((weights.square() * (p - reading.value.value).square()).sum());
    reading.hasError = true;
    const Eigen::ArrayXd twin = confidences(exactDraws(subject, values), *subject.p, asked);
    reading.floor = twin.mean();
    reading.floorOf = "of as many exact draws of p";
    reading.estimator = asked >= 0 ? "mean of P(class " + std::to_string(asked) + "|x)"
                                   : std::string("mean of the likeliest class's P(class|x)");
    return reading;
}

} // namespace

std::vector<MetricKind> modeMetrics()
{
    const std::vector<MetricForm> forms{MetricForm::CloudAndMixture};
    return {
        {{"mode-weights",
          "Mode-weight error",
          "½ Σ_k |share_k − π_k|",
          "Total variation between the shares of the components among the points and their "
          "weights.",
          "Ours",
          {seedOption()}},
         "share",
         forms,
         false,
         modeWeightsMetric},
        {{"coverage",
          "Modes covered",
          "#{k: share_k > τ π_k}/K",
          "The share of components that have their part of the points.",
          "Ours",
          {{.key = "threshold",
            .symbol = "τ",
            .label = "Threshold",
            .minimum = 0,
            .maximum = 1,
            .defaultValue = .1,
            .help = "A component is covered above this share of its weight."},
           seedOption()}},
         "share",
         forms,
         false,
         coverageMetric},
        {{"confidence",
          "Confidence",
          "E P(c|x)",
          "The mean posterior of a class, or of the likeliest one, under the mixture.",
          "Wu et al. 2024, arXiv:2403.01639",
          {{.key = "class",
            .label = "Class",
            .type = ParameterType::Integer,
            .minimum = -1,
            .maximum = 4095,
            .defaultValue = -1,
            .help = "The class asked for; -1: the likeliest at each point."},
           seedOption()}},
         "share",
         forms,
         false,
         confidenceMetric},
    };
}

} // namespace scorefield
