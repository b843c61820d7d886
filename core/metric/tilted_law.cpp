// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/tilted_law.h"

#include "core/metric/block_law.h"

#include <array>
#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

constexpr int kMostComponents = 256;
/// Of the grid along each axis: enough for modes of a fiftieth of the region's width.
constexpr Eigen::Index kCells = 256, kSearchCells = 96;
/// Of log-densities below the largest: e^-40 of the mass is nothing in double precision.
constexpr double kFloor = 40;
/// Standard deviations around the means that are searched at first.
constexpr double kReach = 12;
/// Of Z between the grid and every second of its points. On smooth laws the trapezoidal rule errs
/// by the square of this or less.
constexpr double kGridTolerance = 1e-2;
constexpr int kSearches = 4, kDirections = 24;

using Box = Eigen::Array2Xd; ///< [2,d] lower and upper ends

double logSum(const Eigen::ArrayXXd& terms, Eigen::Index row, const std::vector<bool>& counts)
{
    double largest = -std::numeric_limits<double>::infinity();
    for (Eigen::Index k = 0; k < terms.cols(); ++k)
        if (counts[static_cast<std::size_t>(k)])
            largest = std::max(largest, terms(row, k));
    double sum = 0;
    for (Eigen::Index k = 0; k < terms.cols(); ++k)
        if (counts[static_cast<std::size_t>(k)])
            sum += std::exp(terms(row, k) - largest);
    return largest + std::log(sum);
}

/// E|s - s'| = 2 int F (1 - F) ds of masses at evenly spaced places.
double meanDistance(const Eigen::ArrayXd& mass, double spacing)
{
    double below = 0, sum = 0;
    for (Eigen::Index i = 0; i < mass.size(); ++i) {
        below += mass(i);
        sum += below * (1 - below);
    }
    return 2 * spacing * sum;
}

} // namespace

/// The unnormalised tilt at the places of a grid.
struct TiltedLaw::Grid {
    const BlockLaw& law;
    std::vector<bool> inClass, all;
    double logClassWeight, w;

    Eigen::Index cells = 0;
    Box box;
    Eigen::ArrayXXd places; ///< [n,d], the first axis varies fastest
    Eigen::ArrayXd logTilt, confidence;

    double spacing(Eigen::Index axis) const
    {
        return (box(1, axis) - box(0, axis)) / static_cast<double>(cells - 1);
    }
    Eigen::Index indexAlong(Eigen::Index place, Eigen::Index axis) const
    {
        return axis == 0 ? place % cells : place / cells;
    }

    void evaluate(const Box& region, Eigen::Index n)
    {
        box = region;
        cells = n;
        const Eigen::Index d = box.cols();
        places.resize(d == 1 ? n : n * n, d);
        for (Eigen::Index i = 0; i < places.rows(); ++i)
            for (Eigen::Index axis = 0; axis < d; ++axis)
                places(i, axis) =
                    box(0, axis) + static_cast<double>(indexAlong(i, axis)) * spacing(axis);
        logTilt.resize(places.rows());
        confidence.resize(places.rows());
        constexpr Eigen::Index rows = 1024; // of terms in cache
        Eigen::ArrayXXd terms;
        for (Eigen::Index first = 0; first < places.rows(); first += rows) {
            const Eigen::Index count = std::min(rows, places.rows() - first);
            law.logTerms(places.middleRows(first, count), terms);
            for (Eigen::Index i = 0; i < count; ++i) {
                const double whole = logSum(terms, i, all), part = logSum(terms, i, inClass);
                logTilt(first + i) = w * (part - logClassWeight) + (1 - w) * whole;
                confidence(first + i) = std::exp(part - whole);
            }
        }
    }

    /// The part of the box that holds all the mass, a cell wider.
    Box support() const
    {
        const double least = logTilt.maxCoeff() - kFloor;
        Box region(2, box.cols());
        for (Eigen::Index axis = 0; axis < box.cols(); ++axis) {
            Eigen::Index low = cells, high = 0;
            for (Eigen::Index i = 0; i < logTilt.size(); ++i)
                if (logTilt(i) > least) {
                    low = std::min(low, indexAlong(i, axis));
                    high = std::max(high, indexAlong(i, axis));
                }
            region(0, axis) = box(0, axis) + static_cast<double>(low - 1) * spacing(axis);
            region(1, axis) = box(0, axis) + static_cast<double>(high + 1) * spacing(axis);
        }
        return region;
    }

    /// Z over the grid against Z over every second point of it.
    double coarseness(const Eigen::ArrayXd& density) const
    {
        double every = 0, second = 0;
        for (Eigen::Index i = 0; i < density.size(); ++i) {
            every += density(i);
            bool isKept = true;
            for (Eigen::Index axis = 0; axis < box.cols(); ++axis)
                isKept = isKept && indexAlong(i, axis) % 2 == 0;
            second += isKept ? density(i) * std::pow(2., static_cast<double>(box.cols())) : 0;
        }
        return std::abs(second / every - 1);
    }

    /// E|x - x'| by what it is along lines: |v| = pi/2 times the mean over directions of |v . u|.
    double pairwiseDistance(const Eigen::ArrayXd& mass) const
    {
        if (box.cols() == 1)
            return meanDistance(mass, spacing(0));
        const Eigen::Array2d centre = box.colwise().mean().transpose();
        const double radius = (box.row(1) - box.row(0)).matrix().norm() / 2;
        const Eigen::Index bins = 2 * cells;
        const double step = 2 * radius / static_cast<double>(bins - 2);
        double sum = 0;
        for (int k = 0; k < kDirections; ++k) {
            const double angle = std::numbers::pi * k / kDirections;
            const Eigen::Array2d towards(std::cos(angle), std::sin(angle));
            Eigen::ArrayXd along = Eigen::ArrayXd::Zero(bins);
            for (Eigen::Index i = 0; i < mass.size(); ++i) {
                const double place = (towards(0) * (places(i, 0) - centre(0))
                                      + towards(1) * (places(i, 1) - centre(1)) + radius)
                                     / step;
                const auto bin = static_cast<Eigen::Index>(place);
                const double part = place - static_cast<double>(bin);
                along(bin) += (1 - part) * mass(i); // keeps the mean of a point
                along(bin + 1) += part * mass(i);
            }
            sum += meanDistance(along, step);
        }
        return std::numbers::pi / 2 * sum / kDirections;
    }
};

Result<TiltedLaw> TiltedLaw::create(const GaussianMixture& mixture, int label, double w)
{
    const auto none = [](const std::string& why) {
        return Error{"", "the exact tilt is not known here: " + why};
    };
    const Eigen::Index d = mixture.dimension();
    if (d > 2)
        return none("it is summed up on grids of one or two dimensions");
    if (w < 0)
        return none("with a negative weight it need not have a finite mass");
    if (mixture.componentCount() > kMostComponents)
        return none("the mixture has more than " + std::to_string(kMostComponents) + " components");
    const BlockLaw law(mixture, 1, 0);
    if (!law.isRegular())
        return none("covariances are singular");
    Grid grid{law, {}, {}, std::log(mixture.classWeight(label)), w, 0, {}, {}, {}, {}};
    Box region(2, d);
    region.row(0) = std::numeric_limits<double>::infinity();
    region.row(1) = -region.row(0);
    const auto count = static_cast<std::size_t>(mixture.componentCount());
    grid.all.assign(count, true);
    grid.inClass.assign(count, false);
    for (const int k : mixture.classMembers(label))
        grid.inClass[static_cast<std::size_t>(k)] = true;
    for (std::size_t k = 0; k < count; ++k) {
        // With w >= 1 it is nowhere more than a constant times the class's own law.
        if (w >= 1 && !grid.inClass[k])
            continue;
        const auto& component = mixture.components()[k];
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::ArrayXd reach =
            kReach * (Q.array().square().matrix() * component.eigenvalues).array().sqrt();
        region.row(0) = region.row(0).min((component.mean.array() - reach).transpose());
        region.row(1) = region.row(1).max((component.mean.array() + reach).transpose());
    }
    for (int i = 0; i < kSearches; ++i) {
        grid.evaluate(region, kSearchCells);
        region = grid.support();
    }
    grid.evaluate(region, d == 1 ? 32 * kCells : kCells);

    const double largest = grid.logTilt.maxCoeff();
    Eigen::ArrayXd mass = (grid.logTilt - largest).exp();
    if (grid.coarseness(mass) > kGridTolerance)
        return none("modes are too narrow for its grid");
    double cell = 1;
    for (Eigen::Index axis = 0; axis < d; ++axis)
        cell *= grid.spacing(axis);
    TiltedLaw tilt;
    const double sum = mass.sum();
    tilt.m_logNormaliser = largest + std::log(sum * cell);
    mass /= sum;
    tilt.m_confidence = (mass * grid.confidence).sum();
    tilt.m_entropy = tilt.m_logNormaliser - (mass * grid.logTilt).sum();
    tilt.m_pairwiseDistance = grid.pairwiseDistance(mass);
    return tilt;
}

} // namespace scorefield
