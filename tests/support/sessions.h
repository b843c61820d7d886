// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Sessions for tests: random ones that use every parameter, built from the parameter table itself.
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/session/session.h"

#include <cmath>
#include <random>

namespace scorefield::test {

/// A value that the descriptor allows.
inline double randomValue(const ParameterDescriptor& row, std::mt19937& random)
{
    std::uniform_real_distribution<double> uniform(0, 1);
    const double u = uniform(random);
    if (row.type == ParameterType::Boolean)
        return u < .5 ? 0 : 1;
    if (row.type == ParameterType::Choice)
        return std::floor(u * static_cast<double>(row.choices.size()));
    const bool logarithmic = row.scale == Scale::Logarithmic && row.minimum > 0;
    const double value = logarithmic ? row.minimum * std::pow(row.maximum / row.minimum, u)
                                     : row.minimum + u * (row.maximum - row.minimum);
    return row.type == ParameterType::Integer ? std::floor(value) : value;
}

inline MixtureSpec randomMixture(int dimension, int components, std::mt19937& random)
{
    std::normal_distribution<double> normal;
    MixtureSpec mixture;
    mixture.dimension = dimension;
    for (int k = 0; k < components; ++k) {
        ComponentSpec component;
        component.weight = .1 + std::abs(normal(random));
        component.mean =
            Eigen::VectorXd::NullaryExpr(dimension, [&] { return 3 * normal(random); });
        const Eigen::MatrixXd root =
            Eigen::MatrixXd::NullaryExpr(dimension, dimension, [&] { return normal(random); });
        component.covariance = root * root.transpose();
        component.classLabel = k % 3;
        mixture.components.push_back(component);
    }
    return mixture;
}

/// 1 to 4 lanes, data of 1 to 5 dimensions, every parameter somewhere in its range. Kinds are drawn
/// first: they decide which keys there are. Every session can be run.
inline Session randomSession(unsigned seed)
{
    std::mt19937 random(seed);
    Session session;
    session.info = {"Title \"" + std::to_string(seed) + "\"", "Zeile\nzwei: σ̃ → ∞", "a\\b", ""};
    session.data =
        randomMixture(1 + static_cast<int>(seed % 5), 3 + static_cast<int>(seed % 4), random);
    if (seed % 2 == 0)
        session.data.edit([](MixtureSpec& data) { data.classNames = {"left", "1", "right"}; });
    for (unsigned lane = 0; lane < 1 + seed % 4; ++lane)
        session.lanes.push_back(defaultLane("vp"));
    // Drawn again where a grid of published levels does not fit the process, or the like.
    for (int attempt = 0; attempt < 100; ++attempt) {
        for (const bool kinds : {true, false})
            for (const std::string& key : parameterKeys(session))
                if (key.ends_with(".kind") == kinds)
                    if (!setParameter(session, key, randomValue(*describe(session, key), random)))
                        return {};
        if (checkSession(session))
            return session;
    }
    return {};
}

} // namespace scorefield::test
