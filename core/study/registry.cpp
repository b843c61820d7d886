// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study.h"

namespace scorefield {

// One line per study; each is defined in the file of its name.
StudyKind guidanceSweepStudy();
StudyKind confidenceDiversityStudy();
StudyKind phaseDiagramStudy();
StudyKind convergenceOrderStudy();
StudyKind samplingErrorStudy();
StudyKind horizonStudy();
StudyKind earlyStopStudy();
StudyKind gridExponentStudy();
StudyKind ridgeWindowStudy();
StudyKind cloningStudy();
StudyKind trainingCurvesStudy();
StudyKind interModeStudy();
StudyKind stochasticityStudy();
StudyKind dimensionStudy();
StudyKind straightnessStudy();
StudyKind scoreErrorStudy();
StudyKind matchedComparisonStudy();
StudyKind oneStepStudy();

const std::vector<StudyKind>& studyKinds()
{
    static const std::vector<StudyKind> kinds = {guidanceSweepStudy(),
                                                 confidenceDiversityStudy(),
                                                 phaseDiagramStudy(),
                                                 convergenceOrderStudy(),
                                                 samplingErrorStudy(),
                                                 horizonStudy(),
                                                 earlyStopStudy(),
                                                 gridExponentStudy(),
                                                 ridgeWindowStudy(),
                                                 cloningStudy(),
                                                 trainingCurvesStudy(),
                                                 interModeStudy(),
                                                 stochasticityStudy(),
                                                 dimensionStudy(),
                                                 straightnessStudy(),
                                                 scoreErrorStudy(),
                                                 matchedComparisonStudy(),
                                                 oneStepStudy()};
    return kinds;
}

} // namespace scorefield
