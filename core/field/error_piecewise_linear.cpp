// SPDX-License-Identifier: GPL-3.0-or-later
// Piecewise-linear smoothing for points on a line. Between neighbours m ± a, with delta = kappa
// sigma~, D = m + a clip((x~ - m)/(a - delta), -1, 1) (the nearer point where delta >= a); across
// the line D is on it. For the points ±1 the ODE from sigma~_0 gives x_0 = clip(x~/(1 - kappa
// sigma~_0), -1, 1): atoms on the points and, between them, all that lay within |x~| < 1 - kappa
// sigma~_0 spread evenly. Above sigma~_0 the score is exact. Source: Chen 2025, arXiv:2502.19499,
// for ±1; several points and the line in more dimensions are ours.
#include "core/field/error_parts.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

// Of the scale of the data: means are on a line to this, where files hold ten digits.
constexpr double kOnLine = 1e-9;

/// Distinct means along the line through the two that are farthest from the first and each other.
struct PointsOnLine {
    Eigen::VectorXd origin, direction;
    std::vector<double> places; ///< sorted, distinct
    double offLine = 0;         ///< the largest distance of a mean to the line

    explicit PointsOnLine(const GaussianMixture& mixture) : origin(mixture.mean())
    {
        Eigen::VectorXd longest = Eigen::VectorXd::Zero(mixture.dimension());
        for (const auto& component : mixture.components())
            if ((component.mean - origin).norm() > longest.norm())
                longest = component.mean - origin;
        const bool isPoint = longest.norm() <= kOnLine * mixture.scale();
        direction = isPoint ? Eigen::VectorXd::Unit(mixture.dimension(), 0) : longest.normalized();
        for (const auto& component : mixture.components()) {
            const Eigen::VectorXd offset = component.mean - origin;
            const double along = offset.dot(direction);
            offLine = std::max(offLine, (offset - along * direction).norm());
            places.push_back(along);
        }
        std::sort(places.begin(), places.end());
        const auto last = std::unique(places.begin(), places.end(), [&](double a, double b) {
            return b - a <= kOnLine * mixture.scale();
        });
        places.erase(last, places.end());
    }
};

class PiecewiseLinear {
public:
    static constexpr bool kIgnoresGuidance = true;

    PiecewiseLinear(const Choice& choice, const GaussianMixture& mixture)
        : m_kappa(choice.values.at("kappa"))
        , m_onset(choice.values.at("onset"))
        , m_points(mixture)
    {
    }
    static Status check(const Choice&, const GaussianMixture& mixture)
    {
        if (PointsOnLine(mixture).offLine <= kOnLine * mixture.scale())
            return success();
        return Error{
            "error",
            "piecewise-linear smoothing is defined for points on one line, but the means "
            "of the components are not on one; score smoothing does the same for any data"};
    }
    bool isNeutral() const { return m_onset == 0; }
    int nodes() const { return 1; }

    template <class Real, class Mean>
    void apply(const Mean& mean,
               const PathCoefficients& level,
               const Block<Real>& x,
               Block<Real>& denoised) const
    {
        const double noise = level.sigmaTilde();
        if (noise > m_onset) {
            mean(0, level, x, denoised);
            return;
        }
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            double along = 0;
            for (Eigen::Index c = 0; c < x.cols(); ++c)
                along += (static_cast<double>(x(i, c)) / level.alpha - m_points.origin(c))
                         * m_points.direction(c);
            const double place = smoothed(along, m_kappa * noise);
            for (Eigen::Index c = 0; c < x.cols(); ++c)
                denoised(i, c) =
                    static_cast<Real>(m_points.origin(c) + place * m_points.direction(c));
        }
    }

private:
    double smoothed(double x, double delta) const
    {
        const auto& places = m_points.places;
        const auto above = std::upper_bound(places.begin(), places.end(), x);
        if (above == places.begin())
            return places.front();
        if (above == places.end())
            return places.back();
        const double low = *(above - 1), high = *above;
        const double middle = (low + high) / 2, a = (high - low) / 2;
        if (delta >= a)
            return x < middle ? low : high;
        return middle + a * std::clamp((x - middle) / (a - delta), -1., 1.);
    }

    double m_kappa, m_onset;
    PointsOnLine m_points;
};

} // namespace

ScoreErrorKind piecewiseLinear()
{
    ScoreErrorKind kind;
    kind.info = {
        "piecewise-linear",
        "Piecewise-linear",
        "D̂ = m + a·clip((x̃ − m)/(a − κσ̃), ±1)",
        "For points on a line, here the means of the components: the step of the posterior mean "
        "between neighbours m ± a becomes a ramp. Part of the particles end on the points, the "
        "rest is spread evenly between them.",
        "Chen 2025, arXiv:2502.19499; for several points: ours",
        {{.key = "kappa",
          .symbol = "κ",
          .label = "Margin",
          .maximum = 10,
          .defaultValue = 0.5,
          .sliderMaximum = 2,
          .step = 0.05,
          .help = "Within κσ̃ of a point everything goes to it; 0: nothing between neighbours moves "
                  "at all. Where κσ̃ is more than half their distance the nearer point wins. Chen "
                  "2025, arXiv:2502.19499."},
         {.key = "onset",
          .symbol = "σ̃₀",
          .label = "Below",
          .unit = "data units",
          .maximum = 100,
          .defaultValue = 1,
          .sliderMaximum = 5,
          .step = 0.05,
          .help = "The noise level below which the score is smoothed; above it is exact, and at 0 "
                  "everywhere. Chen 2025, arXiv:2502.19499."}},
        kSmoothingErrors};
    kind.make = makeModelError<PiecewiseLinear>;
    return kind;
}

} // namespace scorefield
