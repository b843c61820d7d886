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
        , m_guidance(guidanceForRun(std::move(guidance), levels))
        , m_order(orderComponents(*m_mixture, *m_guidance))
        , m_kernel(m_mixture->dimension() == 2 ? bestFieldKernels().denoise2
                                               : bestFieldKernels().denoise3)
        , m_split(m_mixture->dimension() == 2 ? bestFieldKernels().split2
                                              : bestFieldKernels().split3)
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
        if (!m_guidance->isLinear() && mixture.others > 0) {
            combine(level, mixture, x, denoised);
            return;
        }
        const double w =
            m_guidance->isLinear() && m_guidance->target() ? m_guidance->weight(level) : 1;
        if (w == 1)
            mixture.others = 0;
        const auto n = static_cast<std::size_t>(x.rows());
        m_kernel(mixture, static_cast<float>(w), x.data(), denoised.data(), n, n);
    }

private:
    /// What a thread keeps between calls, so that a run does not allocate.
    struct Scratch {
        Block<float> parts; // D_c, D_u, D_c - D_u side by side
        Block<double> x, conditional, unconditional, difference, denoised;
    };

    /// A non-linear rule works in double: only the means themselves are rounded to float.
    void combine(const PathCoefficients& level,
                 const KernelMixture& mixture,
                 const Block<float>& x,
                 Block<float>& denoised) const
    {
        static thread_local Scratch scratch;
        const Eigen::Index d = x.cols();
        const auto n = static_cast<std::size_t>(x.rows());
        scratch.parts.resize(x.rows(), 3 * d);
        float* parts = scratch.parts.data();
        m_split(mixture, x.data(), {parts, parts + x.size(), parts + 2 * x.size()}, n, n);
        scratch.x = x.cast<double>();
        scratch.conditional = scratch.parts.leftCols(d).cast<double>();
        scratch.unconditional = scratch.parts.middleCols(d, d).cast<double>();
        scratch.difference = scratch.parts.rightCols(d).cast<double>();
        scratch.denoised.resize(x.rows(), d);
        m_guidance->combine(
            level,
            {scratch.x, scratch.conditional, scratch.unconditional, scratch.difference},
            scratch.denoised);
        denoised = scratch.denoised.cast<float>();
    }

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
    SplitKernel m_split;
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
