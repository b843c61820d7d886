// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/component_tree.h"

#include "core/field/spatial_order.h"
#include "core/field/tree_of_group.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace scorefield {

namespace {

// What a Gaussian that stands for others may change a posterior mean by, of the data's scale: of
// the size of what single precision does.
constexpr double kTolerance = 6e-7;
// Of the sum of all terms: those that are left out together, at most.
constexpr double kLeftOut = 3e-7;

/// A little more, or less, than a number of this size: bounds hold for what float arithmetic makes
/// of the log-weights, a few roundings of 6e-8 each.
constexpr double kMore = 1 + 2e-6;
constexpr double kLog2E = 1.4426950408889634;

template <int D>
class Tree final : public ComponentTree {
public:
    Tree(const GaussianMixture& mixture, const ComponentOrder& order)
        : ComponentTree(D, static_cast<float>(std::log2(mixture.componentCount() / kLeftOut)))
        , m_shared(rowLevel(mixture, dataExtent(mixture), {0, 1, 1, 0, 0}))
        , m_extent(dataExtent(mixture))
        , m_tolerance(kTolerance * mixture.scale())
    {
        for (std::size_t i = 0; i < order.components.size(); ++i) {
            const auto k = static_cast<std::size_t>(order.components[i]);
            const bool isMember = i < static_cast<std::size_t>(order.members);
            (isMember ? m_members : m_others).components.emplace_back(mixture.components()[k]);
        }
        m_even = isEven(m_members) && isEven(m_others)
                 && (m_others.components.empty()
                     || m_others.components.front().l[0] == m_members.components.front().l[0]);
        m_members.build(m_memberLinks);
        m_others.build(m_otherLinks);
    }

    std::size_t levelBytes() const override
    {
        return sizeof(float)
               * ((m_members.components.size() + m_others.components.size()) * kRow
                  + (m_members.nodes.size() + m_others.nodes.size()) * At::kSize);
    }

    void fill(const PathCoefficients& coefficients, Level& level) const override
    {
        RowLevel shared = m_shared;
        shared.alpha = coefficients.alpha;
        shared.sigma = coefficients.sigma;
        shared.centred = level.centred = coefficients.alpha * m_extent > coefficients.sigma;
        level.even = m_even && shared.centred;
        const double l = m_members.components.empty() ? 0 : m_members.components.front().l[0];
        level.gain = static_cast<float>(
            shared.alpha * l / (shared.alpha * shared.alpha * l + shared.sigma * shared.sigma));
        level.membersShare =
            fillGroup(m_members, m_memberLinks, shared, level.memberNodes, level.memberRows);
        level.othersShare =
            fillGroup(m_others, m_otherLinks, shared, level.otherNodes, level.otherRows);
    }

    std::size_t componentCount() const override
    {
        return m_members.components.size() + m_others.components.size();
    }
    const double* meanOf(std::size_t i) const override
    {
        const std::size_t members = m_members.components.size();
        return (i < members ? m_members.components[i] : m_others.components[i - members]).mean;
    }

private:
    static constexpr std::size_t kRow = kernelRowSize(D);
    using At = TreeNodeLayout<D>;

    static bool isEven(const TreeOfGroup<D>& group)
    {
        const auto& all = group.components;
        return std::all_of(all.begin(), all.end(), [&](const RowSource<D>& component) {
            return component.l[0] == component.l[D - 1] && component.l[0] == all.front().l[0];
        });
    }

    /// As the kernels read it: with log-weights to base 2, and in the form of even mixtures.
    static float*
    writeRow(const RowSource<D>& component, const RowLevel& level, bool even, float* out)
    {
        constexpr int kTriangle = D * (D + 1) / 2;
        double row[kRow];
        writeNoisedRow(component, level, row);
        double *centre = row + 1, *A = centre + D, *mean = A + kTriangle;
        row[0] *= kLog2E;
        for (int i = 0; i < kTriangle; ++i)
            A[i] *= level.centred ? std::sqrt(kLog2E) : kLog2E;
        for (int i = 0; i < D && !level.centred; ++i)
            centre[i] *= kLog2E;
        if (even) {
            const double gain = mean[D];
            for (int i = 0; i < D; ++i)
                mean[i] -= gain * centre[i];
            A[0] *= A[0];
        }
        return std::transform(
            row, row + kRow, out, [](double value) { return static_cast<float>(value); });
    }

    /// Whether there is a node that can stand for its components by its share.
    bool fillGroup(const TreeOfGroup<D>& group,
                   const std::vector<TreeLink>& links,
                   const RowLevel& level,
                   std::vector<float>& nodes,
                   std::vector<float>& rows) const
    {
        rows.resize(group.components.size() * kRow);
        float* row = rows.data();
        for (const RowSource<D>& component : group.components)
            row = writeRow(component, level, m_even && level.centred, row);
        nodes.resize(group.nodes.size() * At::kSize);
        bool shares = false;
        // Children come after their parents: what bounds a node from theirs.
        std::vector<Bound> bounds(group.nodes.size());
        for (std::size_t i = group.nodes.size(); i-- > 0;) {
            const TreeLink& link = links[i];
            Bound& bound = bounds[i];
            if (link.count == 0) {
                const Bound &left = bounds[i + 1],
                            &right = bounds[static_cast<std::size_t>(links[i + 1].skip)];
                bound = {std::max(left.constant, right.constant), left.count + right.count};
            } else {
                bound = {rows[static_cast<std::size_t>(link.first) * kRow], link.count};
                for (int k = link.first + 1; k < link.first + link.count; ++k)
                    bound.constant =
                        std::max(bound.constant, rows[static_cast<std::size_t>(k) * kRow]);
            }
            float* node = nodes.data() + i * At::kSize;
            fillNode(group.nodes[i], level, bound, node);
            shares = shares || (node[At::kFar] > 0 && node[At::kNeed] < m_threshold);
        }
        return shares && level.centred;
    }

    /// The largest constant of the components, and how many there are.
    struct Bound {
        float constant = 0;
        int count = 0;
    };

    void fillNode(const NodeMoments<D>& node,
                  const RowLevel& level,
                  const Bound& bound,
                  float* out) const
    {
        const double alpha = level.alpha, sigma = level.sigma;
        for (int i = 0; i < D; ++i)
            out[i] = static_cast<float>(alpha * node.gaussian.mean[i]);
        for (int i = 0; i < D; ++i) {
            // also the rounding of the centre and of the components' own
            const double rounding = 2e-7 * alpha * (std::abs(node.gaussian.mean[i]) + node.half[i]);
            out[At::kHalf + i] = static_cast<float>(alpha * node.half[i] * kMore + rounding);
        }
        writeRow(node.gaussian, level, false, out + At::kRow);
        fillBounds(node, level, bound, out);
        const double reach = node.same ? 1e9 * (sigma + alpha * m_extent)
                                       : node.reach(alpha, sigma, m_extent, m_tolerance);
        out[At::kReach] = squareOf(reach);
        out[At::kNeed] = out[At::kSlope] = 0;
        out[At::kFar] = -1;
        if (node.same || !level.centred)
            return;
        const auto share = node.share(alpha, sigma, m_extent, m_tolerance);
        out[At::kNeed] = static_cast<float>(share.need);
        out[At::kSlope] = static_cast<float>(share.slope);
        out[At::kFar] = squareOf(share.far);
    }

    /// Of what the components weigh together; 0.05 is rounding of a constant.
    void fillBounds(const NodeMoments<D>& node,
                    const RowLevel& level,
                    const Bound& bound,
                    float* out) const
    {
        const double alpha2 = level.alpha * level.alpha, sigma2 = level.sigma * level.sigma;
        const auto precision = [&](double variance) {
            return 1 / std::sqrt(2 * (alpha2 * variance + sigma2));
        };
        // A Gaussian that stands for several weighs at most as much as all of them.
        out[At::kBound] = static_cast<float>(static_cast<double>(bound.constant)
                                             + std::log2(static_cast<double>(bound.count)) + .05);
        // |A y| >= decay^1/2 |y| also where A is rounded
        const double least = precision(node.widest) - 1e-6 * precision(node.narrowest);
        out[At::kDecay] = static_cast<float>(least > 0 ? kLog2E * least * least / kMore : 0);
        // Jensen: the logarithm of the sum is at least the weighted mean of all log-weights over
        // their shares, whose quadratics have the mean |x - alpha m|^2 + alpha^2 scatter.
        const double most = precision(node.narrowest);
        const double fall = kLog2E * most * most * (1 + 1e-5);
        double ratio = 1; // of determinants
        for (int a = 0; a < D; ++a)
            ratio *= (alpha2 * node.gaussian.l[a] + sigma2) / (alpha2 * node.widest + sigma2);
        out[At::kFall] = static_cast<float>(fall);
        out[At::kLeast] =
            static_cast<float>(static_cast<double>(out[At::kRow]) + std::log2(ratio) / 2
                               - fall * alpha2 * node.scatter - .05);
    }

    static float squareOf(double reach)
    {
        return static_cast<float>(reach >= 0 ? std::min(reach * reach, 1e30) : -1);
    }

    RowLevel m_shared; // but for what depends on the level
    double m_extent, m_tolerance;
    float m_bits;        ///< thresholdOf the mixture
    bool m_even = false; // all components have the same covariance s^2 I
    TreeOfGroup<D> m_members, m_others;
};

} // namespace

std::unique_ptr<const ComponentTree> ComponentTree::create(const GaussianMixture& mixture,
                                                           const ComponentOrder& order)
{
    if (mixture.dimension() == 2)
        return std::make_unique<Tree<2>>(mixture, order);
    return std::make_unique<Tree<3>>(mixture, order);
}

/// What a thread keeps between calls, so that a run does not allocate.
struct ComponentTree::Scratch {
    SpatialOrder order;
    std::vector<float> points, means, logWeights;
    std::vector<TreeTerm> terms;
};

ComponentTree::Scratch& ComponentTree::scratch()
{
    static thread_local Scratch scratch;
    return scratch;
}

TreeMixture ComponentTree::at(const Level& level, bool onlyMembers) const
{
    TreeMixture mixture;
    mixture.members = {m_memberLinks.data(),
                       level.memberNodes.data(),
                       level.memberRows.data(),
                       static_cast<int>(m_memberLinks.size())};
    if (!onlyMembers)
        mixture.others = {m_otherLinks.data(),
                          level.otherNodes.data(),
                          level.otherRows.data(),
                          static_cast<int>(m_otherLinks.size())};
    mixture.centred = level.centred;
    mixture.even = level.even;
    mixture.members.gain = mixture.others.gain = level.gain;
    mixture.members.shares = level.membersShare;
    mixture.others.shares = level.othersShare;
    mixture.threshold = m_threshold;
    return mixture;
}

std::uint64_t ComponentTree::denoise(const TreeKernels& kernels,
                                     const Level& level,
                                     bool onlyMembers,
                                     float weight,
                                     const float* x,
                                     float* denoised,
                                     std::size_t n,
                                     std::size_t stride) const
{
    const TreeMixture mixture = at(level, onlyMembers);
    return evaluate(kernels,
                    {&mixture, false, weight, x, {denoised, nullptr, nullptr}, n, stride, {}});
}

std::uint64_t ComponentTree::split(const TreeKernels& kernels,
                                   const Level& level,
                                   const float* x,
                                   const SplitMeans& means,
                                   std::size_t n,
                                   std::size_t stride) const
{
    const TreeMixture mixture = at(level, false);
    return evaluate(kernels,
                    {&mixture,
                     true,
                     1,
                     x,
                     {means.conditional, means.unconditional, means.difference},
                     n,
                     stride,
                     {}});
}

double ComponentTree::expectedShare(const TreeKernels& kernels,
                                    const PathCoefficients& coefficients,
                                    const Level& level) const
{
    // Two groups of particles as near to each other as those of a block of a few thousand are.
    constexpr std::size_t kGroups = 2, kPoints = kGroups * kTreeGroupWidth;
    const std::size_t count = componentCount();
    float x[3 * kPoints], means[3 * kPoints];
    for (std::size_t p = 0; p < kPoints; ++p) {
        const std::size_t group = p / kTreeGroupWidth, place = p % kTreeGroupWidth;
        const std::size_t k =
            std::min(count - 1, (2 * group + 1) * count / (2 * kGroups) + place * count / 2048);
        for (int i = 0; i < m_dimension; ++i)
            x[static_cast<std::size_t>(i) * kPoints + p] = static_cast<float>(
                coefficients.alpha * meanOf(k)[i] + (group == 0 ? .7 : -.7) * coefficients.sigma);
    }
    const std::uint64_t weighed = denoise(kernels, level, false, 1, x, means, kPoints, kPoints);
    return static_cast<double>(weighed) / static_cast<double>(kPoints * count);
}

/// Gathers the points in an order in which neighbours are near each other, and takes their means
/// back where they belong.
std::uint64_t ComponentTree::evaluate(const TreeKernels& kernels, TreeRequest request) const
{
    if (request.n == 0)
        return 0;
    Scratch& own = scratch();
    const std::size_t n = request.n, d = static_cast<std::size_t>(m_dimension),
                      from = request.stride;
    const auto& order = own.order.of(request.x, n, from, m_dimension);
    const std::size_t padded = (n + kTreeGroupWidth - 1) / kTreeGroupWidth * kTreeGroupWidth;
    const std::size_t outputs = request.split ? 3 : 1;
    own.points.resize(padded * d);
    own.means.resize(padded * d * outputs);
    const std::size_t capacity =
        m_memberLinks.size() + m_otherLinks.size() + componentCount(); // more than one group needs
    own.terms.resize(capacity);
    own.logWeights.resize(capacity * kTreeGroupWidth);
    for (std::size_t i = 0; i < d; ++i) {
        float* to = own.points.data() + i * padded;
        const float* values = request.x + i * from;
        for (std::size_t p = 0; p < n; ++p)
            to[p] = values[order[p]];
        std::fill(to + n, to + padded, to[n - 1]);
    }
    float* const results[3] = {request.out[0], request.out[1], request.out[2]};
    request.x = own.points.data();
    for (std::size_t part = 0; part < outputs; ++part)
        request.out[part] = own.means.data() + part * padded * d;
    request.n = request.stride = padded;
    request.scratch = {own.terms.data(), own.logWeights.data()};
    const std::uint64_t weighed = (d == 2 ? kernels.denoise2 : kernels.denoise3)(request);
    for (std::size_t part = 0; part < outputs; ++part)
        for (std::size_t i = 0; i < d; ++i) {
            const float* values = request.out[part] + i * padded;
            for (std::size_t p = 0; p < n; ++p)
                results[part][i * from + order[p]] = values[p];
        }
    return weighed;
}

const TreeKernels* treeKernels(const char* instructionSet)
{
    const FieldKernels* known = fieldKernels(instructionSet); // knows what this machine has
    if (known == nullptr)
        return nullptr;
    for (const TreeKernels* kernels : {&kAvx512TreeKernels, &kAvx2TreeKernels})
        if (std::string_view(known->name) == kernels->name)
            return kernels;
    return &kSse2TreeKernels;
}

} // namespace scorefield
