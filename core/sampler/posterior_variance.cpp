// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/posterior_variance.h"

#include "core/base/philox.h"

namespace scorefield {

namespace {

constexpr int kDraws = 8192; // a multiple of the widest vector

GaussianMixture lawOf(const SimulationPlan& plan)
{
    const auto target = plan.guidance->target();
    if (target && plan.guidance->weight(plan.levels.front()) == 1)
        if (auto conditional = plan.mixture->conditional(*target))
            return std::move(conditional).value();
    return *plan.mixture;
}

} // namespace

template <class Real>
std::vector<double> meanPosteriorVariances(const SimulationPlan& plan,
                                           const ScoreField<Real>& field)
{
    const GaussianMixture law = lawOf(plan);
    const int d = law.dimension();
    const Eigen::ArrayXXd data = law.sample(plan.seed, Stream::Data, kDraws).transpose();
    Eigen::ArrayXXd normal(kDraws, d);
    for (int c = 0; c < d; ++c)
        for (int i = 0; i < kDraws; ++i)
            normal(i, c) = philoxNormal(plan.seed,
                                        Stream::Data,
                                        static_cast<std::uint32_t>(i),
                                        2, // steps 0 and 1 made the data
                                        static_cast<std::uint32_t>(c));
    std::vector<double> variances;
    Block<Real> x(kDraws, d), denoised(kDraws, d);
    for (const PathCoefficients& level : plan.levels) {
        x = (level.alpha * data + level.sigma * normal).template cast<Real>();
        field.denoise(level, x, denoised);
        variances.push_back((data - denoised.template cast<double>()).square().mean());
    }
    return variances;
}

template std::vector<double> meanPosteriorVariances<float>(const SimulationPlan&,
                                                           const ScoreField<float>&);
template std::vector<double> meanPosteriorVariances<double>(const SimulationPlan&,
                                                            const ScoreField<double>&);

} // namespace scorefield
