// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/spatial_order.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace scorefield {

namespace {

// 256 x 256 cells, or 32 x 32 x 32: a key of two digits.
constexpr int kBits = 16;

/// A stretch of Hilbert's curve: the place of a cell on it, and the pattern inside that cell.
struct Stretch {
    std::uint8_t place = 0, pattern = 0;
};

constexpr std::uint32_t kFourBits = 16;

/// [pattern][16 x + y]: four of his steps at once, each after the table of his four patterns.
constexpr auto kStretches = [] {
    // [pattern][quadrant 2x + y] -> place on the curve and pattern inside
    constexpr std::uint8_t place[4][4] = {{0, 1, 3, 2}, {0, 3, 1, 2}, {2, 3, 1, 0}, {2, 1, 3, 0}};
    constexpr std::uint8_t next[4][4] = {{1, 0, 3, 0}, {0, 2, 1, 1}, {2, 1, 2, 3}, {3, 3, 0, 2}};
    std::array<std::array<Stretch, kFourBits * kFourBits>, 4> stretches{};
    for (std::uint32_t first = 0; first < 4; ++first)
        for (std::uint32_t cell = 0; cell < kFourBits * kFourBits; ++cell) {
            std::uint32_t at = 0, pattern = first;
            for (int bit = 3; bit >= 0; --bit) {
                const std::uint32_t x = cell / kFourBits >> bit & 1, y = cell >> bit & 1;
                at = at * 4 + place[pattern][2 * x + y];
                pattern = next[pattern][2 * x + y];
            }
            stretches[first][cell] = {static_cast<std::uint8_t>(at),
                                      static_cast<std::uint8_t>(pattern)};
        }
    return stretches;
}();

/// Number of the cell along Hilbert's curve.
std::uint32_t hilbert2(std::uint32_t x, std::uint32_t y)
{
    const Stretch outer = kStretches[0][x / kFourBits * kFourBits + y / kFourBits];
    const Stretch inner = kStretches[outer.pattern][x % kFourBits * kFourBits + y % kFourBits];
    return outer.place * (kFourBits * kFourBits) + inner.place;
}

/// Five bits with two zeros between each and the next.
constexpr std::array<std::uint32_t, 32> kSpaced = [] {
    std::array<std::uint32_t, 32> spaced{};
    for (std::uint32_t value = 0; value < 32; ++value)
        for (std::uint32_t bit = 0; bit < 5; ++bit)
            spaced[value] |= (value >> bit & 1) << 3 * bit;
    return spaced;
}();

/// Where the bulk of the values lies: all of them, but at most three standard deviations about the
/// mean.
struct Span {
    float low, scale;

    Span(const float* values, std::size_t n, float cells)
    {
        // Eight sums side by side: each waits only for itself.
        constexpr std::size_t kSums = 8;
        std::array<double, kSums> sums{}, squareSums{};
        std::array<float, kSums> lows, highs;
        lows.fill(values[0]);
        highs.fill(values[0]);
        const auto take = [&](std::size_t i, std::size_t k) {
            const float value = values[i];
            const double exact = static_cast<double>(value);
            sums[k] += exact;
            squareSums[k] += exact * exact;
            lows[k] = value < lows[k] ? value : lows[k];
            highs[k] = value > highs[k] ? value : highs[k];
        };
        std::size_t done = 0;
        for (; done + kSums <= n; done += kSums)
            for (std::size_t k = 0; k < kSums; ++k)
                take(done + k, k);
        for (; done < n; ++done)
            take(done, 0);
        const double sum = std::accumulate(sums.begin(), sums.end(), 0.);
        const double squares = std::accumulate(squareSums.begin(), squareSums.end(), 0.);
        const float least = *std::min_element(lows.begin(), lows.end());
        const float most = *std::max_element(highs.begin(), highs.end());
        const double mean = sum / static_cast<double>(n);
        const double deviation =
            std::sqrt(std::max(squares / static_cast<double>(n) - mean * mean, 1e-60));
        const double from = std::max(static_cast<double>(least), mean - 3 * deviation);
        const double to = std::min(static_cast<double>(most), mean + 3 * deviation);
        low = static_cast<float>(from);
        scale = static_cast<float>(static_cast<double>(cells) / std::max(to - from, 1e-30));
    }
    /// Also of what is not a number: comparisons put it into the first cell.
    std::uint32_t cell(float value, float last) const
    {
        const float place = (value - low) * scale;
        return static_cast<std::uint32_t>(place > 0 ? std::min(place, last) : 0.f);
    }
};

} // namespace

const std::vector<std::uint32_t>&
SpatialOrder::of(const float* x, std::size_t n, std::size_t stride, int dimension)
{
    m_order.resize(n);
    m_other.resize(n);
    m_cells.resize(n);
    constexpr std::size_t kDigits = std::size_t{1} << kBits / 2;
    std::array<std::uint32_t, kDigits + 1> low{}, high{};
    const float side = dimension == 2 ? 256 : 32;
    const Span first(x, n, side), second(x + stride, n, side),
        third(x + (dimension == 2 ? 0 : 2 * stride), n, side);
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t a = first.cell(x[i], side - 1),
                            b = second.cell(x[stride + i], side - 1);
        const std::uint32_t cell = dimension == 2
                                       ? hilbert2(a, b)
                                       : kSpaced[a] << 2 | kSpaced[b] << 1
                                             | kSpaced[third.cell(x[2 * stride + i], side - 1)];
        m_cells[i] = static_cast<std::uint16_t>(cell);
        ++low[cell % kDigits + 1];
        ++high[cell / kDigits + 1];
    }
    for (std::size_t digit = 1; digit <= kDigits; ++digit) {
        low[digit] += low[digit - 1];
        high[digit] += high[digit - 1];
    }
    for (std::size_t i = 0; i < n; ++i)
        m_other[low[m_cells[i] % kDigits]++] = static_cast<std::uint32_t>(i);
    for (const std::uint32_t i : m_other)
        m_order[high[m_cells[i] / kDigits]++] = i;
    return m_order;
}

} // namespace scorefield
