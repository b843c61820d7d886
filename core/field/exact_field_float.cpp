// SPDX-License-Identifier: GPL-3.0-or-later
// The exact field in float for d = 2 and 3: tables for the kernels, precomputed for the levels of a
// run.
#include "core/field/kernel_table.h"
#include "core/field/level_cache.h"
#include "core/field/score_field.h"

#include <cassert>
#include <utility>

namespace scorefield {

namespace {

// Above this the tables of a run (4096 components, 1000 levels) are made when needed instead: 256
// MiB.
constexpr std::size_t kTableLimit = std::size_t{256} << 20;

class ExactFieldFloat final : public ScoreField<float> {
public:
    ExactFieldFloat(std::shared_ptr<const GaussianMixture> mixture,
                    std::shared_ptr<const GuidanceRule> guidance,
                    const std::vector<PathCoefficients>& levels)
        : m_mixture(std::move(mixture))
        , m_guidance(std::move(guidance))
        , m_order(orderComponents(*m_mixture, *m_guidance))
        , m_kernel(m_mixture->dimension() == 2 ? bestFieldKernels().denoise2
                                               : bestFieldKernels().denoise3)
        , m_between(kTableLimit / tableBytes())
    {
        if (levels.size() * tableBytes() > kTableLimit)
            return;
        m_levels = levels;
        m_tables.resize(levels.size());
        for (std::size_t k = 0; k < levels.size(); ++k)
            if (levels[k].sigma > 0)
                fillKernelTable(*m_mixture, m_order, levels[k], m_tables[k]);
    }

    int dimension() const override { return m_mixture->dimension(); }

    void denoise(const PathCoefficients& level,
                 const Block<float>& x,
                 Block<float>& denoised) const override
    {
        assert(x.cols() == dimension() && denoised.rows() == x.rows()
               && denoised.cols() == x.cols());
        if (level.sigma <= 0) {
            denoised = x / static_cast<float>(level.alpha);
            return;
        }
        KernelMixture mixture = tableOf(level).mixture();
        const double w = m_guidance->target() ? m_guidance->weight(level) : 1;
        if (w == 1)
            mixture.others = 0;
        const auto n = static_cast<std::size_t>(x.rows());
        m_kernel(mixture, static_cast<float>(w), x.data(), denoised.data(), n, n);
    }

private:
    std::size_t tableBytes() const
    {
        return m_order.components.size() * sizeof(float)
               * static_cast<std::size_t>(kernelRowSize(m_mixture->dimension()));
    }

    const KernelTable& tableOf(const PathCoefficients& level) const
    {
        if (const int known = findLevel(m_levels, level); known >= 0)
            return m_tables[static_cast<std::size_t>(known)];
        const KernelTable* between = m_between.find(level, [this](const PathCoefficients& wanted) {
            KernelTable table;
            fillKernelTable(*m_mixture, m_order, wanted, table);
            return table;
        });
        if (between != nullptr)
            return *between;
        static thread_local KernelTable scratch;
        fillKernelTable(*m_mixture, m_order, level, scratch);
        return scratch;
    }

    std::shared_ptr<const GaussianMixture> m_mixture;
    std::shared_ptr<const GuidanceRule> m_guidance;
    ComponentOrder m_order;
    DenoiseKernel m_kernel;
    std::vector<PathCoefficients> m_levels;
    std::vector<KernelTable> m_tables;
    LevelCache<KernelTable> m_between;
};

} // namespace

template <>
std::unique_ptr<ScoreField<float>>
makeExactField<float>(std::shared_ptr<const GaussianMixture> mixture,
                      std::shared_ptr<const GuidanceRule> guidance,
                      const std::vector<PathCoefficients>& levels)
{
    assert(mixture->dimension() == 2 || mixture->dimension() == 3);
    return std::make_unique<ExactFieldFloat>(std::move(mixture), std::move(guidance), levels);
}

} // namespace scorefield
