// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/score_error.h"

#include "core/process/find_kind.h"

namespace scorefield {

// One line per error; each is defined in the file of its name or family.
ScoreErrorKind noScoreError();
ScoreErrorKind scoreSmoothing();
ScoreErrorKind densitySmoothing();
ScoreErrorKind sigmaCfdm();
ScoreErrorKind kernelSmoothed();
ScoreErrorKind piecewiseLinear();
ScoreErrorKind lowPass();
ScoreErrorKind scoreGain();
ScoreErrorKind scoreLag();
ScoreErrorKind constantScoreError();
ScoreErrorKind scoreRotation();
ScoreErrorKind scoreNoise();
ScoreErrorKind gaussianScore();
ScoreErrorKind coarseScore();
ScoreErrorKind localScore();
ScoreErrorKind randomFeatures();

namespace {

std::vector<ScoreErrorKind> allKinds()
{
    return {noScoreError(),
            scoreSmoothing(),
            densitySmoothing(),
            sigmaCfdm(),
            kernelSmoothed(),
            piecewiseLinear(),
            lowPass(),
            scoreGain(),
            scoreLag(),
            constantScoreError(),
            scoreRotation(),
            scoreNoise(),
            gaussianScore(),
            coarseScore(),
            localScore(),
            randomFeatures()};
}

} // namespace

Status ScoreError::check(const GaussianMixture&) const
{
    return success();
}

Status ScoreError::prepare(const GaussianMixture&,
                           WorkerPool&,
                           std::stop_token,
                           const std::function<void(double)>&) const
{
    return success();
}

ScoreErrorKind noScoreError()
{
    ScoreErrorKind kind;
    kind.info = {"none",
                 "None",
                 "ŝ = s",
                 "The exact score: whatever goes wrong is the sampler's, the schedule's or the "
                 "guidance's doing.",
                 "",
                 {}};
    kind.make = [](const Choice&) { return std::shared_ptr<const ScoreError>(); };
    return kind;
}

const std::vector<ScoreErrorKind>& scoreErrorKinds()
{
    static const std::vector<ScoreErrorKind> kinds = allKinds();
    return kinds;
}

Result<std::shared_ptr<const ScoreError>> makeScoreError(const Choice& choice,
                                                         std::shared_ptr<ModelLibrary> models)
{
    const auto kind = findKind(scoreErrorKinds(), choice, "score error");
    if (!kind)
        return kind.error();
    auto error = (*kind)->make(choice);
    if (error && models)
        if (auto sharing = error->withModels(std::move(models)))
            return sharing;
    return error;
}

template <>
std::unique_ptr<ScoreField<float>> makeLearnedField<float>(const ErrorFacts& facts,
                                                           const ScoreError* error)
{
    return error != nullptr ? error->makeFloat(facts)
                            : makeExactField<float>(facts.mixture, facts.guidance, facts.levels);
}

template <>
std::unique_ptr<ScoreField<double>> makeLearnedField<double>(const ErrorFacts& facts,
                                                             const ScoreError* error)
{
    return error != nullptr ? error->makeDouble(facts)
                            : makeExactField<double>(facts.mixture, facts.guidance, facts.levels);
}

} // namespace scorefield
