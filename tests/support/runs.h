// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Plans that several tests run: a choice by its id, levels of a process on a grid, a plan with no
// guidance.
#include "core/process/time_grid.h"
#include "core/sampler/simulate.h"
#include "tests/support/compare.h"

#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace scorefield::test {

/// The kind of this id with default values, then those given.
template <class Kind>
Choice choose(const std::vector<Kind>& kinds,
              const std::string& id,
              std::initializer_list<std::pair<std::string, double>> values = {})
{
    for (const Kind& kind : kinds) {
        if (kind.info.id != id)
            continue;
        Choice choice = makeChoice(kind.info);
        for (const auto& [key, value] : values)
            choice.values.set(key, value);
        return choice;
    }
    std::abort(); // a mistake in the test
}

std::shared_ptr<const GaussianMixture> makeMixture(const MixtureSpec& spec);

std::shared_ptr<const ForwardProcess>
process(const std::string& id, std::initializer_list<std::pair<std::string, double>> values = {});

std::shared_ptr<const GuidanceRule> unguided();

std::shared_ptr<const GuidanceRule> guided(double w, int target);

std::vector<PathCoefficients>
levelsOn(const ForwardProcess& process, const std::string& grid, int steps, double final = 0);

SimulationPlan makePlan(std::shared_ptr<const GaussianMixture> mixture,
                        std::vector<PathCoefficients> levels,
                        const std::string& sampler,
                        double eta = 0,
                        std::shared_ptr<const ForwardProcess> process = nullptr);

/// The states after step `step`, or of the last one: [n,d].
template <class Real>
Eigen::MatrixXd statesAt(const BasicTrajectories<Real>& run, int step = -1)
{
    const int k = step < 0 ? run.steps : step;
    Eigen::MatrixXd x(static_cast<Eigen::Index>(run.particles), run.dimension);
    for (int c = 0; c < run.dimension; ++c) {
        const auto values = run.coordinate(k, c);
        for (std::size_t i = 0; i < run.particles; ++i)
            x(static_cast<Eigen::Index>(i), c) = values[i];
    }
    return x;
}

/// Largest absolute difference; infinite if the shapes differ, so that a test cannot pass by
/// comparing nothing.
double largestDifference(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

} // namespace scorefield::test
