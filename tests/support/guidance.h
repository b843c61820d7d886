// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Guidance rules by their id, the levels they are asked at, and the fields they give.
#include "core/field/score_field.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"
#include "tests/support/variants.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace scorefield::test {

using Settings = std::vector<std::pair<std::string, double>>;

const GuidanceKind& kindOf(const std::string& id);

/// Without the check of ranges, so that w can be 1000.
std::shared_ptr<const GuidanceRule>
rule(const std::string& id, const Settings& settings = {}, std::uint32_t seed = 0, int target = 1);

/// Levels of a run and some between them, at both scalings.
std::vector<PathCoefficients> probes(const std::vector<PathCoefficients>& levels);

template <class Real>
Block<Real>
denoised(const ScoreField<Real>& field, const PathCoefficients& level, const Block<double>& x)
{
    const Block<Real> at = x.cast<Real>();
    Block<Real> result(x.rows(), x.cols());
    field.denoise(level, at, result);
    return result;
}

Block<double> points(const GaussianMixture& mixture, const PathCoefficients& level);

/// The first level with at most this noise.
PathCoefficients noiseAt(const std::vector<PathCoefficients>& levels, double sigmaTilde);

std::vector<PathCoefficients> someLevels(const std::string& id);

} // namespace scorefield::test
