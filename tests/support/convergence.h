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
std::vector<SamplerVariant> variantsOf(const SamplerKind& kind);

std::vector<SamplerVariant> allVariants();

/// The slope b of log error = a - b log K: the observed order.
double observedOrder(const std::vector<double>& steps, const std::vector<double>& errors);

/// The levels with `extra` ones inside the first step, each half as far from the start as the next:
/// the lower orders with which a multistep method starts then cost 4^-extra of what they did, and
/// its own order shows.
std::vector<PathCoefficients>
gradedStart(const ForwardProcess& process, const std::vector<PathCoefficients>& levels, int extra);

SimulationPlan planOf(const SamplerVariant& variant,
                      std::shared_ptr<const GaussianMixture> mixture,
                      std::shared_ptr<const ForwardProcess> process,
                      std::vector<PathCoefficients> levels,
                      double eta = 0);

} // namespace scorefield::test
