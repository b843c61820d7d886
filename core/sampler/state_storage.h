// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Memory for the states of a run. It is not cleared, because every number is written by the thread
// that computes it; large runs lie in huge pages, for 100 000 particles spend most of their time in
// page faults otherwise. Copies of a StateVector share their numbers until one of them is written
// to, and a StateMemory keeps what earlier runs no longer need for the next one.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace scorefield {

/// Raw memory, in huge pages where it is worth it.
class StateBlock {
public:
    static constexpr std::size_t kHugePage = std::size_t{2} << 20;

    StateBlock() = default;
    /// Throws std::bad_alloc.
    explicit StateBlock(std::size_t bytes)
    {
        const std::size_t alignment = bytes >= 2 * kHugePage ? kHugePage : 64;
        m_bytes = (bytes + alignment - 1) / alignment * alignment;
        m_memory.reset(std::aligned_alloc(alignment, m_bytes));
        if (!m_memory)
            throw std::bad_alloc();
#ifdef __linux__
        if (alignment == kHugePage)
            madvise(m_memory.get(),
                    m_bytes,
                    MADV_HUGEPAGE); // a wish: without it the run is slower, not wrong
#endif
    }

    void* data() const
    {
        return m_memory.get();
    }
    std::size_t bytes() const
    {
        return m_bytes;
    }

private:
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };
    std::unique_ptr<void, Free> m_memory;
    std::size_t m_bytes = 0;
};

/// Blocks that runs gave back: a run of the same size takes one of them instead of fresh memory,
/// whose pages the system would have to clear. Thread-safe. Blocks in use keep it alive.
class StateMemory {
public:
    /// A free block of this size (up to an eighth larger), or a fresh one; free blocks of other
    /// sizes go, since runs of their size are over. Throws std::bad_alloc.
    StateBlock take(std::size_t bytes)
    {
        {
            const std::lock_guard lock(m_mutex);
            const auto fits = [bytes](const StateBlock& block) {
                return block.bytes() >= bytes
                       && block.bytes() <= bytes + bytes / 8 + 2 * StateBlock::kHugePage;
            };
            const auto found = std::find_if(m_free.begin(), m_free.end(), fits);
            if (found != m_free.end()) {
                StateBlock block = std::move(*found);
                m_free.erase(found);
                return block;
            }
            m_free.clear();
        }
        return StateBlock(bytes);
    }
    void give(StateBlock block)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(block));
    }
    /// Returns what is free to the system.
    void trim()
    {
        const std::lock_guard lock(m_mutex);
        m_free.clear();
    }
    std::size_t freeBytes() const
    {
        const std::lock_guard lock(m_mutex);
        std::size_t bytes = 0;
        for (const StateBlock& block : m_free)
            bytes += block.bytes();
        return bytes;
    }

private:
    mutable std::mutex m_mutex;
    std::vector<StateBlock> m_free;
};

/// A vector whose resize() leaves new numbers unset and whose copies are shared until written to.
template <class Real>
class StateVector {
public:
    using value_type = Real;

    StateVector() = default;
    /// `memory`: where its numbers lie and go back to; null: fresh memory. Throws std::bad_alloc.
    explicit StateVector(std::size_t count, std::shared_ptr<StateMemory> memory = nullptr)
        : m_block(makeBlock(count, std::move(memory)))
        , m_size(count)
    {
    }

    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    const Real* data() const
    {
        return m_block ? static_cast<const Real*>(m_block->data()) : nullptr;
    }
    Real* data()
    {
        if (m_block && m_block.use_count() > 1)
            *this = copy(m_size);
        return m_block ? static_cast<Real*>(m_block->data()) : nullptr;
    }
    const Real* begin() const { return data(); }
    const Real* end() const { return data() + m_size; }
    Real* begin() { return data(); }
    Real* end() { return data() + m_size; }
    const Real& operator[](std::size_t i) const { return data()[i]; }
    Real& operator[](std::size_t i) { return data()[i]; }

    void resize(std::size_t count)
    {
        if (!m_block || count * sizeof(Real) > m_block->bytes())
            *this = copy(count);
        m_size = count;
    }
    void assign(std::size_t count, Real value)
    {
        *this = StateVector(count);
        std::fill(begin(), end(), value);
    }

    bool operator==(const StateVector& other) const
    {
        return std::equal(begin(), end(), other.begin(), other.end());
    }

private:
    static std::shared_ptr<StateBlock> makeBlock(std::size_t count,
                                                 std::shared_ptr<StateMemory> memory)
    {
        const std::size_t bytes = std::max<std::size_t>(1, count * sizeof(Real));
        if (!memory)
            return std::make_shared<StateBlock>(bytes);
        auto block = std::make_unique<StateBlock>(memory->take(bytes));
        return {block.release(), [memory = std::move(memory)](StateBlock* used) {
                    memory->give(std::move(*used));
                    delete used;
                }};
    }
    /// The first numbers, in memory of its own with room for `count`.
    StateVector copy(std::size_t count) const
    {
        StateVector result(count);
        if (m_block)
            std::copy_n(std::as_const(*this).data(),
                        std::min(count, m_size),
                        static_cast<Real*>(result.m_block->data()));
        return result;
    }

    std::shared_ptr<StateBlock> m_block;
    std::size_t m_size = 0;
};

} // namespace scorefield
