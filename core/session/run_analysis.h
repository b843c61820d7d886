// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a finished run says beyond its picture: collapse read-outs against their floor, how they
// came about over time, the exact entropy of the guided ODE, and the comparison with the unguided
// twin. Asked for part by part, since some cost as much as the run itself.
#include "core/metric/clocks.h"
#include "core/metric/collapse.h"
#include "core/metric/guided_density.h"
#include "core/metric/stages.h"
#include "core/metric/unguided_twin.h"
#include "core/session/session_run.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

struct AnalysisRequest {
    bool overTime = false, collapse = false, entropy = false, twin = false, stages = false,
         clocks = false;
    RidgeThresholds thresholds{}; ///< of stages and clocks
};

/// A part of an analysis: a value, or one sentence why there is none; neither if not asked for.
template <class T>
struct Analysed {
    std::shared_ptr<const T> value;
    std::string note;

    bool isDone() const { return value != nullptr || !note.empty(); }
};

/// At every stored state of a run, [K+1].
struct OverTime {
    std::vector<Estimate> confidence;      ///< mean of p_t(c | x_t)
    std::vector<Estimate> exactConfidence; ///< the same of exact draws of the class, noised to the
                                           ///< level; empty without a target
    std::vector<double> effectiveModes;    ///< exp of the entropy of the mean of p_t(k | x_t)
    std::vector<double> weight;            ///< w at the level; empty without a target
    /// sup over x of P(c | x); p_t(c | x_t) = E[P(c | x_0) | x_t] is never above it, at any t.
    double ceiling = 1;
};

struct LaneAnalysis {
    std::shared_ptr<const LaneProduct> product; ///< what was analysed
    /// Of the class, end level and number of particles: kept while only the guidance changes.
    std::shared_ptr<const CollapseMeter> meter;
    Analysed<OverTime> overTime;
    Analysed<CollapseReadouts> collapse;
    Analysed<GuidedEntropy> entropy; ///< of the ODE without discretisation error
    Analysed<UnguidedTwin> twin;
    Analysed<Stages> stages; ///< with the thresholds last asked for
};

struct RunAnalysis {
    std::shared_ptr<const RunProduct> run;
    std::vector<LaneAnalysis> lanes;
    Analysed<Clocks> clocks; ///< over the noise levels of all lanes, with the same thresholds
};

/// The parts that are asked for; parts of lanes that are the same in `previous` are taken from
/// there. After a stop request parts may be missing. The numbers do not depend on the threads.
std::shared_ptr<const RunAnalysis>
analyseRun(std::shared_ptr<const RunProduct> run,
           const AnalysisRequest& request,
           WorkerPool& pool,
           std::stop_token stop = {},
           const std::shared_ptr<const RunAnalysis>& previous = nullptr);

} // namespace scorefield
