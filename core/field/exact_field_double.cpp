// SPDX-License-Identifier: GPL-3.0-or-later
// The exact field in double for any dimension: tables for the kernels, precomputed for the levels
// of a run.
#include "core/field/double_table.h"
#include "core/field/level_cache.h"
#include "core/field/score_field.h"

#include <cassert>
#include <utility>

namespace scorefield {

namespace {

// Above this the tables of a run are made when needed instead: 256 MiB.
constexpr std::size_t kTableLimit = std::size_t{256} << 20;

class ExactFieldDouble final : public ScoreField<double>, private MeanSource {
public:
    ExactFieldDouble(std::shared_ptr<const GaussianMixture> mixture,
                     std::shared_ptr<const GuidanceRule> guidance,
                     const std::vector<PathCoefficients>& levels)
        : m_mixture(std::move(mixture))
        , m_guidance(guidanceForRun(std::move(guidance), {levels, m_mixture}))
        , m_tables(m_mixture, orderComponents(*m_mixture, *m_guidance))
        , m_kernels(bestDoubleKernels())
        , m_between(kTableLimit / m_tables.bytes())
    {
        for (const auto& extra : m_guidance->extraMixtures())
            m_extras.push_back(makeExactField<double>(extra, makeUnguided(), levels));
        if (levels.size() * m_tables.bytes() > kTableLimit)
            return;
        m_levels = levels;
        m_rows.resize(levels.size());
        for (std::size_t k = 0; k < levels.size(); ++k)
            if (levels[k].sigma > 0)
                m_tables.fill(levels[k], m_rows[k]);
    }

    int dimension() const override { return m_mixture->dimension(); }

    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 Block<double>& denoised) const override
    {
        assert(x.cols() == dimension() && denoised.rows() == x.rows()
               && denoised.cols() == x.cols());
        if (level.sigma <= 0) {
            denoised = x / level.alpha;
            return;
        }
        denoiseWith(nullptr, level, x, denoised);
    }

    std::unique_ptr<ScoreField<double>> forBlock(Eigen::Index rows) const override
    {
        auto memory = m_guidance->newMemory(rows, dimension());
        return memory ? std::make_unique<Remembering>(*this, std::move(memory)) : nullptr;
    }
    const MeanSource* means() const override { return this; }

private:
    /// The field of one block whose rule remembers.
    class Remembering final : public ScoreField<double> {
    public:
        Remembering(const ExactFieldDouble& field, std::unique_ptr<RuleMemory> memory)
            : m_field(field)
            , m_memory(std::move(memory))
        {
        }
        int dimension() const override { return m_field.dimension(); }
        void denoise(const PathCoefficients& level,
                     const Block<double>& x,
                     Block<double>& denoised) const override
        {
            if (level.sigma <= 0)
                denoised = x / level.alpha;
            else
                m_field.denoiseWith(m_memory.get(), level, x, denoised);
        }
        const MeanSource* means() const override { return &m_field; }

    private:
        const ExactFieldDouble& m_field;
        std::unique_ptr<RuleMemory> m_memory;
    };

    void denoiseWith(RuleMemory* memory,
                     const PathCoefficients& level,
                     const Block<double>& x,
                     Block<double>& denoised) const
    {
        const GuidanceForm form = m_guidance->form();
        if (form == GuidanceForm::Field) {
            m_guidance->denoise(level, x, *this, memory, denoised);
            return;
        }
        if (form == GuidanceForm::Pointwise && m_tables.others() > 0) {
            static thread_local MeanSource::Means means;
            split(level, x, means);
            const auto& [conditional, unconditional, difference] = means;
            m_guidance->combine(level, {x, conditional, unconditional, difference}, denoised);
            return;
        }
        const bool guided = form == GuidanceForm::Linear && m_guidance->target();
        const double w = guided ? m_guidance->weight(level) : 1;
        DoubleMixture mixture = m_tables.mixture(rowsOf(level, x.rows()));
        if (w == 1)
            mixture.others = 0;
        const auto n = static_cast<std::size_t>(x.rows());
        m_kernels.denoise(mixture, w, x.data(), denoised.data(), n, n);
    }

    void split(const PathCoefficients& level,
               const Block<double>& x,
               MeanSource::Means& means) const override
    {
        const DoubleMixture mixture = m_tables.mixture(rowsOf(level, x.rows()));
        const auto n = static_cast<std::size_t>(x.rows());
        auto& [conditional, unconditional, difference] = means;
        for (Block<double>* part : {&conditional, &unconditional, &difference})
            part->resize(x.rows(), x.cols());
        if (mixture.others > 0) {
            m_kernels.split(mixture,
                            x.data(),
                            {conditional.data(), unconditional.data(), difference.data()},
                            n,
                            n);
            return;
        }
        m_kernels.denoise(mixture, 1, x.data(), conditional.data(), n, n);
        unconditional = conditional;
        difference.setZero();
    }

    void extra(int which,
               const PathCoefficients& level,
               const Block<double>& x,
               Block<double>& denoised) const override
    {
        denoised.resize(x.rows(), x.cols());
        m_extras[static_cast<std::size_t>(which)]->denoise(level, x, denoised);
    }

    /// Levels of a single particle with steps of its own belong to no list.
    const std::vector<double>& rowsOf(const PathCoefficients& level, Eigen::Index points) const
    {
        if (const int known = findLevel(m_levels, level); known >= 0)
            return m_rows[static_cast<std::size_t>(known)];
        const auto make = [this](const PathCoefficients& wanted) {
            std::vector<double> rows;
            m_tables.fill(wanted, rows);
            return rows;
        };
        if (points > 1)
            if (const auto* between = m_between.find(level, make))
                return *between;
        static thread_local std::vector<double> scratch;
        m_tables.fill(level, scratch);
        return scratch;
    }

    std::shared_ptr<const GaussianMixture> m_mixture;
    std::shared_ptr<const GuidanceRule> m_guidance;
    DoubleTables m_tables;
    const DoubleKernels& m_kernels;
    std::vector<PathCoefficients> m_levels;
    std::vector<std::vector<double>> m_rows;
    LevelCache<std::vector<double>> m_between;
    std::vector<std::unique_ptr<ScoreField<double>>> m_extras;
};

} // namespace

template <>
std::unique_ptr<ScoreField<double>>
makeExactField<double>(std::shared_ptr<const GaussianMixture> mixture,
                       std::shared_ptr<const GuidanceRule> guidance,
                       const std::vector<PathCoefficients>& levels)
{
    return std::make_unique<ExactFieldDouble>(std::move(mixture), std::move(guidance), levels);
}

} // namespace scorefield
