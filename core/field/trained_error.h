// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A score error that is a trained network, for those who measure what its training got wrong.
#include "core/field/model_library.h"
#include "core/field/score_error.h"

namespace scorefield {

class TrainedError : public ScoreError {
public:
    /// The network for these data; null before prepare().
    virtual ModelLibrary::Model network(const GaussianMixture& mixture) const = 0;
    virtual const RandomFeatureSpec& networkSpec() const = 0;
    virtual double trainingTime() const = 0; ///< tau in (0, inf]
    virtual double startScale() const = 0;   ///< of A_0
};

} // namespace scorefield
