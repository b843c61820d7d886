// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A study sweeps parameters of a session and measures every lane at every place of the grid: a
// table with standard errors, theoretical curves, bounds, and what exact samples would score. A new
// study is one file, and a line in the registry.
#include "core/base/worker_pool.h"
#include "core/field/model_library.h"
#include "core/sampler/simulate.h"
#include "core/session/session.h"
#include "core/study/study_cache.h"
#include "core/study/sweep.h"
#include "core/study/table.h"

#include <functional>
#include <limits>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

/// A number that a study found, with its standard error: NaN where there is none.
struct StudyValue {
    double value = std::numeric_limits<double>::quiet_NaN();
    double error = std::numeric_limits<double>::quiet_NaN();
};

/// A column that a study has for every lane.
struct QuantityInfo {
    std::string id; ///< "confidence"; the column is "lanes.N.confidence"
    std::string label;
    std::string unit{};
    ColumnRole role = ColumnRole::Measured;
    std::string of{}; ///< id of the quantity that a curve, bound or floor belongs to
    bool hasError = false;
    bool logarithmic = false;    ///< drawn on a logarithmic axis
    std::string help{};          ///< formula and source
    bool fitsSlope = false;      ///< a line is fitted in log-log coordinates, see slope_fit.h
    bool hiddenConstant = false; ///< of a bound: it holds up to a constant nobody states
};

/// One lane at one place of the grid.
struct StudyPoint {
    const Session& session; ///< with the swept values
    int lane;
    const SimulationPlan& plan;
    StudyCache& cache; ///< of the whole study; rows may use it side by side
};

/// One estimate per quantity, in their order; `note` says why some are missing, or is empty.
struct Measurement {
    std::vector<StudyValue> estimates;
    std::string note{};
};

struct StudyInfo {
    std::string id;    ///< "guidance-sweep"
    std::string label; ///< "Guidance sweep"
    std::string help;  ///< what it shows, one or two sentences
    std::string source;
    std::vector<QuantityInfo> quantities;
    std::string over{}; ///< id of the quantity that charts are drawn over; empty: the sweep
    bool followsPlayHead = false; ///< it measures the run at timeline.position
    bool comparesLanes = false;   ///< what it measures of a lane depends on other lanes
};

struct StudyKind {
    StudyInfo info;
    /// What is swept when nothing is asked for. Error: this session has nothing to sweep.
    Result<std::vector<Sweep>> (*defaultSweeps)(const Session& session);
    /// Runs and measures one lane. Error: it cannot be run at all. What it returns after a stop
    /// request is ignored. Called for several rows and lanes at a time, in any order and by several
    /// processes: what it finds depends on the point alone.
    Result<Measurement> (*measure)(const StudyPoint& point, WorkerPool& pool, std::stop_token stop);
    /// Fills the columns that need all rows (curves anchored at a row); null: there are none.
    void (*finish)(const Session& session, const std::vector<Sweep>& sweeps, Table& table);
    /// Parameters that only this study has; they live as long as the program.
    std::span<const StudyParameter> own{};
};
const std::vector<StudyKind>& studyKinds();
/// Error (empty path): no such study, with the nearest.
Result<const StudyKind*> findStudy(const std::string& id);

/// What is known after `rows` of `total` rows, in the order of the grid though others may be
/// missing between them; `table` has that many rows, without what `finish` adds.
using StudyProgress = std::function<void(const Table& table, std::size_t rows, std::size_t total)>;

/// The whole study; without `sweeps` its own. Rows are measured side by side on the threads of the
/// pool; the same numbers on any number of them. `progress` is called as rows come, by one thread
/// of the pool at a time. Errors (path = key) before anything runs where a place of the grid is
/// invalid; "cancelled" after a stop request. A lane that cannot be measured in a row leaves its
/// numbers there empty and a note; an Error where none can. Networks are trained once for all rows
/// that share them.
Result<Table> runStudy(const StudyKind& study,
                       const Session& session,
                       std::vector<Sweep> sweeps,
                       WorkerPool& pool,
                       const StudyProgress& progress = {},
                       std::stop_token stop = {},
                       const RunModels& models = {});

} // namespace scorefield
