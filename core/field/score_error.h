// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a learned score gets wrong: the field a lane follows in place of the exact one. Errors are
// measured in the posterior mean, e_m = D_theta - D = sigma^2 (s_theta - s)/alpha: a bounded error
// of the score is harmless as sigma -> 0, a bounded one of the mean is not. A new error is one
// file, and a line in the registry.
#include "core/base/worker_pool.h"
#include "core/field/score_field.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace scorefield {

class ModelLibrary;

/// What an imperfect field is made from.
struct ErrorFacts {
    std::shared_ptr<const GaussianMixture> mixture;
    std::shared_ptr<const GuidanceRule> guidance; ///< of the run
    std::vector<PathCoefficients> levels;         ///< of the run, as for makeExactField
};

class ScoreError {
public:
    virtual ~ScoreError() = default;
    /// The imperfect (guided) posterior mean. A model with a mixture of its own is guided as the
    /// exact one would be; other errors act on the guided mean. Float: d = 2 and 3 only. A function
    /// of sigma~ and x/alpha alone, so that every process sees the same model.
    virtual std::unique_ptr<ScoreField<double>> makeDouble(const ErrorFacts& facts) const = 0;
    virtual std::unique_ptr<ScoreField<float>> makeFloat(const ErrorFacts& facts) const = 0;
    /// Whether the model knows no classes, so that guidance has no part in the field.
    virtual bool ignoresGuidance() const { return false; }
    /// The mixture whose exact score it has, for densities and entropies that need one; null: it is
    /// the score of none.
    virtual std::shared_ptr<const GaussianMixture> model(const GaussianMixture&) const
    {
        return nullptr;
    }
    /// Why it cannot be made for these data, one sentence (path "error"); success if it can.
    virtual Status check(const GaussianMixture& mixture) const;
    /// Work to be done once before the first field is made, such as a training; `progress` hears
    /// 0…1. Thread-safe; returns at once where it is done. Error: cancelled, or cannot be done.
    virtual Status prepare(const GaussianMixture& mixture,
                           WorkerPool& pool,
                           std::stop_token stop = {},
                           const std::function<void(double)>& progress = {}) const;
    /// Whether prepare() would return at once.
    virtual bool isPrepared(const GaussianMixture& /*mixture*/) const { return true; }
    /// The same error, whose trained models are kept in and taken from `models`; null: it trains
    /// none.
    virtual std::shared_ptr<const ScoreError>
    withModels(std::shared_ptr<ModelLibrary> /*models*/) const // NOLINT: those that train keep it
    {
        return nullptr;
    }
};

struct ScoreErrorKind {
    VariantInfo info;
    /// Null for "none": the exact score.
    std::shared_ptr<const ScoreError> (*make)(const Choice&);
};
const std::vector<ScoreErrorKind>& scoreErrorKinds();
/// With `models`, what is trained is shared through that library.
Result<std::shared_ptr<const ScoreError>>
makeScoreError(const Choice& choice, std::shared_ptr<ModelLibrary> models = nullptr);

/// The field a lane follows: the exact guided one where `error` is null. The error is prepared.
template <class Real>
std::unique_ptr<ScoreField<Real>> makeLearnedField(const ErrorFacts& facts,
                                                   const ScoreError* error);
template <>
std::unique_ptr<ScoreField<float>> makeLearnedField<float>(const ErrorFacts&, const ScoreError*);
template <>
std::unique_ptr<ScoreField<double>> makeLearnedField<double>(const ErrorFacts&, const ScoreError*);

} // namespace scorefield
