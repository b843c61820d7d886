// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/convergence.h"

namespace scorefield::test {

std::vector<SamplerVariant> variantsOf(const SamplerKind& kind)
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

std::vector<SamplerVariant> allVariants()
{
    std::vector<SamplerVariant> all;
    for (const auto& kind : samplerKinds())
        for (auto& variant : variantsOf(kind))
            all.push_back(std::move(variant));
    return all;
}

double observedOrder(const std::vector<double>& steps, const std::vector<double>& errors)
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

std::vector<PathCoefficients>
gradedStart(const ForwardProcess& process, const std::vector<PathCoefficients>& levels, int extra)
{
    std::vector<PathCoefficients> graded{levels.front()};
    const double high = levels[0].sigmaTilde(), low = levels[1].sigmaTilde();
    for (int j = extra; j > 0; --j)
        graded.push_back(process.at(process.timeAt(high * std::pow(low / high, std::pow(0.5, j)))));
    graded.insert(graded.end(), levels.begin() + 1, levels.end());
    return graded;
}

SimulationPlan planOf(const SamplerVariant& variant,
                      std::shared_ptr<const GaussianMixture> mixture,
                      std::shared_ptr<const ForwardProcess> process,
                      std::vector<PathCoefficients> levels,
                      double eta)
{
    auto plan = makePlan(std::move(mixture), std::move(levels), variant.kind->info.id, eta);
    plan.sampler = variant.choice;
    plan.process = std::move(process);
    return plan;
}

} // namespace scorefield::test
