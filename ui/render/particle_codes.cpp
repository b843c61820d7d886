// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/particle_codes.h"

#include "ui/render/color_science.h"
#include "ui/render/stage_colors.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield::render {
namespace {

// More would only paint the plane over, and cost a software renderer more than a frame.
constexpr std::size_t kMostTrails = 512, kMostSegments = 16000;
constexpr int kMostChords = 64;
constexpr int kErrorDecades = 6; // below the largest error: what is smaller has the lowest colour

std::uint32_t code(const QColor& color, int shape = 0)
{
    return colorCode(color, shape);
}

std::uint32_t mapCode(const Theme& theme, int map, double value)
{
    const double turned = theme.dark ? 0.15 + 0.85 * value
                                     : 0.9 - 0.9 * value; // the end near the canvas stays visible
    return code(QColor(
        colorMap(map)[static_cast<std::size_t>(std::lround(255 * std::clamp(turned, 0.0, 1.0)))]));
}

/// The direction of a starting point as a hue of even lightness and chroma.
std::uint32_t hueCode(const Theme& theme, QPointF start)
{
    const double angle = std::atan2(start.y(), start.x()) * 180 / std::numbers::pi;
    return code(toColor({theme.dark ? 0.76 : 0.60, 0.13, angle}));
}

/// log pi_k N(x; alpha mu_k, C_k) up to the constant all components share, for every column of x.
Eigen::ArrayXd logTerms(const GaussianMixture::Component& c,
                        const PathCoefficients& level,
                        double floor,
                        const Eigen::MatrixXd& x)
{
    const Eigen::ArrayXd variances =
        (level.alpha * level.alpha * c.eigenvalues.array() + level.sigma * level.sigma).max(floor);
    const Eigen::MatrixXd whiten =
        variances.sqrt().inverse().matrix().asDiagonal() * c.eigenvectors.transpose();
    const Eigen::VectorXd centre = whiten * (level.alpha * c.mean);
    return c.logWeight - 0.5 * variances.log().sum()
           - 0.5 * ((whiten * x).colwise() - centre).colwise().squaredNorm().transpose().array();
}

} // namespace

std::uint32_t colorCode(const QColor& color, int shape)
{
    return static_cast<std::uint32_t>(color.red()) | static_cast<std::uint32_t>(color.green()) << 8
           | static_cast<std::uint32_t>(color.blue()) << 16
           | static_cast<std::uint32_t>(shape) << 24;
}

TrailSubset trailSubset(std::size_t particles, int steps, double length)
{
    TrailSubset subset;
    const int shown =
        length > 0 ? static_cast<int>(std::min<double>(std::ceil(length), steps)) : steps;
    subset.stepStride = std::max(1, (shown + kMostChords - 1) / kMostChords);
    const auto chords =
        static_cast<std::size_t>(std::max(1, (shown + subset.stepStride - 1) / subset.stepStride));
    const auto wanted = std::clamp<std::size_t>(kMostSegments / chords, 1, kMostTrails);
    subset.particleStride = std::max<std::size_t>(1, (particles + wanted - 1) / wanted);
    subset.count = (particles + subset.particleStride - 1) / subset.particleStride;
    return subset;
}

double particleRim(std::size_t particles)
{
    // Thinner the more there are: in a crowd the rims would become a foam, and only cost.
    constexpr double kRim = .9;
    constexpr std::size_t kCrowd = 20000;
    const double width =
        kRim * std::min(1., std::sqrt(1000. / std::max(1., static_cast<double>(particles))));
    return particles > kCrowd ? 0 : width;
}

std::vector<float> endConfidence(const LaneProduct& product)
{
    const auto& states = product.trajectories;
    const auto n = static_cast<Eigen::Index>(states.particles);
    const int last = storedSteps(product);
    if (last < 0)
        return {};
    const auto& mixture = *product.plan.mixture;
    const auto& level = product.plan.levels[static_cast<std::size_t>(last)];
    Eigen::MatrixXd x(states.dimension, n);
    for (int i = 0; i < states.dimension; ++i)
        x.row(i) = Eigen::Map<const Eigen::RowVectorXf>(states.coordinate(last, i).data(), n)
                       .cast<double>();
    const double floor = std::pow(1e-6 * mixture.scale(), 2); // a point mass still has a density

    const auto count = mixture.components().size();
    Eigen::ArrayXd top = Eigen::ArrayXd::Constant(n, -std::numeric_limits<double>::infinity());
    std::vector<Eigen::ArrayXd> terms(
        count <= 64 ? count : 0); // kept where memory allows, else computed twice
    for (std::size_t k = 0; k < count; ++k) {
        const Eigen::ArrayXd term = logTerms(mixture.components()[k], level, floor, x);
        top = top.max(term);
        if (!terms.empty())
            terms[k] = term;
    }
    const auto target = product.plan.guidance ? product.plan.guidance->target() : std::nullopt;
    // The target and the rest, or every class.
    Eigen::ArrayXXd perClass =
        Eigen::ArrayXXd::Zero(n, target ? 2 : std::max(mixture.classCount(), 1));
    for (std::size_t k = 0; k < count; ++k) {
        const Eigen::ArrayXd term =
            terms.empty() ? logTerms(mixture.components()[k], level, floor, x) : terms[k];
        const auto& component = mixture.components()[k];
        const int column = !target                                ? component.classLabel
                           : mixture.inTarget(component, *target) ? 0
                                                                  : 1;
        perClass.col(column) += (term - top).exp();
    }
    const Eigen::ArrayXd chosen =
        target ? Eigen::ArrayXd(perClass.col(0)) : Eigen::ArrayXd(perClass.rowwise().maxCoeff());
    const Eigen::ArrayXf values = (chosen / perClass.rowwise().sum()).cast<float>();
    return {values.data(), values.data() + n};
}

int errorMap(const ViewSpec& view)
{
    constexpr int kWarm = 2; // the map furthest from the default one
    return static_cast<int>(view.densityMap) == kWarm ? 0 : kWarm;
}

std::optional<ErrorScale> errorScale(const RunProduct& run)
{
    double smallest = std::numeric_limits<double>::infinity(), largest = 0;
    for (const auto& lane : run.lanes) {
        if (!lane || !lane->converged || !(lane->converged->largestDistance > 0))
            continue;
        smallest = std::min(smallest, lane->converged->smallestDistance);
        largest = std::max(largest, lane->converged->largestDistance);
    }
    if (!(largest > 0))
        return std::nullopt;
    ErrorScale scale;
    scale.high = static_cast<int>(std::ceil(std::log10(largest)));
    scale.low =
        std::max(static_cast<int>(std::floor(std::log10(smallest))), scale.high - kErrorDecades);
    return scale;
}

namespace {

/// Logarithmic colours of the distance to the converged solution; what ended elsewhere has another
/// marker.
void codeErrors(const LaneView& view, const LaneProduct& product, std::vector<std::uint32_t>& codes)
{
    const auto scale = errorScale(*view.run);
    if (!scale || !product.converged)
        return;
    const int map = errorMap(view.session.view);
    const ConvergedEnds& ends = *product.converged;
    const std::size_t n = std::min(codes.size(), ends.distance.size());
    for (std::size_t i = 0; i < n; ++i) {
        const double decade = std::log10(std::max(1e-30, static_cast<double>(ends.distance[i])));
        codes[i] =
            mapCode(view.theme, map, (decade - scale->low) / std::max(1, scale->high - scale->low));
        if (i < product.endComponents.size() && ends.component[i] != product.endComponents[i])
            codes[i] |= static_cast<std::uint32_t>(kOtherBasinShape) << 24;
    }
}

void codeFates(const LaneView& view, const LaneProduct& product, std::vector<std::uint32_t>& codes)
{
    if (!product.twin)
        return;
    const Fates& fates = product.twin->fates;
    const std::size_t n = std::min(codes.size(), fates.of.size());
    for (std::size_t i = 0; i < n; ++i) {
        const FateStyle style = fateStyle(view.theme, fates.of[i], fates.periodTwo[i] != 0);
        codes[i] = code(style.color, style.shape);
    }
}

} // namespace

FateStyle fateStyle(const Theme& theme, scorefield::Fate fate, bool periodTwo)
{
    // Places in the order of Okabe and Ito (theme.h), and markers of particle.frag.
    constexpr int kBlue = 0, kOrange = 1, kVermilion = 5;
    constexpr int kDisc = 0, kTriangle = 2, kDiamond = 3, kCross = 4;
    switch (fate) {
    case scorefield::Fate::Convergent:
        return {theme.classColor(kBlue), kDisc};
    case scorefield::Fate::Mixed:
        return {theme.classColor(kOrange), kDiamond};
    case scorefield::Fate::Divergent:
        return {theme.classColor(kVermilion), periodTwo ? kOtherBasinShape : kTriangle};
    case scorefield::Fate::NotFinite:
        break;
    }
    return {theme.secondary, kCross};
}

std::vector<std::uint32_t> particleCodes(const LaneView& view)
{
    const auto& product = *view.run->lanes[static_cast<std::size_t>(view.lane)];
    const auto& mixture = *product.plan.mixture;
    const auto n = product.trajectories.particles;
    const auto mode = static_cast<ParticleColor>(static_cast<int>(view.session.view.particleColor));
    std::vector<std::uint32_t> codes(n, code(view.theme.secondary));
    if (mode == ParticleColor::Confidence) {
        const auto values = endConfidence(product);
        for (std::size_t i = 0; i < values.size(); ++i)
            codes[i] =
                mapCode(view.theme, static_cast<int>(view.session.view.densityMap), values[i]);
        return codes;
    }
    if (mode == ParticleColor::Error) {
        codeErrors(view, product, codes);
        return codes;
    }
    if (mode == ParticleColor::Fate) {
        codeFates(view, product, codes);
        return codes;
    }
    if (mode == ParticleColor::Stage) {
        if (isColoredByStage(view))
            codes = stageCodes(view, codes.empty() ? 0 : codes.front());
        return codes;
    }
    if (mode == ParticleColor::Start) {
        for (std::size_t i = 0; i < n && storedSteps(product) >= 0; ++i)
            codes[i] = hueCode(view.theme, particlePosition(*view.run, product, i, 0));
        return codes;
    }
    std::vector<std::uint32_t> ofComponent;
    for (std::size_t k = 0; k < mixture.components().size(); ++k) {
        const bool byClass = mode == ParticleColor::Class;
        const int label = byClass ? mixture.components()[k].classLabel : static_cast<int>(k);
        ofComponent.push_back(code(
            view.theme.classColor(label),
            Theme::classShape(label, byClass ? mixture.classCount() : mixture.componentCount())));
    }
    for (std::size_t i = 0; i < std::min(n, product.endComponents.size()); ++i) {
        const int k = product.endComponents[i];
        if (k >= 0 && static_cast<std::size_t>(k) < ofComponent.size())
            codes[i] = ofComponent[static_cast<std::size_t>(k)];
    }
    return codes;
}

} // namespace scorefield::render
