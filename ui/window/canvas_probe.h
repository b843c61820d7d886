// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What is known exactly about one place of a lane at one moment, and the small card that shows it
// beside the pointer.
#include "core/geometry/eigenframe.h"
#include "ui/render/lane_view.h"

#include <Eigen/Core>

#include <QImage>

#include <optional>
#include <utility>
#include <vector>

class QPainter;

namespace scorefield::ui {

struct Probe {
    int particle = -1; ///< under the pointer; -1: a free place
    QPointF place;     ///< in the plane
    PathCoefficients level;
    double logDensity = 0;               ///< of the density drawn: the marginal in the plane
    Eigen::VectorXd score;               ///< of the same
    Eigen::VectorXd posteriorMean;       ///< E[x_0 | x] in the plane
    Eigen::MatrixXd posteriorCovariance; ///< Cov[x_0 | x] in the plane
    Eigen::VectorXd deviations; ///< standard deviations of x_0 | x along the principal directions
                                ///< of the plane, larger first
    /// Of the whole log-density at this place, where ridges or their maps are shown; none at pure
    /// noise and without noise.
    std::optional<Eigenframe> frame;
    /// Where the one-step map leads from here, and how much it stretches, where it is shown.
    struct OneStep {
        Eigen::VectorXd end; ///< F(x) in the plane
        double stretch = 0;  ///< ‖dF/dx‖
    };
    std::optional<OneStep> oneStep;
    std::vector<std::pair<int, double>>
        responsibilities; ///< the largest few: component, probability
    QImage image;         ///< the decoded posterior mean of data that are pictures
};

/// At `place`, or at the particle's own state when particle >= 0 (in d > 2 that knows more than its
/// projection).
Probe probeAt(const render::LaneView& view, QPointF place, int particle);

inline constexpr double kParticleReachPx = 8; ///< from a particle's middle to a pointer on it

/// The particle nearest to `pixels` and not farther than `reachPx`, among the first `limit` (0:
/// all); -1: none.
int nearestParticle(const render::LaneView& view,
                    const render::ViewTransform& transform,
                    QPointF pixels,
                    double reachPx,
                    std::size_t limit = 0);

/// Pixels of a decoded point, drawn dark on light or light on dark as the data say.
QImage decodedImage(const ImageDecoder& decoder, const Eigen::VectorXd& x);

/// The posterior mean as a cross and its 2 sigma ellipse, where they lie in the lane.
void paintPosterior(QPainter& painter,
                    const Probe& probe,
                    const render::LaneView& view,
                    const render::ViewTransform& transform);

/// Beside `pointer`, inside `bounds`.
void paintProbeCard(QPainter& painter,
                    const Probe& probe,
                    const render::LaneView& view,
                    QPointF pointer,
                    const QRectF& bounds);

} // namespace scorefield::ui
