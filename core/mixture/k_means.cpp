// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/k_means.h"

#include "core/base/philox.h"

#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr int kRestarts = 10;
constexpr int kMaxLloydSteps = 100;

struct Clustering {
    Eigen::MatrixXd centres; ///< [d,k]
    std::vector<int> clusterOf;
    double sumOfSquares = std::numeric_limits<double>::infinity();
};

Eigen::MatrixXd standardised(const Eigen::MatrixXd& points)
{
    const Eigen::VectorXd mean = points.rowwise().mean();
    Eigen::MatrixXd scaled = points.colwise() - mean;
    for (auto row : scaled.rowwise()) {
        const double deviation = std::sqrt(row.squaredNorm() / static_cast<double>(row.size()));
        if (deviation > 0)
            row /= deviation;
    }
    return scaled;
}

/// The first centre is any point; every further one a point with probability proportional to its
/// squared distance to the nearest centre.
Eigen::MatrixXd plusPlusCentres(const Eigen::MatrixXd& points,
                                int clusters,
                                std::uint64_t seed,
                                std::uint32_t restart)
{
    const Eigen::Index n = points.cols();
    Eigen::MatrixXd centres(points.rows(), clusters);
    Eigen::VectorXd nearest = Eigen::VectorXd::Constant(n, 1);
    for (int j = 0; j < clusters; ++j) {
        const double u =
            philoxUniform(seed, Stream::Fit, restart, static_cast<std::uint32_t>(j), 0);
        double left = u * nearest.sum();
        Eigen::Index chosen = 0;
        nearest.maxCoeff(&chosen); // should rounding leave a remainder
        for (Eigen::Index i = 0; i < n; ++i) {
            left -= nearest(i);
            if (left < 0 && nearest(i) > 0) {
                chosen = i;
                break;
            }
        }
        centres.col(j) = points.col(chosen);
        const Eigen::VectorXd distances =
            (points.colwise() - points.col(chosen)).colwise().squaredNorm();
        nearest = j == 0 ? distances : Eigen::VectorXd(nearest.cwiseMin(distances));
    }
    return centres;
}

/// Assigns every point to the nearest centre; true if anything changed.
bool assign(const Eigen::MatrixXd& points, Clustering& clustering)
{
    bool changed = false;
    clustering.sumOfSquares = 0;
    for (Eigen::Index i = 0; i < points.cols(); ++i) {
        Eigen::Index nearest = 0;
        clustering.sumOfSquares += (clustering.centres.colwise() - points.col(i))
                                       .colwise()
                                       .squaredNorm()
                                       .minCoeff(&nearest);
        int& cluster = clustering.clusterOf[static_cast<std::size_t>(i)];
        changed = changed || cluster != nearest;
        cluster = static_cast<int>(nearest);
    }
    return changed;
}

/// Moves every centre to the mean of its points; an empty cluster takes the point farthest from its
/// own centre.
void moveCentres(const Eigen::MatrixXd& points, Clustering& clustering)
{
    Eigen::VectorXd counts = Eigen::VectorXd::Zero(clustering.centres.cols());
    for (const int cluster : clustering.clusterOf)
        counts(cluster) += 1;
    for (Eigen::Index j = 0; j < counts.size(); ++j) {
        if (counts(j) > 0)
            continue;
        Eigen::Index farthest = 0;
        double distance = -1;
        for (Eigen::Index i = 0; i < points.cols(); ++i) {
            const int own = clustering.clusterOf[static_cast<std::size_t>(i)];
            const double here = (points.col(i) - clustering.centres.col(own)).squaredNorm();
            if (counts(own) > 1 && here > distance) {
                distance = here;
                farthest = i;
            }
        }
        int& cluster = clustering.clusterOf[static_cast<std::size_t>(farthest)];
        counts(cluster) -= 1;
        counts(j) = 1;
        cluster = static_cast<int>(j);
    }
    clustering.centres.setZero();
    for (Eigen::Index i = 0; i < points.cols(); ++i)
        clustering.centres.col(clustering.clusterOf[static_cast<std::size_t>(i)]) += points.col(i);
    clustering.centres.array().rowwise() /= counts.transpose().array();
}

} // namespace

std::vector<int> kMeansClusters(const Eigen::MatrixXd& points,
                                int clusters,
                                std::uint64_t seed,
                                const std::stop_token& stop)
{
    const Eigen::MatrixXd scaled = standardised(points);
    Clustering best;
    for (std::uint32_t restart = 0; restart < kRestarts; ++restart) {
        Clustering current;
        current.centres = plusPlusCentres(scaled, clusters, seed, restart);
        current.clusterOf.assign(static_cast<std::size_t>(points.cols()), -1);
        for (int step = 0; step < kMaxLloydSteps && assign(scaled, current); ++step) {
            moveCentres(scaled, current);
            if (stop.stop_requested())
                break;
        }
        if (current.sumOfSquares < best.sumOfSquares)
            best = std::move(current);
        if (stop.stop_requested())
            break;
    }
    return best.clusterOf;
}

} // namespace scorefield
