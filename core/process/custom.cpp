// SPDX-License-Identifier: GPL-3.0-or-later
// Processes drawn by hand in their ratio: log-SNR lambda = log(alpha/sigma), or the noise level
// sigma~ = sigma/alpha, as a monotone curve over t/T, and a relation that says what alpha and sigma
// are there.
#include "core/process/custom.h"

#include <cmath>

namespace scorefield {

std::vector<ParameterDescriptor> customParameters(std::size_t relations)
{
    ParameterDescriptor relation{
        .key = "relation",
        .symbol = "α, σ",
        .label = "Relation",
        .type = ParameterType::Choice,
        .maximum = static_cast<double>(relations) - 1,
        .choices = {{"vp", "Variance preserving", "α² + σ² = 1"},
                    {"rf", "Straight line", "α + σ = 1, as rectified flow"},
                    {"ve", "Variance exploding", "α = 1"}},
        .help = "How the curve gives both coefficients; x/α and everything about it stays the same "
                "at equal σ/α. Our parameterisation."};
    relation.choices.resize(relations);
    return {{.key = "horizon",
             .symbol = "T",
             .label = "Horizon",
             .minimum = 0.1,
             .maximum = 1000,
             .defaultValue = 1,
             .scale = Scale::Logarithmic,
             .help = "Time of the last control point, at which the reverse run starts: the points "
                     "are over t/T. Our parameterisation."},
            earlyStopParameter("Time at which the run ends. Our parameterisation."),
            relation};
}

Relation relationOf(const Choice& choice)
{
    return static_cast<Relation>(static_cast<int>(choice.values.at("relation")));
}

Result<MonotoneCurve> curveThrough(std::vector<CurvePoint> points)
{
    auto curve = MonotoneCurve::create(std::move(points));
    if (!curve)
        return Error{"points", curve.error().message};
    return curve;
}

namespace {

enum class Drawn { LogSnr, NoiseLevel };

/// alpha and sigma at a ratio sigma~, in each relation; their derivatives from that of sigma~.
PathCoefficients atRatio(double t, double sigmaTilde, double dSigmaTilde, Relation relation)
{
    if (relation == Relation::VarianceExploding)
        return {t, 1, sigmaTilde, 0, dSigmaTilde};
    const bool line = relation == Relation::RectifiedFlow;
    const double alpha = line ? 1 / (1 + sigmaTilde) : 1 / std::hypot(1, sigmaTilde);
    const double slope = dSigmaTilde * alpha * alpha * (line ? 1 : alpha);
    return {t, alpha, sigmaTilde * alpha, line ? -slope : -sigmaTilde * slope, slope};
}

class RatioCurve final : public ForwardProcess {
public:
    RatioCurve(double horizon, double stop, Relation relation, Drawn drawn, MonotoneCurve curve)
        : ForwardProcess(horizon, stop)
        , m_relation(relation)
        , m_drawn(drawn)
        , m_curve(std::move(curve))
    {
    }

    PathCoefficients at(double t) const override
    {
        const double u = t / horizon();
        const double y = m_curve.value(u), slope = m_curve.derivative(u) / horizon();
        if (m_drawn == Drawn::NoiseLevel)
            return atRatio(t, y, slope, m_relation);
        const double sigmaTilde = std::exp(-y);
        return atRatio(t, sigmaTilde, -slope * sigmaTilde, m_relation);
    }

    /// Negative below the first point: the process has no such level.
    double timeAt(double sigmaTilde) const override
    {
        const bool level = m_drawn == Drawn::NoiseLevel;
        return horizon() * m_curve.inverse(level ? sigmaTilde : -std::log(sigmaTilde));
    }

private:
    Relation m_relation;
    Drawn m_drawn;
    MonotoneCurve m_curve;
};

ProcessResult makeRatio(const Choice& choice, Drawn drawn)
{
    auto curve = curveThrough(choice.points);
    if (!curve)
        return curve.error();
    const ParameterValues& values = choice.values;
    return processOf<RatioCurve>(
        values.at("horizon"), values.at("stop"), relationOf(choice), drawn, std::move(*curve));
}

PointsInfo logSnrPoints()
{
    PointsInfo points;
    points.xLabel = "t/T";
    points.yLabel = "λ = log α/σ";
    points.yMinimum = -12;
    points.yMaximum = 12;
    // the cosine schedule's, with ends that are finite
    points.defaultPoints = {{0, 7},
                            {0.02, 3.46},
                            {0.1, 1.84},
                            {0.3, 0.67},
                            {0.5, 0},
                            {0.7, -0.67},
                            {0.9, -1.85},
                            {1, -5.1}};
    points.help =
        "Log-SNR over time, falling; a monotone cubic curve runs through the points. Beyond "
        "T it goes on straight.";
    return points;
}

} // namespace

ProcessKind customProcess()
{
    ProcessKind kind{};
    kind.info = {
        "custom",
        "Custom log-SNR",
        "λ(t) = log(α/σ) through points",
        "Log-SNR as a curve to drag. The smallest noise is that of the first point; a last "
        "step onto the posterior mean starts there.",
        "Kingma et al. 2021, arXiv:2107.00630; curve: Fritsch and Carlson 1980, SIAM J. "
        "Numer. Anal. 17",
        customParameters(3),
        kCustomGroup,
        logSnrPoints()};
    kind.make = [](const Choice& choice) { return makeRatio(choice, Drawn::LogSnr); };
    return kind;
}

ProcessKind customSigmaProcess()
{
    PointsInfo points;
    points.xLabel = "t/T";
    points.yLabel = "σ̃ = σ/α";
    points.quantity = PathQuantity::NoiseLevel;
    points.yMinimum = 1e-4;
    points.yMaximum = 1000;
    points.yScale = Scale::Logarithmic;
    points.increasing = true;
    points.defaultPoints = {{0, 0.002}, {0.25, 0.2}, {0.5, 2}, {0.75, 15}, {1, 80}};
    points.help = "Noise level over time, rising; a monotone cubic curve runs through the points. "
                  "Beyond T it goes on straight.";
    ProcessKind kind{};
    kind.info = {
        "custom-sigma",
        "Custom σ",
        "σ̃(t) = σ/α through points",
        "The noise level as a curve to drag; with α = 1 it is σ itself. The smallest noise "
        "is that of the first point; a last step onto the posterior mean starts there.",
        "Curve: Fritsch and Carlson 1980, SIAM J. Numer. Anal. 17",
        customParameters(3),
        kCustomGroup,
        points};
    for (ParameterDescriptor& parameter : kind.info.parameters)
        if (parameter.key == "relation")
            parameter.defaultValue = static_cast<double>(Relation::VarianceExploding);
    kind.make = [](const Choice& choice) { return makeRatio(choice, Drawn::NoiseLevel); };
    return kind;
}

} // namespace scorefield
