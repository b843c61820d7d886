// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/kernel_table.h"

#include "core/field/noised_row.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr double kLog2E = 1.4426950408889634; // log-weights are to base 2

/// The row that the kernels read, from the one that reads like the formula (noised_row.h).
template <int D>
float* writeKernelRow(const double* row, bool centred, float* out)
{
    constexpr int kTriangle = D * (D + 1) / 2;
    const double *centre = row + 1, *A = centre + D, *mean = A + kTriangle, *G = mean + D;
    const auto at = [](int i, int j) { // place of a pair in a triangle
        return i <= j ? i * D - i * (i - 1) / 2 + j - i : j * D - j * (j - 1) / 2 + i - j;
    };
    *out++ = static_cast<float>(kLog2E * row[0]);
    const double scale = centred ? std::sqrt(kLog2E) : -kLog2E;
    for (int i = 0; i < D; ++i) {
        double linear = centred ? 0 : kLog2E * centre[i];
        for (int j = i; centred && j < D; ++j)
            linear -= scale * A[at(i, j)] * centre[j];
        *out++ = static_cast<float>(linear);
    }
    for (int i = 0; i < D; ++i)
        for (int j = i; j < D; ++j) // x_i x_j stands for x_j x_i too
            *out++ = static_cast<float>(scale * A[at(i, j)] * (centred || i == j ? 1 : 2));
    for (int i = 0; i < D; ++i) {
        double offset = mean[i];
        for (int j = 0; centred && j < D; ++j)
            offset -= G[at(i, j)] * centre[j];
        *out++ = static_cast<float>(offset);
    }
    return std::transform(
        G, G + kTriangle, out, [](double value) { return static_cast<float>(value); });
}

template <int D>
void fill(const GaussianMixture& mixture,
          const ComponentOrder& order,
          const RowLevel& level,
          float* out)
{
    double row[kernelRowSize(D)];
    for (const int k : order.components) {
        writeNoisedRow(RowSource<D>(mixture.components()[static_cast<std::size_t>(k)]), level, row);
        out = writeKernelRow<D>(row, level.centred, out);
    }
}

/// Whether A and G are the same in every row.
bool sharesShape(const std::vector<float>& rows, std::size_t size, std::size_t d)
{
    const std::size_t triangle = d * (d + 1) / 2;
    const float* first = rows.data();
    for (const float* row = first; row != first + rows.size(); row += size)
        for (const std::size_t begin : {1 + d, 1 + 2 * d + triangle})
            if (!std::equal(first + begin, first + begin + triangle, row + begin))
                return false;
    return true;
}

} // namespace

void fillKernelTable(const GaussianMixture& mixture,
                     const ComponentOrder& order,
                     const PathCoefficients& level,
                     KernelTable& table)
{
    const int d = mixture.dimension();
    const RowLevel common = rowLevel(mixture, dataExtent(mixture), level);
    const auto size = static_cast<std::size_t>(kernelRowSize(d));
    table.members = order.members;
    table.others = order.others();
    table.centred = common.centred;
    table.rows.resize(order.components.size() * size);
    if (d == 2)
        fill<2>(mixture, order, common, table.rows.data());
    else
        fill<3>(mixture, order, common, table.rows.data());
    table.shared = sharesShape(table.rows, size, static_cast<std::size_t>(d));
}

} // namespace scorefield
