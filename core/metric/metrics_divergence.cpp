// SPDX-License-Identifier: GPL-3.0-or-later
// Divergences, entropy and mutual information by name: of mixtures by integration, of clouds by
// nearest neighbours.
#include "core/base/text.h"
#include "core/metric/law_density.h"
#include "core/metric/law_mass.h"
#include "core/metric/metric_parts.h"
#include "core/metric/mixture_divergence.h"
#include "core/metric/neighbours.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

/// Points that all pairs of neighbours are sought among: seconds.
constexpr Eigen::Index kMostNeighbours = 20'000;
/// Components whose pairs are listed.
constexpr int kMostPairs = 64;

IntegrationOptions optionsOf(const ParameterValues& values)
{
    return {static_cast<int>(values.at("nodes")),
            static_cast<int>(values.at("draws")),
            static_cast<std::uint64_t>(values.at("seed"))};
}

std::vector<ParameterDescriptor> integrationOptions()
{
    return {{.key = "nodes",
             .label = "Nodes",
             .type = ParameterType::Integer,
             .minimum = 65,
             .maximum = 3201,
             .defaultValue = 801,
             .help = "Of the quadrature, along an axis, at least (one and two dimensions)."},
            {.key = "draws",
             .label = "Draws",
             .type = ParameterType::Integer,
             .minimum = 2000,
             .maximum = 1e7,
             .defaultValue = 200'000,
             .scale = Scale::Logarithmic,
             .help = "Exact draws where no quadrature is possible."},
            seedOption()};
}

MetricReading readingOf(const Integral& integral)
{
    MetricReading reading;
    reading.value = integral.value;
    reading.hasError = true;
    if (integral.quadrature && integral.nodes == 0)
        reading.estimator = "closed form";
    else if (integral.quadrature)
        reading.estimator = "quadrature, " + std::to_string(integral.nodes)
                            + " nodes along an axis; error: the change from half as many";
    else
        reading.estimator = "mean over " + std::to_string(integral.nodes) + " exact draws";
    return reading;
}

Result<MetricReading> named(const std::string& metric, const Result<Integral>& integral)
{
    if (!integral)
        return Error{metric,
                     (integral.error().path.empty() ? "" : integral.error().path + ": ")
                         + integral.error().message};
    return readingOf(*integral);
}

/// KL between all components [K_p,K_q].
Result<Eigen::MatrixXd>
componentDivergences(const GaussianMixture& p, const GaussianMixture& q, WorkerPool& pool)
{
    const auto alone = [](const GaussianMixture::Component& component) {
        MixtureSpec spec;
        spec.dimension = static_cast<int>(component.mean.size());
        const Eigen::MatrixXd& Q = component.eigenvectors;
        spec.components.push_back(
            {1, component.mean, Q * component.eigenvalues.asDiagonal() * Q.transpose(), 0});
        return GaussianMixture::create(spec);
    };
    Eigen::MatrixXd divergences(p.componentCount(), q.componentCount());
    for (Eigen::Index i = 0; i < divergences.rows(); ++i)
        for (Eigen::Index j = 0; j < divergences.cols(); ++j) {
            const auto a = alone(p.components()[static_cast<std::size_t>(i)]);
            const auto b = alone(q.components()[static_cast<std::size_t>(j)]);
            if (!a || !b)
                return (!a ? a : b).error();
            const auto kl = klDivergence(*a, *b, pool);
            if (!kl)
                return kl.error();
            divergences(i, j) = kl->value.value;
        }
    return divergences;
}

Status checkNeighbours(const MetricSubject& subject, int k)
{
    for (const Cloud* cloud : {&subject.a, &subject.b}) {
        if (cloud->weights.size() > 0)
            return Error{"--weights", "nearest neighbours take points of equal weight"};
        const bool isThere = cloud->points.size() > 0;
        if (isThere && cloud->points.rows() <= 2 * k)
            return Error{"--neighbour",
                         "is " + std::to_string(k) + " for a cloud of "
                             + std::to_string(cloud->points.rows())
                             + " points, must be below half of them"};
        if (isThere && cloud->points.rows() > kMostNeighbours && cloud->points.cols() > 2)
            return Error{"",
                         "a cloud has " + std::to_string(cloud->points.rows())
                             + " points; nearest neighbours take " + std::to_string(kMostNeighbours)
                             + " at most"};
    }
    return success();
}

/// To a law with exact masses, d = 1, 2.
Result<MetricReading>
cloudToLaw(const MetricSubject& subject, const ParameterValues& values, WorkerPool& pool)
{
    const int k = static_cast<int>(values.at("neighbour"));
    const LawMass mass(*subject.p, 1, 0);
    MetricReading reading;
    reading.hasError = true;
    reading.value = massDivergence(subject.a.points, mass, k, pool);
    const Eigen::MatrixXd twin = subject.p
                                     ->sample(static_cast<std::uint64_t>(values.at("seed")),
                                              Stream::Data,
                                              static_cast<int>(subject.a.points.rows()))
                                     .transpose();
    const Estimate floor = massDivergence(twin, mass, k, pool);
    reading.floor = std::max(std::abs(floor.value), floor.error);
    reading.floorOf = "of as many exact draws of p, or their standard error";
    reading.estimator = "exact masses of boxes to neighbour " + std::to_string(k);
    return reading;
}

Result<MetricReading> klMetric(const MetricSubject& subject,
                               const ParameterValues& values,
                               WorkerPool& pool,
                               std::stop_token)
{
    if (subject.form == MetricForm::TwoMixtures) {
        auto reading = named("kl", klDivergence(*subject.p, *subject.q, pool, optionsOf(values)));
        if (reading && subject.p->componentCount() <= kMostPairs
            && subject.q->componentCount() <= kMostPairs)
            if (const auto pairs = componentDivergences(*subject.p, *subject.q, pool); pairs)
                reading->matrices.emplace_back("components", *pairs);
        return reading;
    }
    const int k = static_cast<int>(values.at("neighbour"));
    if (auto status = checkNeighbours(subject, k); !status)
        return status.error();
    if (subject.form == MetricForm::CloudAndMixture) {
        const LawDensity density(*subject.p, 1, 0);
        if (!density.isRegular())
            return Error{"kl", "a covariance of p is singular, so p has no density"};
        if (subject.a.points.cols() <= 2)
            return cloudToLaw(subject, values, pool);
    }
    auto reading =
        measureClouds(subject, values, [&](const Cloud& a, const Cloud& b) -> Result<Estimate> {
            return neighbourDivergence(a.points, b.points, k, pool);
        });
    if (reading)
        reading->estimator = "distances to neighbour " + std::to_string(k);
    return reading;
}

template <SymmetricDivergence kind>
Result<MetricReading> symmetricMetric(const MetricSubject& subject,
                                      const ParameterValues& values,
                                      WorkerPool& pool,
                                      std::stop_token)
{
    const char* name = kind == SymmetricDivergence::JensenShannon    ? "js"
                       : kind == SymmetricDivergence::TotalVariation ? "tv"
                                                                     : "hellinger";
    auto reading =
        named(name, symmetricDivergence(kind, *subject.p, *subject.q, pool, optionsOf(values)));
    if (reading && kind == SymmetricDivergence::Hellinger)
        reading->numbers.emplace_back("squared", reading->value.value * reading->value.value);
    return reading;
}

Result<MetricReading> entropyMetric(const MetricSubject& subject,
                                    const ParameterValues& values,
                                    WorkerPool& pool,
                                    std::stop_token)
{
    if (subject.form == MetricForm::OneMixture)
        return named("entropy", differentialEntropy(*subject.p, 1, 0, pool, optionsOf(values)));
    const int k = static_cast<int>(values.at("neighbour"));
    if (auto status = checkNeighbours(subject, k); !status)
        return status.error();
    if (subject.a.points.rows() > kMostNeighbours)
        return Error{"entropy",
                     "takes " + std::to_string(kMostNeighbours) + " points at most, the cloud has "
                         + std::to_string(subject.a.points.rows())};
    MetricReading reading;
    reading.hasError = true;
    reading.value = neighbourEntropy(subject.a.points, k, pool);
    reading.estimator = "distances to neighbour " + std::to_string(k)
                        + " (Kozachenko and Leonenko); bias of order n^(-2/d)";
    return reading;
}

Result<MetricReading> informationMetric(const MetricSubject& subject,
                                        const ParameterValues& values,
                                        WorkerPool& pool,
                                        bool conditional)
{
    const auto information =
        componentInformation(*subject.p, 1, 0, values.at("classes") != 0, pool, optionsOf(values));
    if (!information)
        return Error{"mutual-information", information.error().message};
    const Integral& asked =
        conditional ? information->conditionalEntropy : information->information;
    MetricReading reading = readingOf(asked);
    reading.numbers.emplace_back("conditional_entropy",
                                 information->conditionalEntropy.value.value);
    reading.numbers.emplace_back("mutual_information", information->information.value.value);
    return reading;
}

ParameterDescriptor classesOption()
{
    return {.key = "classes",
            .label = "Classes",
            .type = ParameterType::Boolean,
            .help = "C is the class instead of the component."};
}

std::vector<ParameterDescriptor> with(std::vector<ParameterDescriptor> options,
                                      ParameterDescriptor first)
{
    options.insert(options.begin(), std::move(first));
    return options;
}

template <bool conditional>
Result<MetricReading> informationOf(const MetricSubject& subject,
                                    const ParameterValues& values,
                                    WorkerPool& pool,
                                    std::stop_token)
{
    return informationMetric(subject, values, pool, conditional);
}

MetricKind symmetricKind(const char* id,
                         const char* label,
                         const char* formula,
                         const char* source,
                         decltype(MetricKind::measure) measure)
{
    return {{id,
             label,
             formula,
             "By quadrature in one and two dimensions, over exact draws above.",
             source,
             integrationOptions()},
            id == std::string("tv") || id == std::string("hellinger") ? "" : "nats",
            {MetricForm::TwoMixtures},
            false,
            measure};
}

} // namespace

std::vector<MetricKind> divergenceMetrics()
{
    return {
        {{"kl",
          "Kullback–Leibler divergence",
          "KL(p‖q) = E_p[log p − log q]",
          "Of mixtures by quadrature (d ≤ 2) or exact draws, and between all their components in "
          "closed form; of a cloud to a mixture by exact masses of the boxes that reach to its "
          "neighbours (d ≤ 2), else by neighbours in both clouds, low in high dimension.",
          "Wang, Kulkarni and Verdú 2009, IEEE Trans. Inf. Theory 55",
          with(integrationOptions(), neighbourOption())},
         "nats",
         {MetricForm::TwoMixtures, MetricForm::TwoClouds, MetricForm::CloudAndMixture},
         false,
         klMetric},
        symmetricKind("js",
                      "Jensen–Shannon divergence",
                      "½KL(p‖m) + ½KL(q‖m), m = (p + q)/2",
                      "Lin 1991, IEEE Trans. Inf. Theory 37",
                      symmetricMetric<SymmetricDivergence::JensenShannon>),
        symmetricKind("tv",
                      "Total variation",
                      "½∫|p − q|",
                      "Tsybakov 2009, Introduction to Nonparametric Estimation",
                      symmetricMetric<SymmetricDivergence::TotalVariation>),
        symmetricKind("hellinger",
                      "Hellinger distance",
                      "√(1 − ∫√(p q))",
                      "Tsybakov 2009, Introduction to Nonparametric Estimation",
                      symmetricMetric<SymmetricDivergence::Hellinger>),
        {{"entropy",
          "Differential entropy",
          "h(p) = −E log p",
          "Of a mixture by quadrature (d ≤ 2) or exact draws; of a cloud by nearest neighbours.",
          "Kozachenko and Leonenko 1987, Probl. Inf. Transm. 23",
          with(integrationOptions(), neighbourOption())},
         "nats",
         {MetricForm::OneMixture, MetricForm::OneCloud},
         false,
         entropyMetric},
        {{"mutual-information",
          "Mutual information of component and state",
          "I(C; X) = H(C) − H(C|X)",
          "How much a state says about the component, or the class, it comes from.",
          "Cover and Thomas 2006, Elements of Information Theory",
          with(integrationOptions(), classesOption())},
         "nats",
         {MetricForm::OneMixture},
         false,
         informationOf<false>},
        {{"conditional-entropy",
          "Conditional entropy of the component",
          "H(C|X) = E[−Σ_k P(k|X) log P(k|X)]",
          "How open it is, on average, where a state comes from.",
          "Cover and Thomas 2006, Elements of Information Theory",
          with(integrationOptions(), classesOption())},
         "nats",
         {MetricForm::OneMixture},
         false,
         informationOf<true>},
    };
}

} // namespace scorefield
