// SPDX-License-Identifier: GPL-3.0-or-later
// The random-feature network as a lane's score, at a training time tau of exact gradient flow.
#include "core/field/random_feature_field.h"
#include "core/field/trained_error.h"

#include <limits>
#include <mutex>

namespace scorefield {

namespace {

/// What a network is that is still to be trained: undefined.
template <class Real>
class Untrained final : public ScoreField<Real> {
public:
    explicit Untrained(int dimension) : m_dimension(dimension) {}
    int dimension() const override { return m_dimension; }
    void denoise(const PathCoefficients&, const Block<Real>&, Block<Real>& denoised) const override
    {
        denoised.setConstant(std::numeric_limits<Real>::quiet_NaN());
    }

private:
    int m_dimension;
};

RandomFeatureSpec specOf(const Choice& choice)
{
    const auto at = [&](const char* key) { return choice.values.at(key); };
    return {.width = static_cast<int>(at("width")),
            .scoreWeighted = at("weight") != 0,
            .frequencies = static_cast<int>(at("frequencies")),
            .horizon = at("horizon"),
            .seed = static_cast<std::uint64_t>(at("seed"))};
}

class RandomFeaturesError final : public TrainedError {
public:
    RandomFeaturesError(const RandomFeatureSpec& spec,
                        double tau,
                        double startScale,
                        std::shared_ptr<ModelLibrary> models)
        : m_spec(spec)
        , m_tau(tau)
        , m_startScale(startScale)
        , m_models(std::move(models))
    {
    }

    std::unique_ptr<ScoreField<double>> makeDouble(const ErrorFacts& facts) const override
    {
        return makeField<double>(facts);
    }
    std::unique_ptr<ScoreField<float>> makeFloat(const ErrorFacts& facts) const override
    {
        return makeField<float>(facts);
    }
    bool ignoresGuidance() const override { return true; }

    Status check(const GaussianMixture& mixture) const override { return checkTrainable(mixture); }
    Status prepare(const GaussianMixture& mixture,
                   WorkerPool& pool,
                   std::stop_token stop,
                   const std::function<void(double)>& progress) const override
    {
        if (modelOf(mixture))
            return success();
        auto trained = m_models->train(m_spec,
                                       std::make_shared<const GaussianMixture>(mixture),
                                       pool,
                                       std::move(stop),
                                       progress);
        if (!trained)
            return Error{"error", trained.error().message};
        const std::lock_guard lock(m_mutex);
        m_model = std::move(trained).value();
        return success();
    }
    bool isPrepared(const GaussianMixture& mixture) const override
    {
        return modelOf(mixture) != nullptr;
    }
    std::shared_ptr<const ScoreError>
    withModels(std::shared_ptr<ModelLibrary> models) const override
    {
        return std::make_shared<RandomFeaturesError>(
            m_spec, m_tau, m_startScale, std::move(models));
    }
    ModelLibrary::Model network(const GaussianMixture& mixture) const override
    {
        return modelOf(mixture);
    }
    const RandomFeatureSpec& networkSpec() const override { return m_spec; }
    double trainingTime() const override { return m_tau; }
    double startScale() const override { return m_startScale; }

private:
    template <class Real>
    std::unique_ptr<ScoreField<Real>> makeField(const ErrorFacts& facts) const
    {
        auto model = modelOf(*facts.mixture);
        if (!model)
            return std::make_unique<Untrained<Real>>(facts.mixture->dimension());
        const Eigen::MatrixXd weights = model->weights(m_tau, m_startScale);
        return makeRandomFeatureField<Real>(std::move(model), weights, facts.levels);
    }

    /// Kept once found, so that a full library cannot take it away.
    ModelLibrary::Model modelOf(const GaussianMixture& mixture) const
    {
        const TrainingData data(mixture);
        const std::lock_guard lock(m_mutex);
        if (!m_model || !(m_model->data() == data))
            m_model = m_models->find(m_spec, data);
        return m_model;
    }

    RandomFeatureSpec m_spec;
    double m_tau, m_startScale;
    std::shared_ptr<ModelLibrary> m_models;
    mutable std::mutex m_mutex;
    mutable ModelLibrary::Model m_model;
};

const char* const kPaper = " He, Qiu, Tao, arXiv:2602.06021.";

std::vector<ParameterDescriptor> parameters()
{
    return {
        {.key = "tau",
         .symbol = "τ",
         .label = "Training time",
         .minimum = .01,
         .maximum = 1e5,
         .defaultValue = 500,
         .scale = Scale::Logarithmic,
         .help = "Of exact gradient flow dA/dτ = −2(AU − √p V), in closed form: A(τ)/√p = VU⁺ + "
                 "(A₀/√p − VU⁺) e^(−2τU). Moving it trains nothing again. Closed form: ours; "
                 "model: He, Qiu, Tao, arXiv:2602.06021."},
        {.key = "trained",
         .label = "Trained to the end",
         .type = ParameterType::Boolean,
         .help = "τ = ∞: A/√p = VU⁺, the best network of this width, without eigenvalues of U "
                 "below 1/(10⁴p). What is wrong then is the architecture's doing."},
        {.key = "width",
         .symbol = "p",
         .label = "Width",
         .type = ParameterType::Integer,
         .minimum = 16,
         .maximum = 2048,
         .defaultValue = 512,
         .scale = Scale::Logarithmic,
         .help = std::string("Number of random features max(0, W_x x + W_t ψ(t) + b). Training "
                             "takes time ∝ p², and p³ for the eigenvalues.")
                 + kPaper},
        {.key = "weight",
         .symbol = "w",
         .label = "Weight of the loss",
         .type = ParameterType::Choice,
         .maximum = 1,
         .defaultValue = 1,
         .choices = {{"mean", "1, mean", "∫ E|m − αx₀|² dt: late times count little"},
                     {"score", "1/σ⁴, score", "∫ E|s − s*|² dt: late times count most"}},
         .help = std::string("w(t) of the loss ∫ w E|m − αx₀|² dt. Without 1/σ⁴ the modes are "
                             "never told apart.")
                 + kPaper},
        {.key = "frequencies",
         .symbol = "K",
         .label = "Time frequencies",
         .type = ParameterType::Integer,
         .minimum = 1,
         .maximum = 256,
         .defaultValue = 128,
         .scale = Scale::Logarithmic,
         .help = std::string("ψ(t) = [1, sin 2πkt/T, cos 2πkt/T], k ≤ K: how quickly the network "
                             "may change with time.")
                 + kPaper},
        {.key = "horizon",
         .symbol = "T",
         .label = "Trained up to",
         .minimum = 1,
         .maximum = 40,
         .defaultValue = 10,
         .help = "Of the Ornstein–Uhlenbeck clock t = ½ log(1 + σ̃²), from 10⁻³ (σ̃ = 0.045). At "
                 "noise outside, the network is asked at the nearest trained time."},
        {.key = "start",
         .label = "Scale of A₀",
         .maximum = 3,
         .defaultValue = 1,
         .help =
             std::string("Standard deviation of the entries of A₀, the network at τ = 0. Moving "
                         "it trains nothing again.")
             + kPaper},
        {.key = "seed",
         .label = "Seed",
         .type = ParameterType::Integer,
         .maximum = 9999,
         .defaultValue = 42,
         .help = "Of W_x, W_t, b and A₀."},
    };
}

} // namespace

ScoreErrorKind randomFeatures()
{
    ScoreErrorKind kind;
    kind.info = {"random-features",
                 "Random-feature network",
                 "ŝ = (A φ(x, t)/√p − x)/σ²",
                 "A network with frozen random features, trained on the components by exact "
                 "gradient flow; in it, what the architecture cannot do and what training has not "
                 "done yet come apart. Knows no classes. For a component with variance the loss is "
                 "the exact expectation over it.",
                 "He, Qiu, Tao, arXiv:2602.06021",
                 parameters(),
                 "Trained networks"};
    kind.make = [](const Choice& choice) -> std::shared_ptr<const ScoreError> {
        const double tau = choice.values.at("trained") != 0
                               ? std::numeric_limits<double>::infinity()
                               : choice.values.at("tau");
        return std::make_shared<RandomFeaturesError>(
            specOf(choice), tau, choice.values.at("start"), std::make_shared<ModelLibrary>());
    };
    return kind;
}

} // namespace scorefield
