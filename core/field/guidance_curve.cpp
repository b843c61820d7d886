// SPDX-License-Identifier: GPL-3.0-or-later
// The weight as a curve to drag over the progress of the run.
#include "core/base/free_curve.h"
#include "core/field/guidance_parts.h"

namespace scorefield {

namespace {

class DrawnWeight {
public:
    DrawnWeight(const Choice& choice, RunProgress run)
        : m_run(std::move(run))
        , m_over(progressOverOf(choice))
        , m_curve(choice.points)
    {
    }
    double weight(double sigmaTilde) const
    {
        return m_curve.value(m_run.progress(m_over, sigmaTilde));
    }

private:
    RunProgress m_run;
    ProgressOver m_over;
    FreeCurve m_curve;
};

} // namespace

GuidanceKind curveGuidance()
{
    PointsInfo points;
    points.xLabel = "τ";
    points.yLabel = "w";
    points.quantity = PathQuantity::Weight;
    points.yMinimum = -5;
    points.yMaximum = 1000;
    points.monotone = false;
    points.defaultPoints = {{0, 1}, {0.3, 3}, {0.6, 3}, {1, 1}};
    points.help = "Weight over the progress of the run, from noise (0) to data (1). The curve "
                  "turns only at the points.";
    GuidanceKind kind;
    kind.info = {"curve",
                 "Drawn weight",
                 "w(τ) through points",
                 "The guidance weight as a curve to drag.",
                 "Curve: Fritsch and Butland 1984, SIAM J. Sci. Stat. Comput. 5",
                 {progressOver(ProgressOver::Noise), guidanceTarget()},
                 kScheduledGuidanceGroup,
                 points};
    kind.make = makeRunRule<DrawnWeight>;
    return kind;
}

} // namespace scorefield
