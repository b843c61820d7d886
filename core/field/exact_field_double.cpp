// SPDX-License-Identifier: GPL-3.0-or-later
// The exact field in double for any dimension, a block of points at a time. Per component and
// level, with C = alpha^2 Sigma + sigma^2 I = Q diag(v) Q^T, v = alpha^2 l + sigma^2 and z = Q^T (x
// - alpha mu):
//   log-weight a = log pi - 1/2 sum z^2/v - 1/2 sum log v,    posterior mean m = mu + Q (alpha l/v
//   * z).
#include "core/field/component_order.h"
#include "core/field/level_cache.h"
#include "core/field/score_field.h"

#include <cassert>
#include <limits>
#include <utility>

namespace scorefield {

namespace {

struct NoisedComponent {
    Eigen::ArrayXd variance, gain; // v and alpha l/v [d]
    double logNormaliser = 0;      // log pi - 1/2 sum log v

    NoisedComponent(const GaussianMixture::Component& component, const PathCoefficients& level)
        : variance(level.alpha * level.alpha * component.eigenvalues.array()
                   + level.sigma * level.sigma)
        , gain(level.alpha * component.eigenvalues.array() / variance)
        , logNormaliser(component.logWeight - variance.log().sum() / 2)
    {
    }
};

/// Log-sum-exp over a group of components with a running maximum: mean = sum e^a m / sum e^a.
struct GroupSum {
    Eigen::ArrayXd maximum, total; // [n]
    Eigen::ArrayXXd weighted;      // [n,d]

    void reset(Eigen::Index n, Eigen::Index d)
    {
        maximum.setConstant(n, -std::numeric_limits<double>::max());
        total.setZero(n);
        weighted.setZero(n, d);
    }
};

/// What a thread keeps between calls, so that a run does not allocate.
struct Scratch {
    GroupSum members, others;
    struct {
        Eigen::MatrixXd shifted, rotated, means; // [n,d]
    } points;
    struct {
        Eigen::ArrayXd logWeight, maximum, keep; // [n]
    } values;
    MeanSource::Means split;
};

class ExactFieldDouble final : public ScoreField<double>, private MeanSource {
public:
    ExactFieldDouble(std::shared_ptr<const GaussianMixture> mixture,
                     std::shared_ptr<const GuidanceRule> guidance,
                     const std::vector<PathCoefficients>& levels)
        : m_mixture(std::move(mixture))
        , m_guidance(guidanceForRun(std::move(guidance), {levels, m_mixture}))
        , m_order(orderComponents(*m_mixture, *m_guidance))
        , m_between(kTableLimit / tableBytes())
    {
        for (const auto& extra : m_guidance->extraMixtures())
            m_extras.push_back(makeExactField<double>(extra, makeUnguided(), levels));
        if (levels.size() * tableBytes() > kTableLimit)
            return;
        m_levels = levels;
        for (const auto& level : levels)
            m_tables.push_back(level.sigma > 0 ? noisedComponents(level)
                                               : std::vector<NoisedComponent>{});
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
        const bool linear = form == GuidanceForm::Linear;
        const double w = linear && m_guidance->target() ? m_guidance->weight(level) : 1;
        Scratch& own = scratch();
        sumMembers(level, x, own, !(linear && w == 1));
        if ((linear && w == 1) || m_order.others() == 0)
            denoised = own.members.weighted.colwise() / own.members.total;
        else if (linear)
            guide(w, own, denoised);
        else {
            auto& [conditional, unconditional, difference] = own.split;
            splitInto(own, own.split);
            m_guidance->combine(level, {x, conditional, unconditional, difference}, denoised);
        }
    }

    void split(const PathCoefficients& level,
               const Block<double>& x,
               MeanSource::Means& means) const override
    {
        Scratch& own = scratch();
        sumMembers(level, x, own, true);
        if (m_order.others() > 0) {
            splitInto(own, means);
            return;
        }
        means.conditional = own.members.weighted.colwise() / own.members.total;
        means.unconditional = means.conditional;
        means.difference.setZero(x.rows(), x.cols());
    }

    void extra(int which,
               const PathCoefficients& level,
               const Block<double>& x,
               Block<double>& denoised) const override
    {
        denoised.resize(x.rows(), x.cols());
        m_extras[static_cast<std::size_t>(which)]->denoise(level, x, denoised);
    }

    static Scratch& scratch()
    {
        static thread_local Scratch scratch;
        return scratch;
    }

    /// The sums over the members of the class and, if wanted, over the others.
    void sumMembers(const PathCoefficients& level,
                    const Block<double>& x,
                    Scratch& scratch,
                    bool withOthers) const
    {
        std::vector<NoisedComponent> fresh;
        const auto& components = tableOf(level, x.rows(), fresh);
        scratch.members.reset(x.rows(), x.cols());
        for (int i = 0; i < m_order.members; ++i)
            addComponent(i, components, level, x, scratch, scratch.members);
        if (!withOthers)
            return;
        scratch.others.reset(x.rows(), x.cols());
        for (int i = m_order.members; i < static_cast<int>(components.size()); ++i)
            addComponent(i, components, level, x, scratch, scratch.others);
    }

    // Above this the tables of a run are made when needed instead: 256 MiB.
    static constexpr std::size_t kTableLimit = std::size_t{256} << 20;

    std::size_t tableBytes() const
    {
        return m_order.components.size() * sizeof(double) * 2
               * static_cast<std::size_t>(m_mixture->dimension());
    }

    /// `fresh` holds what belongs to no list: levels of a single particle with steps of its own.
    const std::vector<NoisedComponent>& tableOf(const PathCoefficients& level,
                                                Eigen::Index rows,
                                                std::vector<NoisedComponent>& fresh) const
    {
        if (const int known = findLevel(m_levels, level); known >= 0)
            return m_tables[static_cast<std::size_t>(known)];
        const auto make = [this](const PathCoefficients& wanted) {
            return noisedComponents(wanted);
        };
        if (rows > 1)
            if (const auto* between = m_between.find(level, make))
                return *between;
        fresh = noisedComponents(level);
        return fresh;
    }

    std::vector<NoisedComponent> noisedComponents(const PathCoefficients& level) const
    {
        std::vector<NoisedComponent> result;
        for (const int k : m_order.components)
            result.emplace_back(m_mixture->components()[static_cast<std::size_t>(k)], level);
        return result;
    }

    void addComponent(int position,
                      const std::vector<NoisedComponent>& components,
                      const PathCoefficients& level,
                      const Block<double>& x,
                      Scratch& scratch,
                      GroupSum& sum) const
    {
        const auto index = static_cast<std::size_t>(position);
        const auto& component =
            m_mixture->components()[static_cast<std::size_t>(m_order.components[index])];
        const NoisedComponent& noised = components[index];
        auto& [shifted, rotated, means] = scratch.points;
        auto& [logWeight, maximum, keep] = scratch.values;
        shifted = x.matrix().rowwise() - (level.alpha * component.mean).transpose();
        rotated.noalias() = shifted * component.eigenvectors;
        logWeight =
            noised.logNormaliser
            - (rotated.array().square().rowwise() / noised.variance.transpose()).rowwise().sum()
                  / 2;
        rotated.array().rowwise() *= noised.gain.transpose();
        means.noalias() = rotated * component.eigenvectors.transpose();
        means.rowwise() += component.mean.transpose();

        maximum = sum.maximum.max(logWeight);
        keep = (sum.maximum - maximum).exp();
        logWeight = (logWeight - maximum).exp();
        sum.maximum = maximum;
        sum.total = sum.total * keep + logWeight;
        sum.weighted = sum.weighted.colwise() * keep + means.array().colwise() * logWeight;
    }

    /// D_c, D_u and D_c - D_u = (1 - p(c|x)) (D_c - D_o), D_o the mean of the others: no
    /// cancellation where the class has all the weight.
    static void splitInto(Scratch& scratch, MeanSource::Means& means)
    {
        const GroupSum& members = scratch.members;
        const GroupSum& others = scratch.others;
        auto& [conditional, unconditional, difference] = means;
        auto& [memberShare, maximum, otherShare] = scratch.values;
        maximum = members.maximum.max(others.maximum);
        memberShare = (members.maximum - maximum).exp() * members.total;
        otherShare = (others.maximum - maximum).exp() * others.total;
        maximum = memberShare + otherShare;
        memberShare /= maximum;
        otherShare /= maximum;
        conditional = members.weighted.colwise() / members.total;
        difference = others.weighted.colwise() / others.total;
        unconditional = conditional.colwise() * memberShare + difference.colwise() * otherShare;
        difference = (conditional - difference).colwise() * otherShare;
    }

    /// D_u + w (D_c - D_u). Each group has its own maximum, so D_c is exact where the class has no
    /// weight at all.
    static void guide(double w, Scratch& scratch, Block<double>& denoised)
    {
        GroupSum& members = scratch.members;
        GroupSum& others = scratch.others;
        auto& [otherScale, maximum, memberScale] = scratch.values;
        maximum = members.maximum.max(others.maximum);
        memberScale = (members.maximum - maximum).exp();
        otherScale = (others.maximum - maximum).exp();
        others.weighted =
            others.weighted.colwise() * otherScale + members.weighted.colwise() * memberScale;
        others.total = others.total * otherScale + members.total * memberScale;
        denoised = others.weighted.colwise() / others.total;
        denoised += w * (members.weighted.colwise() / members.total - denoised);
    }

    std::shared_ptr<const GaussianMixture> m_mixture;
    std::shared_ptr<const GuidanceRule> m_guidance;
    ComponentOrder m_order;
    std::vector<PathCoefficients> m_levels;
    std::vector<std::vector<NoisedComponent>> m_tables;
    LevelCache<std::vector<NoisedComponent>> m_between;
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
