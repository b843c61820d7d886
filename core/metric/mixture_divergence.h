// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Integrals of two mixtures, or of one: divergences, entropy, mutual information. By quadrature in
// one and two dimensions, by exact draws above. Nats.
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"

#include <cstdint>
#include <stop_token>

namespace scorefield {

/// How an integral was found: by quadrature the error is the change from half as many nodes.
struct Integral {
    Estimate value;
    bool quadrature = true;
    int nodes = 0; ///< along an axis, or draws; 0: a closed form
};

struct IntegrationOptions {
    int nodes = 801;     ///< along an axis; as many as the narrowest component needs, at least
    int draws = 200'000; ///< for d > 2
    std::uint64_t seed = 1;
};

/// KL(p || q) = E_p[log p - log q]; closed form for two single Gaussians. Infinite where p has mass
/// outside the subspace of q. Errors: other dimensions, no density (singular covariance).
Result<Integral> klDivergence(const GaussianMixture& p,
                              const GaussianMixture& q,
                              WorkerPool& pool,
                              const IntegrationOptions& options = {});
/// Jensen–Shannon, total variation 1/2 int |p - q|, Hellinger sqrt(1 - int sqrt(p q)).
enum class SymmetricDivergence { JensenShannon, TotalVariation, Hellinger };
Result<Integral> symmetricDivergence(SymmetricDivergence kind,
                                     const GaussianMixture& p,
                                     const GaussianMixture& q,
                                     WorkerPool& pool,
                                     const IntegrationOptions& options = {});
/// -E log p of alpha x_0 + sigma eps.
Result<Integral> differentialEntropy(const GaussianMixture& mixture,
                                     double alpha,
                                     double sigma,
                                     WorkerPool& pool,
                                     const IntegrationOptions& options = {});
/// H(C | X_t) of the component (or of the class), and I(C; X_t) = H(C) - H(C | X_t).
struct ComponentInformation {
    Integral conditionalEntropy, information;
};
Result<ComponentInformation> componentInformation(const GaussianMixture& mixture,
                                                  double alpha,
                                                  double sigma,
                                                  bool classes,
                                                  WorkerPool& pool,
                                                  const IntegrationOptions& options = {});

/// alpha x_0 + sigma eps as a mixture of its own.
GaussianMixture noised(const GaussianMixture& mixture, double alpha, double sigma);

} // namespace scorefield
