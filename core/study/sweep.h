// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a study varies: one parameter of the session over a list of values. Several sweeps span a
// grid.
#include "core/session/session.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

inline constexpr std::size_t kMostSweepValues = 1000;
inline constexpr std::size_t kMostStudyRows = 10000;
/// It changes no run, but studies that measure runs on their way sweep it.
inline constexpr std::string_view kPlayHeadKey = "timeline.position";

/// A parameter that belongs to a study and not to the session: it makes the session of a row, e.g.
/// its data of another dimension.
struct StudyParameter {
    ParameterDescriptor row; ///< key "study.dimension"
    /// Error (path = key): the session has nothing to change.
    Status (*apply)(Session& session, double value);
    /// Where the session itself stands; NaN: nowhere.
    double (*current)(const Session& session);
};

struct Sweep {
    /// Of core/session/parameter_table.h ("lanes.*.…": every lane that has it), or the study's own.
    std::string key;
    std::vector<double> values;
    bool logarithmic = false;
    const StudyParameter* own = nullptr; ///< what the key is where it is the study's own; static
};

/// `own` are the parameters of the study. N values from FROM to TO, evenly spaced or, with
/// `logarithmic`, by equal factors. Whole-number parameters are rounded and repeated values left
/// out; the ends of choices and switches are words. Error (path = key): unknown key, a value
/// outside the parameter's range, a parameter that changes no run, a logarithmic sweep with an end
/// that is not positive.
Result<Sweep> makeSweep(const Session& session,
                        const std::string& key,
                        std::string_view from,
                        std::string_view to,
                        std::size_t count,
                        bool logarithmic,
                        std::span<const StudyParameter> own = {});
/// The same from "KEY=FROM:TO:N" or "KEY=FROM:TO:N:log".
Result<Sweep>
parseSweep(const Session& session, std::string_view text, std::span<const StudyParameter> own = {});

/// The keys of this session that the sweep's key stands for; several for "lanes.*.…", none for one
/// of a study's own.
std::vector<std::string> keysOf(const Session& session, const std::string& key);
/// The row-th session of the grid that the sweeps span; the last sweep varies fastest. Error (path
/// = key): where values do not go together.
Result<Session>
sessionAt(const Session& session, const std::vector<Sweep>& sweeps, std::size_t row);
/// The number of rows. Error: a parameter that two sweeps set, or more than kMostStudyRows.
Result<std::size_t> countRows(const Session& session, const std::vector<Sweep>& sweeps);
/// The sweep that sets `key` of this session, or nothing.
std::optional<std::size_t>
sweepOf(const Session& session, const std::vector<Sweep>& sweeps, const std::string& key);
/// The rows that differ from `row` in sweep number `which` alone, in the order of its values; `row`
/// is among them.
std::vector<std::size_t>
rowsAlong(const std::vector<Sweep>& sweeps, std::size_t which, std::size_t row);
/// The value of sweep number `which` in row `row`.
double valueAt(const std::vector<Sweep>& sweeps, std::size_t which, std::size_t row);

} // namespace scorefield
