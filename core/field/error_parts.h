// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the score errors share: an error as a change of any posterior mean, made into a field of
// either precision, and an error that is the exact score of another mixture.
#include "core/field/score_error.h"

#include <concepts>
#include <utility>

namespace scorefield {

inline constexpr const char* kSmoothingErrors = "Smoothing";
inline constexpr const char* kLinearErrors = "Constant and linear errors";
inline constexpr const char* kCoarserModels = "Coarser models";
inline constexpr const char* kLocalModels = "Local models";

/// "nodes": of averages over a neighbourhood.
ParameterDescriptor smoothingNodes();

/// A field made of the exact one by a Model, which has
///   apply<Real>(mean, level, x, denoised): the wrong mean from mean(node, level, x, out), the
///     right one at any level and place; nodes are numbered, so that a rule that remembers does so
///     at each of them. 0 < sigma, 0 < alpha. No allocation after the first call of a thread.
///   nodes(): how many there are.
/// At alpha = 0 the model is exact: there the mean is that of the data, whatever x is.
template <class Real, class Model>
class ImperfectField final : public ScoreField<Real>, private MeanSource {
public:
    ImperfectField(std::shared_ptr<const Model> model, std::unique_ptr<ScoreField<Real>> exact)
        : m_model(std::move(model))
        , m_exact(std::move(exact))
    {
    }

    int dimension() const override { return m_exact->dimension(); }
    void denoise(const PathCoefficients& level,
                 const Block<Real>& x,
                 Block<Real>& denoised) const override
    {
        if (level.sigma <= 0 || level.alpha <= 0) {
            m_exact->denoise(level, x, denoised);
            return;
        }
        const auto mean = [this](int, const auto& at, const auto& place, auto& out) {
            m_exact->denoise(at, place, out);
        };
        m_model->template apply<Real>(mean, level, x, denoised);
    }
    std::unique_ptr<ScoreField<Real>> forBlock(Eigen::Index rows) const override
    {
        std::vector<std::unique_ptr<ScoreField<Real>>> nodes;
        for (int node = 0; node < m_model->nodes(); ++node) {
            nodes.push_back(m_exact->forBlock(rows));
            if (!nodes.back())
                return nullptr;
        }
        return std::make_unique<OfBlock>(*this, std::move(nodes));
    }
    const MeanSource* means() const override { return m_exact->means() ? this : nullptr; }

private:
    /// The field of one block whose rule remembers.
    class OfBlock final : public ScoreField<Real> {
    public:
        OfBlock(const ImperfectField& field, std::vector<std::unique_ptr<ScoreField<Real>>> nodes)
            : m_field(field)
            , m_nodes(std::move(nodes))
        {
        }
        int dimension() const override { return m_field.dimension(); }
        void denoise(const PathCoefficients& level,
                     const Block<Real>& x,
                     Block<Real>& denoised) const override
        {
            if (level.sigma <= 0 || level.alpha <= 0) {
                m_nodes.front()->denoise(level, x, denoised);
                return;
            }
            const auto mean = [this](int node, const auto& at, const auto& place, auto& out) {
                m_nodes[static_cast<std::size_t>(node)]->denoise(at, place, out);
            };
            m_field.m_model->template apply<Real>(mean, level, x, denoised);
        }
        const MeanSource* means() const override { return m_field.means(); }

    private:
        const ImperfectField& m_field;
        std::vector<std::unique_ptr<ScoreField<Real>>> m_nodes;
    };

    /// Both means get the error; what happens between steps follows the lane's score too.
    void split(const PathCoefficients& level,
               const Block<double>& x,
               MeanSource::Means& means) const override
    {
        const MeanSource& exact = *m_exact->means();
        exact.split(level, x, means);
        if (level.sigma <= 0 || level.alpha <= 0)
            return;
        MeanSource::Means at;
        const auto part = [&](Block<double> MeanSource::Means::*which, Block<double>& to) {
            const auto mean = [&](int, const auto& here, const auto& place, auto& out) {
                exact.split(here, place, at);
                out = at.*which;
            };
            m_model->template apply<double>(mean, level, x, to);
        };
        part(&MeanSource::Means::conditional, means.conditional);
        part(&MeanSource::Means::unconditional, means.unconditional);
        means.difference = means.conditional - means.unconditional;
    }
    void extra(int which,
               const PathCoefficients& level,
               const Block<double>& x,
               Block<double>& denoised) const override
    {
        m_exact->means()->extra(which, level, x, denoised);
    }

    std::shared_ptr<const Model> m_model;
    std::unique_ptr<ScoreField<Real>> m_exact;
};

/// The error of a Model(choice, mixture), which besides the above has
///   isNeutral(): it changes nothing;
/// and may have
///   check(choice, mixture) -> Status, static: whether it can be made;
///   exactMixture(): whose means it changes, instead of the data's;
///   model(): the mixture whose exact score it is, or null;
///   kIgnoresGuidance: it knows no classes.
template <class Model>
class ModelError final : public ScoreError {
public:
    explicit ModelError(Choice choice) : m_choice(std::move(choice)) {}

    std::unique_ptr<ScoreField<double>> makeDouble(const ErrorFacts& facts) const override
    {
        return makeField<double>(facts);
    }
    std::unique_ptr<ScoreField<float>> makeFloat(const ErrorFacts& facts) const override
    {
        return makeField<float>(facts);
    }
    bool ignoresGuidance() const override
    {
        return requires
        {
            Model::kIgnoresGuidance;
        };
    }
    std::shared_ptr<const GaussianMixture> model(const GaussianMixture& mixture) const override
    {
        const Model model(m_choice, mixture);
        if (model.isNeutral())
            return exactMixture(model, std::make_shared<const GaussianMixture>(mixture));
        if constexpr (requires {
                          {
                              model.model()
                              } -> std::same_as<std::shared_ptr<const GaussianMixture>>;
                      })
            return model.model();
        else
            return nullptr;
    }
    Status check(const GaussianMixture& mixture) const override
    {
        if constexpr (requires { Model::check(m_choice, mixture); })
            return Model::check(m_choice, mixture);
        else
            return success();
    }

private:
    static std::shared_ptr<const GaussianMixture>
    exactMixture(const Model& model, std::shared_ptr<const GaussianMixture> ofData)
    {
        if constexpr (requires { model.exactMixture(); })
            return model.exactMixture();
        else
            return ofData;
    }

    template <class Real>
    std::unique_ptr<ScoreField<Real>> makeField(const ErrorFacts& facts) const
    {
        auto model = std::make_shared<const Model>(m_choice, *facts.mixture);
        const bool guided = facts.guidance && !ignoresGuidance();
        auto exact = makeExactField<Real>(exactMixture(*model, facts.mixture),
                                          guided ? facts.guidance : makeUnguided(),
                                          facts.levels);
        if (model->isNeutral())
            return exact;
        return std::make_unique<ImperfectField<Real, Model>>(std::move(model), std::move(exact));
    }

    Choice m_choice;
};

/// For ScoreErrorKind::make.
template <class Model>
std::shared_ptr<const ScoreError> makeModelError(const Choice& choice)
{
    return std::make_shared<const ModelError<Model>>(choice);
}

/// The exact score of Mixture::of(choice, mixture), guided as the exact one would be.
template <class Mixture>
class MixtureError final : public ScoreError {
public:
    explicit MixtureError(Choice choice) : m_choice(std::move(choice)) {}

    std::unique_ptr<ScoreField<double>> makeDouble(const ErrorFacts& facts) const override
    {
        return makeExactField<double>(model(*facts.mixture), facts.guidance, facts.levels);
    }
    std::unique_ptr<ScoreField<float>> makeFloat(const ErrorFacts& facts) const override
    {
        return makeExactField<float>(model(*facts.mixture), facts.guidance, facts.levels);
    }
    std::shared_ptr<const GaussianMixture> model(const GaussianMixture& mixture) const override
    {
        return std::make_shared<const GaussianMixture>(Mixture::of(m_choice, mixture));
    }

private:
    Choice m_choice;
};

template <class Mixture>
std::shared_ptr<const ScoreError> makeMixtureError(const Choice& choice)
{
    return std::make_shared<const MixtureError<Mixture>>(choice);
}

} // namespace scorefield
