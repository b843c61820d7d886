// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the tests of order share: every sampler with every choice of its options, levels that
// resolve a run's start, and the slope of errors over K.
#include "core/sampler/own_levels.h"
#include "tests/support/runs.h"

#include <Eigen/QR>

#include <cmath>
#include <string>
#include <vector>

namespace scorefield::test {

/// A sampler with the options that make a method of its own, and how a test names it.
struct SamplerVariant {
    std::string name;
    Choice choice;
    const SamplerKind* kind;
    int order() const { return samplerOrder(*kind, choice.values); }
};

/// The kind with each value of its choices and of "order" alone, the others at their defaults, and
/// no lower order at the end, which short runs ask for.
inline std::vector<SamplerVariant> variantsOf(const SamplerKind& kind)
{
    Choice base = makeChoice(kind.info);
    if (base.values.contains("lower_order_final"))
        base.values.set("lower_order_final", 0);
    std::vector<SamplerVariant> variants{{kind.info.id, base, &kind}};
    for (const auto& parameter : kind.info.parameters) {
        const bool discrete = parameter.type == ParameterType::Choice || parameter.key == "order";
        for (double value = parameter.minimum; discrete && value <= parameter.maximum; ++value) {
            if (value == parameter.defaultValue)
                continue;
            Choice choice = base;
            choice.values.set(parameter.key, value);
            variants.push_back({kind.info.id + ":" + parameter.key + "=" + parameter.format(value),
                                choice,
                                &kind});
        }
    }
    return variants;
}

inline std::vector<SamplerVariant> allVariants()
{
    std::vector<SamplerVariant> all;
    for (const auto& kind : samplerKinds())
        for (auto& variant : variantsOf(kind))
            all.push_back(std::move(variant));
    return all;
}

/// The slope b of log error = a - b log K: the observed order.
inline double observedOrder(const std::vector<double>& steps, const std::vector<double>& errors)
{
    Eigen::MatrixXd design(static_cast<Eigen::Index>(steps.size()), 2);
    Eigen::VectorXd logs(design.rows());
    for (Eigen::Index i = 0; i < design.rows(); ++i) {
        design(i, 0) = 1;
        design(i, 1) = -std::log(steps[static_cast<std::size_t>(i)]);
        logs(i) = std::log(errors[static_cast<std::size_t>(i)]);
    }
    return design.colPivHouseholderQr().solve(logs)(1);
}

/// The levels with `extra` ones inside the first step, each half as far from the start as the next:
/// the lower orders with which a multistep method starts then cost 4^-extra of what they did, and
/// its own order shows.
inline std::vector<PathCoefficients>
gradedStart(const ForwardProcess& process, const std::vector<PathCoefficients>& levels, int extra)
{
    std::vector<PathCoefficients> graded{levels.front()};
    const double high = levels[0].sigmaTilde(), low = levels[1].sigmaTilde();
    for (int j = extra; j > 0; --j)
        graded.push_back(process.at(process.timeAt(high * std::pow(low / high, std::pow(0.5, j)))));
    graded.insert(graded.end(), levels.begin() + 1, levels.end());
    return graded;
}

inline SimulationPlan planOf(const SamplerVariant& variant,
                             std::shared_ptr<const GaussianMixture> mixture,
                             std::shared_ptr<const ForwardProcess> process,
                             std::vector<PathCoefficients> levels,
                             double eta = 0)
{
    auto plan = makePlan(std::move(mixture), std::move(levels), variant.kind->info.id, eta);
    plan.sampler = variant.choice;
    plan.process = std::move(process);
    return plan;
}

} // namespace scorefield::test
