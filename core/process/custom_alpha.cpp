// SPDX-License-Identifier: GPL-3.0-or-later
// A process drawn by hand in its signal: alpha as a monotone curve over t/T; the relation gives
// sigma.
#include "core/process/custom.h"

#include <cmath>

namespace scorefield {

namespace {

/// y(t) in [0, 1] together with 1 - y(t), each without cancellation where it is small: the curve of
/// 1 - y is the curve through the points 1 - y.
class FractionCurve {
public:
    FractionCurve(MonotoneCurve curve, MonotoneCurve complement)
        : m_curve(std::move(curve))
        , m_complement(std::move(complement))
    {
    }
    double value(double u) const { return m_curve.value(u); }
    double complement(double u) const { return m_complement.value(u); }
    double derivative(double u) const { return m_curve.derivative(u); }
    /// The u of this value, given with its complement.
    double inverse(double value, double complement) const
    {
        return complement < value ? m_complement.inverse(complement) : m_curve.inverse(value);
    }

private:
    MonotoneCurve m_curve, m_complement;
};

Result<FractionCurve> fractionThrough(const std::vector<CurvePoint>& points)
{
    std::vector<CurvePoint> complements;
    for (const CurvePoint& point : points)
        complements.push_back({point.x, 1 - point.y});
    auto curve = curveThrough(points), complement = curveThrough(complements);
    if (!curve || !complement)
        return (curve ? complement : curve).error();
    return FractionCurve(std::move(*curve), std::move(*complement));
}

/// alpha = y(t/T), sigma = sqrt(1 - y^2) or 1 - y.
class SignalCurve final : public ForwardProcess {
public:
    SignalCurve(double horizon, double stop, Relation relation, FractionCurve curve)
        : ForwardProcess(horizon, stop)
        , m_line(relation == Relation::RectifiedFlow)
        , m_curve(std::move(curve))
    {
    }

    PathCoefficients at(double t) const override
    {
        const double u = t / horizon();
        const double alpha = m_curve.value(u), dAlpha = m_curve.derivative(u) / horizon();
        const double rest = m_curve.complement(u);
        if (m_line)
            return {t, alpha, rest, dAlpha, -dAlpha};
        const double sigma = std::sqrt(rest * (1 + alpha));
        return {t, alpha, sigma, dAlpha, -alpha * dAlpha / sigma};
    }

    double timeAt(double sigmaTilde) const override
    {
        if (std::isinf(sigmaTilde))
            return horizon() * m_curve.inverse(0, 1);
        const double alpha = m_line ? 1 / (1 + sigmaTilde) : 1 / std::hypot(1, sigmaTilde);
        const double sigma = sigmaTilde * alpha;
        // 1 - alpha without the subtraction
        return horizon() * m_curve.inverse(alpha, m_line ? sigma : sigma * sigma / (1 + alpha));
    }

private:
    bool m_line;
    FractionCurve m_curve;
};

ProcessResult makeSignal(const Choice& choice)
{
    auto curve = fractionThrough(choice.points);
    if (!curve)
        return curve.error();
    const ParameterValues& values = choice.values;
    return processOf<SignalCurve>(
        values.at("horizon"), values.at("stop"), relationOf(choice), std::move(*curve));
}

} // namespace

ProcessKind customAlphaProcess()
{
    const PointsInfo points{
        .xLabel = "t/T",
        .yLabel = "α",
        .quantity = PathQuantity::Alpha,
        .defaultPoints = {{0, 1}, {0.25, 0.924}, {0.5, 0.707}, {0.75, 0.383}, {1, 0}},
        .help = "Size of the signal over time, falling; a monotone cubic curve runs through the "
                "points. 0 at the end is pure noise."};
    ProcessKind kind{};
    kind.info = {
        "custom-alpha",
        "Custom α",
        "α(t) through points,  σ = √(1 − α²) or 1 − α",
        "The size of the signal as a curve to drag; the relation gives the noise. Variance "
        "exploding has α = 1 throughout and is not drawn here.",
        "Curve: Fritsch and Carlson 1980, SIAM J. Numer. Anal. 17",
        customParameters(2),
        kCustomGroup,
        points};
    kind.make = makeSignal;
    return kind;
}

} // namespace scorefield
