// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A score network small enough to be trained exactly: m(x, t) = A phi(x, t)/sqrt(p) with frozen
// random features phi = max(0, W_x x + W_t psi(t) + b), psi = [1, sin 2 pi k t/T, cos 2 pi k
// t/T]_k, in the Ornstein-Uhlenbeck clock x_t = e^-t x_0 + sqrt(1 - e^-2t) eps. The model learns
// alpha E[x_0|x_t]; the loss is quadratic in A, so gradient flow has a closed form for every
// training time tau. Model and data: He, Qiu, Tao, arXiv:2602.06021; the closed form is ours.
#include "core/base/worker_pool.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace scorefield {

inline constexpr double kFirstTrainedTime = 1e-3; ///< of the OU clock; training starts here
inline constexpr int kMostTrainedComponents = 1000;

struct RandomFeatureSpec {
    int width = 512;           ///< p
    bool scoreWeighted = true; ///< w(t) = 1/sigma_t^4, the error of the score; else 1
    int frequencies = 128;     ///< K
    double horizon = 10;       ///< T
    std::uint64_t seed = 42;   ///< of W_x, W_t, b, A_0
    bool operator==(const RandomFeatureSpec&) const = default;
};

/// What a training reads of a mixture: classes do not matter.
struct TrainingData {
    std::vector<double> weights;
    std::vector<Eigen::VectorXd> means;
    std::vector<Eigen::MatrixXd> covariances;
    explicit TrainingData(const GaussianMixture& mixture);
    bool operator==(const TrainingData& other) const;
};

/// The frozen features.
struct RandomFeatures {
    RandomFeatures(const RandomFeatureSpec& spec, int dimension);
    /// W_t psi(t) + b [p].
    Eigen::VectorXd bias(double t) const;
    /// The same at several times, [p,m].
    Eigen::MatrixXd biases(const std::vector<double>& times) const;
    /// phi at x [n,d] and t, [n,p].
    Eigen::MatrixXd at(double t, const Eigen::MatrixXd& x) const;

    Eigen::MatrixXd place; ///< W_x [p,d], N(0, 1/d)
    Eigen::MatrixXd time;  ///< W_t [p, 2K+1], N(0, 1/(2K+1))
    Eigen::VectorXd shift; ///< b [p], N(0, 1)
    Eigen::MatrixXd start; ///< A_0/sqrt(p) [d,p], A_0 of N(0, 1)
    int frequencies;
    double horizon;
};

/// int w(t) E|m - m*|^2 dt and what no model can do without, by coordinate [d]. Not divided by d.
struct TrainingLoss {
    Eigen::VectorXd total;       ///< L = excess + irreducible
    Eigen::VectorXd irreducible; ///< L*: that of the exact posterior mean
};

/// An Error with a sentence where there are more than kMostTrainedComponents components.
Status checkTrainable(const GaussianMixture& mixture);

class RandomFeatureModel {
public:
    /// Assembles U = (1/p) int w E[phi phi^T] dt and V = (1/p) int w E[m* phi^T] dt, and
    /// diagonalises U once. E over x_t runs over Gauss–Hermite nodes of every component (d <= 3) or
    /// fixed draws; m* is the exact posterior mean, which gives the V of the points themselves
    /// (tower rule) and keeps L >= L* under any quadrature. Deterministic on any number of threads;
    /// `progress` hears 0…1 on the calling thread. Error: cancelled, or too many components.
    static Result<std::shared_ptr<const RandomFeatureModel>>
    train(const RandomFeatureSpec& spec,
          const std::shared_ptr<const GaussianMixture>& mixture,
          WorkerPool& pool,
          std::stop_token stop = {},
          const std::function<void(double)>& progress = {});

    const RandomFeatureSpec& spec() const { return m_spec; }
    const TrainingData& data() const { return m_data; }
    const RandomFeatures& features() const { return m_features; }
    int dimension() const { return static_cast<int>(m_features.place.cols()); }
    /// A(tau)/sqrt(p) [d,p] = V U^+ + (A_0/sqrt(p) - V U^+) e^(-2 tau U), tau in [0, inf].
    /// A_0 is that of the features times `startScale`. Eigenvalues of U below 1/(10^4 p) learn
    /// nothing and only forget A_0, wholly at tau = inf.
    Eigen::MatrixXd weights(double tau, double startScale = 1) const;
    TrainingLoss loss(double tau, double startScale = 1) const;
    /// m at x [n,d] of the OU clock, for A/sqrt(p) [d,p].
    Eigen::MatrixXd mean(const Eigen::MatrixXd& weights, double t, const Eigen::MatrixXd& x) const;

    const Eigen::VectorXd& eigenvalues() const { return m_eigenvalues; }   ///< of U, ascending
    const Eigen::MatrixXd& eigenvectors() const { return m_eigenvectors; } ///< Q [p,p]
    const Eigen::MatrixXd& targets() const { return m_targets; }           ///< V Q [d,p]
    int keptFrom() const { return m_keptFrom; } ///< the first eigenvalue above the cut-off

private:
    RandomFeatureModel(const RandomFeatureSpec& spec, const GaussianMixture& mixture);
    /// A(tau) Q/sqrt(p) [d,p].
    Eigen::MatrixXd spectralWeights(double tau, double startScale) const;

    RandomFeatureSpec m_spec;
    TrainingData m_data;
    RandomFeatures m_features;
    Eigen::VectorXd m_eigenvalues;
    Eigen::MatrixXd m_eigenvectors, m_targets, m_starts; // Q, V Q, A_0 Q/sqrt(p)
    Eigen::VectorXd m_explained, m_irreducible;          // int w E[m*^2] dt, L*  [d]
    int m_keptFrom = 0;
};

} // namespace scorefield
