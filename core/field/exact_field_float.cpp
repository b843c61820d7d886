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

class ExactFieldFloat final : public ScoreField<float>, private MeanSource {
public:
    ExactFieldFloat(std::shared_ptr<const GaussianMixture> mixture,
                    std::shared_ptr<const GuidanceRule> guidance,
                    const std::vector<PathCoefficients>& levels)
        : m_mixture(std::move(mixture))
        , m_guidance(guidanceForRun(std::move(guidance), {levels, m_mixture}))
        , m_order(orderComponents(*m_mixture, *m_guidance))
        , m_kernel(m_mixture->dimension() == 2 ? bestFieldKernels().denoise2
                                               : bestFieldKernels().denoise3)
        , m_split(m_mixture->dimension() == 2 ? bestFieldKernels().split2
                                              : bestFieldKernels().split3)
        , m_between(kTableLimit / tableBytes())
    {
        for (const auto& extra : m_guidance->extraMixtures())
            m_extras.push_back(makeExactField<float>(extra, makeUnguided(), levels));
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
        denoiseWith(nullptr, level, x, denoised);
    }

    std::unique_ptr<ScoreField<float>> forBlock(Eigen::Index rows) const override
    {
        auto memory = m_guidance->newMemory(rows, dimension());
        return memory ? std::make_unique<Remembering>(*this, std::move(memory)) : nullptr;
    }
    const MeanSource* means() const override { return this; }

private:
    /// The field of one block whose rule remembers.
    class Remembering final : public ScoreField<float> {
    public:
        Remembering(const ExactFieldFloat& field, std::unique_ptr<RuleMemory> memory)
            : m_field(field)
            , m_memory(std::move(memory))
        {
        }
        int dimension() const override { return m_field.dimension(); }
        void denoise(const PathCoefficients& level,
                     const Block<float>& x,
                     Block<float>& denoised) const override
        {
            if (level.sigma <= 0)
                denoised = x / static_cast<float>(level.alpha);
            else
                m_field.denoiseWith(m_memory.get(), level, x, denoised);
        }
        const MeanSource* means() const override { return &m_field; }

    private:
        const ExactFieldFloat& m_field;
        std::unique_ptr<RuleMemory> m_memory;
    };

    /// What a thread keeps between calls, so that a run does not allocate.
    struct Scratch {
        Block<double> x, denoised;
        Block<float> points, parts; // of split(): x, and D_c, D_u, D_c - D_u side by side
        MeanSource::Means means;
        Block<float> extraPoints, extraMeans;
    };
    static Scratch& scratch()
    {
        static thread_local Scratch scratch;
        return scratch;
    }

    void denoiseWith(RuleMemory* memory,
                     const PathCoefficients& level,
                     const Block<float>& x,
                     Block<float>& denoised) const
    {
        KernelMixture mixture = tableOf(level).mixture();
        const GuidanceForm form = m_guidance->form();
        if (form == GuidanceForm::Field) {
            // Rules work in double; only the means themselves are rounded to float. Not the
            // thread's scratch: the rule calls back into split().
            const Block<double> wide = x.cast<double>();
            Block<double> guided(x.rows(), x.cols());
            m_guidance->denoise(level, wide, *this, memory, guided);
            denoised = guided.cast<float>();
            return;
        }
        if (form == GuidanceForm::Pointwise && mixture.others > 0) {
            combine(level, x, denoised);
            return;
        }
        const double w =
            m_guidance->isLinear() && m_guidance->target() ? m_guidance->weight(level) : 1;
        if (w == 1)
            mixture.others = 0;
        const auto n = static_cast<std::size_t>(x.rows());
        m_kernel(mixture, static_cast<float>(w), x.data(), denoised.data(), n, n);
    }

    /// A pointwise rule works in double: only the means themselves are rounded to float.
    void combine(const PathCoefficients& level, const Block<float>& x, Block<float>& denoised) const
    {
        Scratch& own = scratch();
        own.x = x.cast<double>();
        split(level, own.x, own.means);
        own.denoised.resize(x.rows(), x.cols());
        const auto& [conditional, unconditional, difference] = own.means;
        m_guidance->combine(level, {own.x, conditional, unconditional, difference}, own.denoised);
        denoised = own.denoised.cast<float>();
    }

    void split(const PathCoefficients& level,
               const Block<double>& x,
               MeanSource::Means& means) const override
    {
        const KernelMixture mixture = tableOf(level).mixture();
        Scratch& own = scratch();
        const Eigen::Index d = x.cols();
        const auto n = static_cast<std::size_t>(x.rows());
        own.points = x.cast<float>();
        own.parts.resize(x.rows(), 3 * d);
        float* parts = own.parts.data();
        if (mixture.others > 0)
            m_split(
                mixture, own.points.data(), {parts, parts + x.size(), parts + 2 * x.size()}, n, n);
        else
            m_kernel(mixture, 1, own.points.data(), parts, n, n);
        means.conditional = own.parts.leftCols(d).cast<double>();
        if (mixture.others > 0) {
            means.unconditional = own.parts.middleCols(d, d).cast<double>();
            means.difference = own.parts.rightCols(d).cast<double>();
        } else {
            means.unconditional = means.conditional;
            means.difference.setZero(x.rows(), d);
        }
    }

    void extra(int which,
               const PathCoefficients& level,
               const Block<double>& x,
               Block<double>& denoised) const override
    {
        Scratch& own = scratch();
        own.extraPoints = x.cast<float>();
        own.extraMeans.resize(x.rows(), x.cols());
        m_extras[static_cast<std::size_t>(which)]->denoise(level, own.extraPoints, own.extraMeans);
        denoised = own.extraMeans.cast<double>();
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
    std::vector<std::unique_ptr<ScoreField<float>>> m_extras;
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
