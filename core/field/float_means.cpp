// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/float_means.h"

#include <utility>

namespace scorefield {

namespace {

// Above this the tables of a run (4096 components, 700 levels) are made when needed instead: 256
// MiB.
constexpr std::size_t kTableLimit = std::size_t{256} << 20;

// How many times longer the tree takes for a component that it does weigh.
constexpr double kTreeOverhead = 1.25;

} // namespace

FloatMeans::FloatMeans(std::shared_ptr<const GaussianMixture> mixture,
                       ComponentOrder order,
                       const std::vector<PathCoefficients>& levels)
    : m_mixture(std::move(mixture))
    , m_order(std::move(order))
    , m_tree(m_mixture->componentCount() < kTreeComponents
                 ? nullptr
                 : ComponentTree::create(*m_mixture, m_order))
    , m_kernels(&bestFieldKernels())
    , m_treeKernels(treeKernels(m_kernels->name))
    , m_between(kTableLimit / tableBytes())
{
    if (levels.size() * tableBytes() > kTableLimit)
        return;
    m_levels = levels;
    m_tables.resize(levels.size());
    m_states = std::make_unique<std::atomic<int>[]>(levels.size());
    if (m_tree == nullptr)
        for (std::size_t k = 0; k < levels.size(); ++k)
            if (levels[k].sigma > 0)
                make(k);
}

std::size_t FloatMeans::tableBytes() const
{
    return m_tree != nullptr
               ? m_tree->levelBytes()
               : m_order.components.size() * sizeof(float)
                     * static_cast<std::size_t>(kernelRowSize(m_mixture->dimension()));
}

void FloatMeans::fill(const PathCoefficients& level, Table& table) const
{
    if (m_tree != nullptr) {
        m_tree->fill(level, table.tree);
        const double share = m_tree->expectedShare(*m_treeKernels, level, table.tree);
        table.usesTree = kTreeOverhead * share < 1;
        if (table.usesTree)
            return;
        table.tree = {};
    }
    fillKernelTable(*m_mixture, m_order, level, table.rows);
}

bool FloatMeans::claim(std::size_t k) const
{
    int expected = kEmpty;
    return m_states[k].compare_exchange_strong(expected, kInTheMaking);
}

void FloatMeans::make(std::size_t k) const
{
    try {
        fill(m_levels[k], m_tables[k]);
    } catch (...) {
        m_states[k] = kEmpty;
        m_states[k].notify_all();
        throw;
    }
    m_states[k] = kReady;
    m_states[k].notify_all();
}

/// Blocks come to a level at about the same time: who finds it in the making makes the next one
/// meanwhile.
const FloatMeans::Table& FloatMeans::runTable(std::size_t k) const
{
    while (m_states[k] != kReady) {
        if (claim(k)) {
            make(k);
            break;
        }
        if (k + 1 < m_levels.size() && m_levels[k + 1].sigma > 0 && claim(k + 1))
            make(k + 1);
        m_states[k].wait(kInTheMaking);
    }
    return m_tables[k];
}

const FloatMeans::Table& FloatMeans::tableAt(const PathCoefficients& level) const
{
    if (const int known = findLevel(m_levels, level); known >= 0)
        return runTable(static_cast<std::size_t>(known));
    const Table* between = m_between.find(level, [this](const PathCoefficients& wanted) {
        Table table;
        fill(wanted, table);
        return table;
    });
    if (between != nullptr)
        return *between;
    static thread_local Table scratch;
    fill(level, scratch);
    return scratch;
}

const KernelTable* FloatMeans::rowsAt(const PathCoefficients& level) const
{
    if (m_tree != nullptr)
        return nullptr;
    if (const int known = findLevel(m_levels, level); known >= 0)
        return &runTable(static_cast<std::size_t>(known)).rows;
    const Table* between = m_between.find(level, [this](const PathCoefficients& wanted) {
        Table table;
        fill(wanted, table);
        return table;
    });
    return between != nullptr ? &between->rows : nullptr;
}

void FloatMeans::denoise(const PathCoefficients& level,
                         bool onlyMembers,
                         float weight,
                         const Block<float>& x,
                         Block<float>& denoised) const
{
    const auto n = static_cast<std::size_t>(x.rows());
    const Table& table = tableAt(level);
    if (table.usesTree) {
        m_weighed += m_tree->denoise(
            *m_treeKernels, table.tree, onlyMembers, weight, x.data(), denoised.data(), n, n);
        return;
    }
    KernelMixture mixture = table.rows.mixture();
    if (onlyMembers)
        mixture.others = 0;
    const auto kernel = x.cols() == 2 ? m_kernels->denoise2 : m_kernels->denoise3;
    kernel(mixture, weight, x.data(), denoised.data(), n, n);
    m_weighed += n * static_cast<std::uint64_t>(mixture.members + mixture.others);
}

void FloatMeans::split(const PathCoefficients& level,
                       const Block<float>& x,
                       Block<float>& parts) const
{
    const auto n = static_cast<std::size_t>(x.rows());
    parts.resize(x.rows(), 3 * x.cols());
    const SplitMeans means{parts.data(), parts.data() + x.size(), parts.data() + 2 * x.size()};
    const Table& table = tableAt(level);
    if (table.usesTree) {
        m_weighed += m_tree->split(*m_treeKernels, table.tree, x.data(), means, n, n);
        return;
    }
    const auto kernel = x.cols() == 2 ? m_kernels->split2 : m_kernels->split3;
    kernel(table.rows.mixture(), x.data(), means, n, n);
    m_weighed += n * m_order.components.size();
}

} // namespace scorefield
