// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Comparison of numbers: relative, absolute near zero, identity for NaN and infinities; and the reference arrays in tests/reference.
#include "core/base/npy.h"

#include <Eigen/Core>

#include <QString>

#include <cmath>
#include <string>

namespace scorefield::test {

/// |actual - expected| <= atol + rtol |expected|; NaN equals NaN, infinities equal themselves.
inline bool isClose(double actual, double expected, double rtol, double atol)
{
    if (std::isnan(expected) || std::isinf(expected))
        return (std::isnan(expected) && std::isnan(actual)) || actual == expected;
    return std::abs(actual - expected) <= atol + rtol * std::abs(expected);
}

inline QString describeDifference(double actual, double expected)
{
    return QStringLiteral("actual %1, expected %2, difference %3")
        .arg(actual, 0, 'g', 17)
        .arg(expected, 0, 'g', 17)
        .arg(actual - expected, 0, 'g', 3);
}

/// A reference array; the test fails later on its size if it cannot be read.
inline NpyArray referenceArray(const std::string& relativePath)
{
    auto array = readNpy(std::string(SCOREFIELD_REFERENCE_DIR) + "/" + relativePath);
    return array ? std::move(*array) : NpyArray{};
}

/// An [n,d] array as a matrix.
inline Eigen::MatrixXd asMatrix(const NpyArray& array)
{
    if (array.shape.size() != 2)
        return {};
    return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
        array.values.data(), static_cast<Eigen::Index>(array.shape[0]), static_cast<Eigen::Index>(array.shape[1]));
}

} // namespace scorefield::test

#define COMPARE_CLOSE(actual, expected, rtol, atol)                                                                    \
    do {                                                                                                               \
        const double actual_ = (actual), expected_ = (expected);                                                       \
        QVERIFY2(scorefield::test::isClose(actual_, expected_, (rtol), (atol)),                                        \
                 qPrintable(scorefield::test::describeDifference(actual_, expected_)));                                \
    } while (false)
