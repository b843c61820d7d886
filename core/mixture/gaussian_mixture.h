// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// q_0 = sum_k pi_k N(mu_k, Sigma_k), validated once and factorised once: Sigma_k = Q_k diag(l_k) Q_k^T.
// Immutable; share it by shared_ptr<const GaussianMixture>.
#include "core/base/philox.h"
#include "core/base/result.h"
#include "core/mixture/mixture_spec.h"

#include <Eigen/Core>

#include <vector>

namespace scorefield {

inline constexpr int kMaxDimension = 64;
inline constexpr int kMaxComponents = 4096;

class GaussianMixture {
public:
    struct Component {
        double weight; ///< normalised; all weights sum to 1
        double logWeight;
        Eigen::VectorXd mean;         ///< mu [d]
        Eigen::MatrixXd eigenvectors; ///< Q [d,d], columns
        Eigen::VectorXd eigenvalues;  ///< l [d] >= 0, ascending; what rounding made slightly negative is 0
        int classLabel;
    };

    /// Checks dimension 1…64, 1…4096 components, finite entries, weights >= 0 with a positive sum, symmetric positive
    /// semi-definite covariances (eigenvalues >= -1e-10 of the largest), labels >= 0. Error.path is a JSON pointer inside the
    /// mixture, e.g. "/components/2/covariance"; the message names component, value and range. Components of weight 0 are dropped.
    static Result<GaussianMixture> create(const MixtureSpec& spec);

    int dimension() const { return m_dimension; }
    int componentCount() const { return static_cast<int>(m_components.size()); }
    const std::vector<Component>& components() const { return m_components; }
    int classCount() const { return m_classCount; }
    /// Whether the component belongs to the target: a label, or kFirstSetTarget + i for set i of the MixtureSpec. False for
    /// a set that is not there.
    bool inTarget(const Component& component, int target) const;
    double classWeight(int target) const;                 ///< pi_c = sum of its components' weights, 0 if it has none
    std::vector<int> classMembers(int target) const;      ///< component numbers

    /// The mixture of one class or set, weights renormalised. Error if it has no component.
    Result<GaussianMixture> conditional(int target) const;
    /// The exact marginal of y = axes^T (x - origin): axes [d,m] with orthonormal columns. Labels and weights are kept.
    GaussianMixture projected(const Eigen::MatrixXd& axes, const Eigen::VectorXd& origin) const;

    Eigen::VectorXd mean() const;       ///< sum pi_k mu_k
    Eigen::MatrixXd covariance() const; ///< of the whole mixture
    double scale() const;               ///< sqrt(largest eigenvalue of covariance()), the "data scale" of tolerances; > 0 or 1

    /// n exact draws [d,n] (columns) of alpha x_0 + sigma eps: component by the uniform and place by the normals of
    /// (seed, stream, particle i): the first particles stay when n grows. `labels`, if given, receives the component of each.
    Eigen::MatrixXd sample(std::uint64_t seed, Stream stream, int n, double alpha = 1, double sigma = 0,
                           std::vector<int>* componentOf = nullptr) const;

private:
    GaussianMixture() = default;
    int m_dimension = 0;
    int m_classCount = 0;
    std::vector<Component> m_components;
    std::vector<std::vector<bool>> m_sets; // per set, by label
};

} // namespace scorefield
