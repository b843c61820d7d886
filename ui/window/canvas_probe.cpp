// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/canvas_probe.h"

#include "core/base/linear_algebra.h"
#include "core/metric/one_step_map.h"
#include "core/metric/plan_ode.h"
#include "core/mixture/noised_mixture.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace scorefield::ui {

namespace {

constexpr std::size_t kShownResponsibilities = 4;
constexpr double kLeastShown = 0.005;      ///< would read as 0.00
constexpr int kMostOneStepTerms = 64;      ///< components times dimensions: under a millisecond
constexpr double kOneStepTolerance = 1e-6; ///< three digits are shown
constexpr double kLeastAxisPx = 18;        ///< of half the ridge direction, so that it can be read

/// The particle's whole state x_t [d] at the view's fractional step.
Eigen::VectorXd stateOf(const render::LaneView& view, std::size_t particle)
{
    const LaneProduct& product = *view.run->lanes[static_cast<std::size_t>(view.lane)];
    const Trajectories& states = product.trajectories;
    const int last = std::max(0, render::storedSteps(product));
    const double step = std::clamp(view.step, 0.0, static_cast<double>(last));
    const int from = std::min(static_cast<int>(step), std::max(last - 1, 0)),
              to = std::min(from + 1, last);
    Eigen::VectorXd x(states.dimension);
    for (int i = 0; i < states.dimension; ++i) {
        const double a = states.coordinate(from, i)[particle],
                     b = states.coordinate(to, i)[particle];
        x[i] = a + (step - from) * (b - a);
    }
    return x;
}

Eigen::VectorXd principalDeviations(const Eigen::MatrixXd& covariance)
{
    return symmetricEigenvalues(covariance).cwiseMax(0).cwiseSqrt().reverse();
}

std::vector<std::pair<int, double>> largest(const Eigen::VectorXd& probabilities)
{
    std::vector<std::pair<int, double>> all;
    for (Eigen::Index k = 0; k < probabilities.size(); ++k)
        all.emplace_back(static_cast<int>(k), probabilities[k]);
    const auto shown = static_cast<std::ptrdiff_t>(std::min(kShownResponsibilities, all.size()));
    std::partial_sort(all.begin(),
                      all.begin() + shown,
                      all.end(),
                      [](const auto& a, const auto& b) { return a.second > b.second; });
    all.resize(static_cast<std::size_t>(shown));
    while (all.size() > 1 && !(all.back().second >= kLeastShown))
        all.pop_back();
    return all;
}

bool speaksOfRidges(const ViewSpec& view)
{
    const MapQuantity map = mapQuantity(view);
    return view.ridge.layer.visible != 0 || map == MapQuantity::Kappa1 || map == MapQuantity::Kappa2
           || map == MapQuantity::Gap;
}

/// At a place of the plane, or the particle's state, in x_t.
std::optional<Eigenframe> frameAt(const Probe& probe, const RunProduct& run, Eigen::VectorXd x)
{
    const PathCoefficients& level = probe.level;
    if (!(level.alpha > 0) || !(level.sigma > 0) || run.mixture->dimension() < 2)
        return std::nullopt;
    x /= level.alpha;
    if (x.size() < run.mixture->dimension())
        x = run.plane.origin + run.plane.axes * x;
    return RidgeField(run.mixture, level.sigmaTilde()).frame(x);
}

/// At a place of the plane, or the particle's state, in x_t; one path, solved while the pointer
/// rests.
std::optional<Probe::OneStep> oneStepAt(const render::LaneView& view, Eigen::VectorXd x)
{
    const RunProduct& run = *view.run;
    const bool isShown =
        view.session.view.warp.layer.visible != 0 || isOfOneStep(mapQuantity(view.session.view));
    if (!isShown || run.mixture->componentCount() * run.mixture->dimension() > kMostOneStepTerms)
        return std::nullopt;
    const LaneProduct& product = *run.lanes[static_cast<std::size_t>(view.lane)];
    auto ode = odeOfPlan(product.plan);
    if (!ode)
        return std::nullopt;
    ode->process = product.process;
    ode->noise = view.level();
    ode->tolerance = kOneStepTolerance;
    if (x.size() < run.mixture->dimension())
        x = ode->noise.alpha * run.plane.origin + run.plane.axes * x;
    WorkerPool here(1);
    const auto image = oneStepMap(*ode, x, here);
    if (!image || !image->ends.allFinite())
        return std::nullopt;
    return Probe::OneStep{run.plane.axes.transpose()
                              * (image->ends.col(0) - ode->data.alpha * run.plane.origin),
                          image->stretch(0)};
}

} // namespace

Probe probeAt(const render::LaneView& view, QPointF place, int particle)
{
    const RunProduct& run = *view.run;
    Probe probe;
    probe.particle = particle;
    probe.place =
        particle >= 0 ? render::particlePosition(view, static_cast<std::size_t>(particle)) : place;
    probe.level = view.level();
    const GaussianMixture& planar = *run.planeMixture;
    Eigen::VectorXd y(planar.dimension());
    y[0] = probe.place.x();
    if (y.size() > 1)
        y[1] = probe.place.y();
    const NoisedMixture marginal(planar, probe.level.alpha, probe.level.sigma);
    probe.logDensity = marginal.logDensity(y);
    probe.score = marginal.score(y);

    const int d = run.mixture->dimension();
    const bool knowsMore = particle >= 0 && d > 2;
    if (!knowsMore) {
        probe.posteriorMean = marginal.denoised(y);
        probe.posteriorCovariance = marginal.posteriorCovariance(y);
        probe.responsibilities = largest(marginal.responsibilities(y));
    }
    if (speaksOfRidges(view.session.view))
        probe.frame =
            frameAt(probe, run, knowsMore ? stateOf(view, static_cast<std::size_t>(particle)) : y);
    probe.oneStep =
        oneStepAt(view, knowsMore ? stateOf(view, static_cast<std::size_t>(particle)) : y);
    Eigen::VectorXd x0;
    if (knowsMore) {
        const Eigen::VectorXd x = stateOf(view, static_cast<std::size_t>(particle));
        const NoisedMixture whole(*run.mixture, probe.level.alpha, probe.level.sigma);
        x0 = whole.denoised(x);
        probe.posteriorMean = run.plane.axes.transpose() * (x0 - run.plane.origin);
        probe.posteriorCovariance =
            run.plane.axes.transpose() * whole.posteriorCovariance(x) * run.plane.axes;
        probe.responsibilities = largest(whole.responsibilities(x));
    } else if (d > 2) {
        x0 = run.plane.origin + run.plane.axes * probe.posteriorMean;
    }
    probe.deviations = principalDeviations(probe.posteriorCovariance);
    const auto& decoder = run.session.data->image;
    if (decoder && x0.size() == d)
        probe.image = decodedImage(*decoder, x0);
    return probe;
}

void paintPosterior(QPainter& painter,
                    const Probe& probe,
                    const render::LaneView& view,
                    const render::ViewTransform& transform)
{
    const bool flat = probe.posteriorMean.size() == 1;
    if (!probe.posteriorMean.allFinite() || !probe.posteriorCovariance.allFinite())
        return;
    const QPointF mean =
        transform.toPixels({probe.posteriorMean[0], flat ? 0.0 : probe.posteriorMean[1]});
    const double unit = transform.pixelsPerUnit(), arm = 5 * view.scale;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (probe.oneStep) { // the jump, and where it lands
        const auto& end = probe.oneStep->end;
        const QPointF from = transform.toPixels(probe.place),
                      to = transform.toPixels({end[0], flat ? probe.place.y() : end[1]});
        painter.setPen(QPen(view.theme.text, 1.2 * view.scale, Qt::DotLine));
        painter.drawLine(from, to);
        painter.setPen(QPen(view.theme.canvas, 1.2 * view.scale));
        painter.setBrush(view.theme.text);
        painter.drawEllipse(to, 4 * view.scale, 4 * view.scale);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(view.theme.accent, 1.6 * view.scale));
    painter.drawLine(mean - QPointF(arm, 0), mean + QPointF(arm, 0));
    painter.drawLine(mean - QPointF(0, arm), mean + QPointF(0, arm));
    if (probe.frame
        && probe.frame->kappa.size() == 2) { // the ridge direction, to the ellipse's ends
        const double reach = std::max(2 * unit * probe.deviations[0], kLeastAxisPx * view.scale);
        const QPointF along(reach * probe.frame->vectors(0, 0),
                            -reach * probe.frame->vectors(1, 0));
        painter.drawLine(mean - along, mean + along);
    }
    if (!flat) {
        const SymmetricEigen eigen = symmetricEigen(probe.posteriorCovariance);
        const Eigen::VectorXd radii = 2 * unit * eigen.values.cwiseMax(0).cwiseSqrt();
        painter.setPen(QPen(view.theme.accent, 1.2 * view.scale, Qt::DashLine));
        painter.translate(mean);
        // y points down on the screen.
        painter.rotate(-std::atan2(eigen.vectors(1, 1), eigen.vectors(0, 1)) * 180 / M_PI);
        painter.drawEllipse(QPointF(0, 0), radii[1], radii[0]);
    }
    painter.restore();
}

int nearestParticle(const render::LaneView& view,
                    const render::ViewTransform& transform,
                    QPointF pixels,
                    double reachPx,
                    std::size_t limit)
{
    const LaneProduct& product = *view.run->lanes[static_cast<std::size_t>(view.lane)];
    if (render::storedSteps(product) < 0)
        return -1;
    const std::size_t count = limit == 0 ? product.trajectories.particles
                                         : std::min(limit, product.trajectories.particles);
    const QPointF data = transform.toData(pixels);
    double best = reachPx / transform.pixelsPerUnit();
    best *= best;
    int nearest = -1;
    const render::ParticlePositions positions(view);
    for (std::size_t i = 0; i < count; ++i) {
        const QPointF away = positions[i] - data;
        const double squared = QPointF::dotProduct(away, away);
        if (squared > best)
            continue;
        best = squared;
        nearest = static_cast<int>(i);
    }
    return nearest;
}

QImage decodedImage(const ImageDecoder& decoder, const Eigen::VectorXd& x)
{
    const Eigen::VectorXd pixels = decoder.mean + decoder.axes * x;
    QImage image(decoder.width, decoder.height, QImage::Format_Grayscale8);
    const double range = decoder.high - decoder.low;
    for (int row = 0; row < decoder.height; ++row) {
        uchar* line = image.scanLine(row);
        for (int column = 0; column < decoder.width; ++column) {
            const double share = (pixels[row * decoder.width + column] - decoder.low) / range;
            line[column] = static_cast<uchar>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
        }
    }
    return image;
}

} // namespace scorefield::ui
