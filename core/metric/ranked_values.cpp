// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/ranked_values.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <limits>
#include <utility>

namespace scorefield {

namespace {

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
constexpr unsigned kPasses = 3; ///< sign, exponent and 21 bits of the fraction

/// Unsigned integers in the order of the doubles.
std::uint64_t orderedBits(double value)
{
    const auto bits = std::bit_cast<std::uint64_t>(value);
    constexpr std::uint64_t sign = std::uint64_t{1} << 63U;
    return (bits & sign) != 0 ? ~bits : bits | sign;
}

std::size_t digit(double value, unsigned pass)
{
    const unsigned shift = 64 - kDigitBits * (kPasses - pass);
    return static_cast<std::size_t>(orderedBits(value) >> shift) & (kDigits - 1);
}

/// Finishes what the digits left open: runs of values that agree in them.
void insertionSort(std::vector<RankedValue>& values)
{
    for (std::size_t i = 1; i < values.size(); ++i) {
        const RankedValue moved = values[i];
        std::size_t place = i;
        for (; place > 0 && values[place - 1].value > moved.value; --place)
            values[place] = values[place - 1];
        values[place] = moved;
    }
}

/// Whether many values agree in all digits, where an insertion sort would be slow.
bool hasLongRuns(const std::vector<RankedValue>& values)
{
    constexpr std::size_t longRun = 64;
    constexpr unsigned shift = 64 - kDigitBits * kPasses;
    std::size_t run = 1;
    for (std::size_t i = 1; i < values.size(); ++i) {
        const bool alike =
            orderedBits(values[i].value) >> shift == orderedBits(values[i - 1].value) >> shift;
        run = alike ? run + 1 : 1;
        if (run > longRun)
            return true;
    }
    return false;
}

} // namespace

void sortRanked(std::vector<RankedValue>& values, std::vector<RankedValue>& scratch)
{
    const auto before = [](const RankedValue& a, const RankedValue& b) {
        return a.value != b.value ? a.value < b.value : a.index < b.index;
    };
    constexpr std::size_t few = 512; // below it the counts cost more than comparing
    if (values.size() < few) {
        std::sort(values.begin(), values.end(), before);
        return;
    }
    std::array<std::array<std::uint32_t, kDigits>, kPasses> counts{};
    for (const RankedValue& value : values)
        for (unsigned pass = 0; pass < kPasses; ++pass)
            ++counts[pass][digit(value.value, pass)];
    scratch.resize(values.size());
    for (unsigned pass = 0; pass < kPasses; ++pass) {
        std::uint32_t total = 0;
        for (std::uint32_t& count : counts[pass])
            total += std::exchange(count, total);
        for (const RankedValue& value : values)
            scratch[counts[pass][digit(value.value, pass)]++] = value;
        values.swap(scratch);
    }
    if (hasLongRuns(values))
        std::sort(values.begin(), values.end(), before);
    else
        insertionSort(values);
}

std::vector<RankedValue> rankedValues(const Eigen::VectorXd& values)
{
    assert(values.size() <= std::numeric_limits<std::uint32_t>::max());
    std::vector<RankedValue> ranked(static_cast<std::size_t>(values.size())), scratch;
    for (std::size_t i = 0; i < ranked.size(); ++i)
        ranked[i] = {values(static_cast<Eigen::Index>(i)), static_cast<std::uint32_t>(i)};
    sortRanked(ranked, scratch);
    return ranked;
}

} // namespace scorefield
