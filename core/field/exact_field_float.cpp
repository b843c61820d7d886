// SPDX-License-Identifier: GPL-3.0-or-later
// The exact field in float for d = 2 and 3: what a guidance rule makes of the means that the kernels
// compute.
#include "core/field/float_means.h"
#include "core/field/kernel_field.h"
#include "core/field/score_field.h"

#include <cassert>
#include <utility>

namespace scorefield {

namespace {

class ExactFieldFloat final : public ScoreField<float>, private MeanSource, private KernelField {
public:
    ExactFieldFloat(std::shared_ptr<const GaussianMixture> mixture,
                    std::shared_ptr<const GuidanceRule> guidance,
                    const std::vector<PathCoefficients>& levels)
        : m_mixture(std::move(mixture))
        , m_guidance(guidanceForRun(std::move(guidance), {levels, m_mixture}))
        , m_means(m_mixture, orderComponents(*m_mixture, *m_guidance), levels)
    {
        for (const auto& extra : m_guidance->extraMixtures())
            m_extras.push_back(makeExactField<float>(extra, makeUnguided(), levels));
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
    const KernelField* kernelField() const override
    {
        const GuidanceForm form = m_guidance->form();
        const bool combines = form == GuidanceForm::Pointwise && m_means.hasOthers();
        return form == GuidanceForm::Field || combines ? nullptr : this;
    }

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
        if (form == GuidanceForm::Pointwise && m_means.hasOthers()) {
            combine(level, x, denoised);
            return;
        }
        const double w = linearWeight(level);
        const bool onlyMembers = w == 1 || !m_means.hasOthers();
        m_means.denoise(level, onlyMembers, static_cast<float>(w), x, denoised);
    }

    double linearWeight(const PathCoefficients& level) const
    {
        return m_guidance->isLinear() && m_guidance->target() ? m_guidance->weight(level) : 1;
    }

    std::optional<AtLevel> rowsAt(const PathCoefficients& level) const override
    {
        const KernelTable* table = m_means.rowsAt(level);
        if (table == nullptr)
            return {};
        return AtLevel{table->mixture(), static_cast<float>(linearWeight(level))};
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
        Scratch& own = scratch();
        const Eigen::Index d = x.cols();
        own.points = x.cast<float>();
        if (!m_means.hasOthers()) {
            own.parts.resize(x.rows(), d);
            m_means.denoise(level, true, 1, own.points, own.parts);
            means.conditional = own.parts.cast<double>();
            means.unconditional = means.conditional;
            means.difference.setZero(x.rows(), d);
            return;
        }
        m_means.split(level, own.points, own.parts);
        means.conditional = own.parts.leftCols(d).cast<double>();
        means.unconditional = own.parts.middleCols(d, d).cast<double>();
        means.difference = own.parts.rightCols(d).cast<double>();
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

    std::shared_ptr<const GaussianMixture> m_mixture;
    std::shared_ptr<const GuidanceRule> m_guidance;
    FloatMeans m_means;
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
