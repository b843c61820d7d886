// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/sweep.h"

#include "core/base/text.h"
#include "core/session/parameter_table.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr std::string_view kEveryLane = "lanes.*.";

const StudyParameter* ownParameter(std::span<const StudyParameter> own, const std::string& key)
{
    const auto at = std::find_if(own.begin(), own.end(), [&](const StudyParameter& parameter) {
        return parameter.row.key == key;
    });
    return at == own.end() ? nullptr : &*at;
}

/// The descriptor of a sweepable key; that of the first lane which has it for "lanes.*.…".
Result<ParameterDescriptor>
sweepable(const Session& session, const std::string& key, const StudyParameter* own)
{
    if (own != nullptr)
        return own->row;
    const std::vector<std::string> keys = keysOf(session, key);
    if (keys.empty()) {
        const std::string first =
            key.starts_with(kEveryLane) ? "lanes.0." + key.substr(kEveryLane.size()) : key;
        auto missing = describe(session, first);
        return missing ? Error{key, "is no parameter of this session"} : missing.error();
    }
    auto row = describe(session, keys.front());
    if (row && row->invalidates == Invalidates::Style && key != kPlayHeadKey)
        return Error{key, "changes only what is drawn, so there is nothing to measure"};
    return row;
}

Result<std::vector<double>> spacedValues(const ParameterDescriptor& row,
                                         const std::string& key,
                                         std::pair<double, double> ends,
                                         std::size_t count,
                                         bool logarithmic)
{
    const auto [from, to] = ends;
    if (logarithmic && (from <= 0 || to <= 0))
        return Error{key,
                     "a logarithmic sweep from " + row.format(from) + " to " + row.format(to)
                         + " is impossible, both ends must be positive"};
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        const double share =
            count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0;
        double value = logarithmic ? from * std::pow(to / from, share) : from + share * (to - from);
        if (i + 1 == count && count > 1)
            value = to; // free of rounding
        if (row.type != ParameterType::Real)
            value = std::round(value);
        if (values.empty() || values.back() != value)
            values.push_back(value);
    }
    return values;
}

} // namespace

std::vector<std::string> keysOf(const Session& session, const std::string& key)
{
    std::vector<std::string> candidates;
    if (key.starts_with(kEveryLane))
        for (std::size_t i = 0; i < session.lanes.size(); ++i)
            candidates.push_back("lanes." + std::to_string(i) + "."
                                 + key.substr(kEveryLane.size()));
    else
        candidates.push_back(key);
    std::vector<std::string> keys;
    for (const std::string& candidate : candidates)
        if (describe(session, candidate))
            keys.push_back(candidate);
    return keys;
}

Result<Sweep> makeSweep(const Session& session,
                        const std::string& key,
                        std::string_view from,
                        std::string_view to,
                        std::size_t count,
                        bool logarithmic,
                        std::span<const StudyParameter> own)
{
    const StudyParameter* const parameter = ownParameter(own, key);
    const auto row = sweepable(session, key, parameter);
    if (!row)
        return row.error();
    const auto first = row->parse(from);
    if (!first)
        return Error{key, first.error().message};
    const auto last = row->parse(to);
    if (!last)
        return Error{key, last.error().message};
    if (count < 1 || count > kMostSweepValues)
        return Error{key,
                     "the number of values is " + std::to_string(count)
                         + ", must be a whole number from 1 to "
                         + std::to_string(kMostSweepValues)};
    if (count == 1 && *first != *last)
        return Error{key, "one value cannot reach from " + trimmed(from) + " to " + trimmed(to)};
    auto values = spacedValues(*row, key, {*first, *last}, count, logarithmic);
    if (!values)
        return values.error();
    if (parameter != nullptr)
        for (const double value : *values)
            if (auto valid = row->validate(value); !valid)
                return Error{key, valid.error().message};
    for (const std::string& concrete : keysOf(session, key)) // lanes may differ in their ranges
        for (const double value : *values)
            if (auto valid = describe(session, concrete)->validate(value); !valid)
                return Error{concrete, valid.error().message};
    return Sweep{key, std::move(values).value(), logarithmic, parameter};
}

Result<Sweep>
parseSweep(const Session& session, std::string_view text, std::span<const StudyParameter> own)
{
    const Error form{"--sweep",
                     "is '" + std::string(text) + "', must be KEY=FROM:TO:N or KEY=FROM:TO:N:log"};
    const auto equals = text.find('=');
    if (equals == std::string_view::npos)
        return form;
    const std::string key = trimmed(text.substr(0, equals));
    const std::vector<std::string> parts = splitText(text.substr(equals + 1), ':');
    const bool logarithmic = parts.size() == 4 && trimmed(parts[3]) == "log";
    if (parts.size() != 3 && !logarithmic)
        return form;
    const auto count = parseNumber(parts[2]);
    const bool whole = count && std::floor(*count) == *count && *count >= 1
                       && *count <= static_cast<double>(kMostSweepValues);
    if (!whole)
        return Error{key,
                     "the number of values is '" + trimmed(parts[2])
                         + "', must be a whole number from 1 to "
                         + std::to_string(kMostSweepValues)};
    return makeSweep(
        session, key, parts[0], parts[1], static_cast<std::size_t>(*count), logarithmic, own);
}

namespace {

/// How many rows lie between two neighbouring values of sweep number `which`.
std::size_t strideOf(const std::vector<Sweep>& sweeps, std::size_t which)
{
    std::size_t stride = 1;
    for (std::size_t i = which + 1; i < sweeps.size(); ++i)
        stride *= sweeps[i].values.size();
    return stride;
}

} // namespace

double valueAt(const std::vector<Sweep>& sweeps, std::size_t which, std::size_t row)
{
    const std::vector<double>& values = sweeps[which].values;
    return values[row / strideOf(sweeps, which) % values.size()];
}

std::vector<std::size_t>
rowsAlong(const std::vector<Sweep>& sweeps, std::size_t which, std::size_t row)
{
    const std::size_t stride = strideOf(sweeps, which);
    const std::size_t count = sweeps[which].values.size();
    const std::size_t first = row - row / stride % count * stride;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back(first + i * stride);
    return rows;
}

std::optional<std::size_t>
sweepOf(const Session& session, const std::vector<Sweep>& sweeps, const std::string& key)
{
    for (std::size_t i = 0; i < sweeps.size(); ++i)
        for (const std::string& swept : keysOf(session, sweeps[i].key))
            if (swept == key)
                return i;
    return std::nullopt;
}

Result<Session> sessionAt(const Session& session, const std::vector<Sweep>& sweeps, std::size_t row)
{
    Session changed = session;
    // The study's own first: they change the data that other parameters refer to.
    for (std::size_t i = 0; i < sweeps.size(); ++i)
        if (sweeps[i].own != nullptr)
            if (auto status = sweeps[i].own->apply(changed, valueAt(sweeps, i, row)); !status)
                return status.error();
    for (std::size_t i = 0; i < sweeps.size(); ++i) {
        if (sweeps[i].own != nullptr)
            continue;
        const std::vector<std::string> keys = keysOf(changed, sweeps[i].key);
        if (keys.empty())
            return Error{sweeps[i].key, "does not exist in every row of the sweep"};
        for (const std::string& key : keys)
            if (auto status = setParameter(changed, key, valueAt(sweeps, i, row)); !status)
                return status.error();
    }
    return changed;
}

Result<std::size_t> countRows(const Session& session, const std::vector<Sweep>& sweeps)
{
    std::size_t rows = 1;
    std::vector<std::string> swept;
    for (const Sweep& sweep : sweeps) {
        std::vector<std::string> keys = keysOf(session, sweep.key);
        if (sweep.own != nullptr)
            keys.push_back(sweep.key);
        for (const std::string& key : keys) {
            if (std::find(swept.begin(), swept.end(), key) != swept.end())
                return Error{key, "is swept twice"};
            swept.push_back(key);
        }
        rows *= sweep.values.size();
        if (rows > kMostStudyRows)
            return Error{sweep.key,
                         "the sweeps together have more than " + std::to_string(kMostStudyRows)
                             + " rows; take fewer values"};
    }
    return rows;
}

} // namespace scorefield
