// SPDX-License-Identifier: GPL-3.0-or-later
// Processes drawn by hand in one coefficient: alpha or sigma as a monotone curve over t/T; the
// relation gives the other.
#include "core/base/text.h"
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

/// One of alpha and sigma is y(t/T), the other sqrt(1 - y^2) or 1 - y.
class FractionProcess final : public ForwardProcess {
public:
    FractionProcess(
        double horizon, double stop, Relation relation, bool isAlpha, FractionCurve curve)
        : ForwardProcess(horizon, stop)
        , m_line(relation == Relation::RectifiedFlow)
        , m_isAlpha(isAlpha)
        , m_curve(std::move(curve))
    {
    }

    PathCoefficients at(double t) const override
    {
        const double u = t / horizon();
        const double y = m_curve.value(u), slope = m_curve.derivative(u) / horizon();
        const double rest = m_curve.complement(u);
        const double other = m_line ? rest : std::sqrt(rest * (1 + y));
        const double otherSlope = m_line ? -slope : -y * slope / other;
        if (m_isAlpha)
            return {t, y, other, slope, otherSlope};
        return {t, other, y, otherSlope, slope};
    }

    double timeAt(double sigmaTilde) const override
    {
        if (std::isinf(sigmaTilde))
            return horizon() * (m_isAlpha ? m_curve.inverse(0, 1) : m_curve.inverse(1, 0));
        double alpha, restAlpha, sigma, restSigma; // each with its complement, none by subtraction
        if (m_line) {
            alpha = restSigma = 1 / (1 + sigmaTilde);
            sigma = restAlpha = sigmaTilde * alpha;
        } else {
            alpha = 1 / std::hypot(1, sigmaTilde);
            sigma = sigmaTilde * alpha;
            restAlpha = sigma * sigma / (1 + alpha);
            restSigma = alpha * alpha / (1 + sigma);
        }
        return horizon()
               * (m_isAlpha ? m_curve.inverse(alpha, restAlpha)
                            : m_curve.inverse(sigma, restSigma));
    }

private:
    bool m_line, m_isAlpha;
    FractionCurve m_curve;
};

/// alpha = 1, sigma = y(t/T).
class ExplodingCurve final : public ForwardProcess {
public:
    ExplodingCurve(double horizon, double stop, MonotoneCurve curve)
        : ForwardProcess(horizon, stop)
        , m_curve(std::move(curve))
    {
    }
    PathCoefficients at(double t) const override
    {
        const double u = t / horizon();
        return {t, 1, m_curve.value(u), 0, m_curve.derivative(u) / horizon()};
    }
    double timeAt(double sigmaTilde) const override
    {
        return horizon() * m_curve.inverse(sigmaTilde);
    }

private:
    MonotoneCurve m_curve;
};

ProcessResult makeFraction(const Choice& choice, bool isAlpha)
{
    auto curve = fractionThrough(choice.points);
    if (!curve)
        return curve.error();
    const ParameterValues& values = choice.values;
    return processOf<FractionProcess>(
        values.at("horizon"), values.at("stop"), relationOf(choice), isAlpha, std::move(*curve));
}

ProcessResult makeSigma(const Choice& choice)
{
    const ParameterValues& values = choice.values;
    const Relation relation = relationOf(choice);
    if (relation == Relation::VarianceExploding) {
        auto curve = curveThrough(choice.points);
        if (!curve)
            return curve.error();
        return processOf<ExplodingCurve>(
            values.at("horizon"), values.at("stop"), std::move(*curve));
    }
    // With alpha^2 + sigma^2 = 1, alpha' is infinite where sigma arrives at 1 with a slope.
    const bool line = relation == Relation::RectifiedFlow;
    for (std::size_t i = 0; i < choice.points.size(); ++i)
        if (const double sigma = choice.points[i].y; line ? sigma > 1 : sigma >= 1)
            return Error{"points",
                         "point " + std::to_string(i) + " has σ = " + formatNumber(sigma)
                             + ", must be " + (line ? "at most" : "below")
                             + " 1 with this relation"};
    return makeFraction(choice, false);
}

} // namespace

ProcessKind customAlphaProcess()
{
    PointsInfo points;
    points.xLabel = "t/T";
    points.yLabel = "α";
    points.quantity = PathQuantity::Alpha;
    points.defaultPoints = {{0, 1}, {0.25, 0.924}, {0.5, 0.707}, {0.75, 0.383}, {1, 0}};
    points.help = "Size of the signal over time, falling; a monotone cubic curve runs through the "
                  "points. 0 at the end is pure noise.";
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
    kind.make = [](const Choice& choice) { return makeFraction(choice, true); };
    return kind;
}

ProcessKind customSigmaProcess()
{
    PointsInfo points;
    points.xLabel = "t/T";
    points.yLabel = "σ";
    points.quantity = PathQuantity::Sigma;
    points.yMinimum = 1e-4;
    points.yMaximum = 1000;
    points.yScale = Scale::Logarithmic;
    points.increasing = true;
    points.defaultPoints = {{0, 0.002}, {0.25, 0.2}, {0.5, 2}, {0.75, 15}, {1, 80}};
    points.help = "Size of the noise over time, rising; a monotone cubic curve runs through the "
                  "points. With α² + σ² = 1 or α + σ = 1 it ends at or below 1.";
    ProcessKind kind{};
    kind.info = {"custom-sigma",
                 "Custom σ",
                 "σ(t) through points,  α = 1, √(1 − σ²) or 1 − σ",
                 "The size of the noise as a curve to drag; the relation gives the signal.",
                 "Curve: Fritsch and Carlson 1980, SIAM J. Numer. Anal. 17",
                 customParameters(3),
                 kCustomGroup,
                 points};
    for (ParameterDescriptor& parameter : kind.info.parameters)
        if (parameter.key == "relation")
            parameter.defaultValue = 2; // ve
    kind.make = makeSigma;
    return kind;
}

} // namespace scorefield
