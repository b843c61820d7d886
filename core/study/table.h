// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a study yields: columns of equal length, each with its role. Charts draw measured columns
// with their error bars, curves as lines, bounds as the edge of a region; files hold all of them.
#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <vector>

namespace scorefield {

enum class ColumnRole {
    Parameter, ///< what was swept
    Measured,  ///< estimated from a run, with a standard error
    Part,      ///< a term of a measured column, computed by itself and drawn with it
    Curve,     ///< a theoretical curve for a measured column
    Bound,     ///< a theoretical bound of a measured column, never its value
    Floor      ///< what the estimator gives where nothing is wrong: exact samples of the same size
};

struct Column {
    std::string id;    ///< of files: "lanes.0.confidence", or the key of a swept parameter
    std::string label; ///< of axes and legends: "Mean class confidence"
    std::string unit{};
    ColumnRole role = ColumnRole::Measured;
    std::string of{}; ///< id of the measured column that a curve, bound or floor belongs to
    std::string help{};
    int lane = -1; ///< -1: of no lane
    bool logarithmic = false;
    bool hiddenConstant = false;  ///< of a bound: it holds up to a constant nobody states
    std::vector<double> values{}; ///< one a row; NaN where there is none
    std::vector<double> errors{}; ///< standard errors, one a row, or empty for exact numbers
    /// Of a swept parameter: where the session itself stands, by lane; NaN for lanes without it.
    std::vector<double> current{};
    std::vector<std::string> words{}; ///< of a swept choice: the id behind each value; else empty
};

/// log y = slope log x + log factor by least squares, over the rows where y stands clear of its
/// floor.
struct SlopeFit {
    std::string column, over; ///< ids: of what fell or grew, and of a sweep or measured quantity
    double slope = 0, error = 0, factor = 0;
    std::vector<std::size_t> rows{}; ///< which it was fitted to
};

struct Table {
    std::string study; ///< id
    std::string title;
    std::string source;
    std::vector<Column> columns;
    std::vector<std::string> notes; ///< why something is missing, one sentence each
    std::string over{}; ///< id, without its lane, of what charts are drawn over; empty: the sweep
    std::vector<SlopeFit> slopes{};
    std::vector<std::string> lanes{}; ///< names of charts: "VP", "RF", or "VP, heun" beside a VP

    std::size_t rows() const { return columns.empty() ? 0 : columns.front().values.size(); }
    const Column* find(const std::string& id) const;
    Column* find(const std::string& id);
};

/// RFC 4180: a header and one line per row. A column with errors is followed by
/// "<id>.standard_error". Numbers are the shortest that read back exactly; NaN is an empty field.
std::string tableToCsv(const Table& table);
/// The same with labels, units and roles; NaN and infinities are null.
std::string tableToJson(const Table& table);
/// "parameter", "measured", "part", "curve", "bound", "floor".
std::string roleName(ColumnRole role);

} // namespace scorefield
