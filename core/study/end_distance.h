// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How far the end points of a lane's run are from the law they should have at its last noise level:
// columns of studies whose subject is not the early stop (core/study/error_terms.h).
#include "core/study/study.h"

namespace scorefield {

/// "kl" and "w2" with standard errors and logarithmic axes; their floors are floorOf() of
/// guidance_quantities.h.
QuantityInfo klQuantity();
QuantityInfo w2Quantity();

/// Where KL, its floor, W_2 and its floor stand among a study's quantities.
struct DistanceColumns {
    std::size_t kl, klFloor, w2, w2Floor;
};
/// Runs the plan and measures its end points against lawOfPlan at the last level: KL by the density
/// of the run itself where it is deterministic, else by an estimator that has a floor. Notes what
/// has no value. Error: it cannot be run at all.
Status addDistances(const StudyPoint& point,
                    const DistanceColumns& columns,
                    WorkerPool& pool,
                    const std::stop_token& stop,
                    Measurement& measured);

/// Adds a sentence to Measurement::note, once.
void addNote(Measurement& measured, const std::string& sentence);

} // namespace scorefield
