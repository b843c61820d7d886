// SPDX-License-Identifier: GPL-3.0-or-later
// A process drawn by hand: log-SNR lambda = log(alpha/sigma) as a monotone curve over t/T, and a
// relation that says what alpha and sigma are at that ratio.
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

class LogSnrCurve final : public ForwardProcess {
public:
    LogSnrCurve(double horizon, double stop, Relation relation, MonotoneCurve curve)
        : ForwardProcess(horizon, stop)
        , m_relation(relation)
        , m_curve(std::move(curve))
    {
    }

    PathCoefficients at(double t) const override
    {
        const double u = t / horizon();
        const double sigmaTilde = std::exp(-m_curve.value(u));
        const double dLambda = m_curve.derivative(u) / horizon();
        double alpha = 1, dAlpha = 0; // dAlpha in lambda
        if (m_relation == Relation::VariancePreserving) {
            alpha = 1 / std::hypot(1, sigmaTilde);
            dAlpha = alpha * (sigmaTilde * alpha) * (sigmaTilde * alpha);
        } else if (m_relation == Relation::RectifiedFlow) {
            alpha = 1 / (1 + sigmaTilde);
            dAlpha = alpha * (sigmaTilde * alpha);
        }
        // sigma = sigma~ alpha and d sigma~ / d lambda = -sigma~; both terms as one, which do not
        // cancel: alpha - dAlpha is alpha^3 or alpha^2.
        const double dSigma = m_relation == Relation::VariancePreserving
                                  ? -sigmaTilde * alpha * alpha * alpha
                              : m_relation == Relation::RectifiedFlow ? -sigmaTilde * alpha * alpha
                                                                      : -sigmaTilde;
        return {t, alpha, sigmaTilde * alpha, dAlpha * dLambda, dSigma * dLambda};
    }

    double timeAt(double sigmaTilde) const override
    {
        return horizon() * m_curve.inverse(-std::log(sigmaTilde));
    }

private:
    Relation m_relation;
    MonotoneCurve m_curve;
};

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
    kind.make = [](const Choice& choice) -> ProcessResult {
        auto curve = curveThrough(choice.points);
        if (!curve)
            return curve.error();
        const ParameterValues& values = choice.values;
        return processOf<LogSnrCurve>(
            values.at("horizon"), values.at("stop"), relationOf(choice), std::move(*curve));
    };
    return kind;
}

} // namespace scorefield
