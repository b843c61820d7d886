// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Memory for the states of a run: not cleared, because every number is written by the thread that
// computes it; large runs lie in huge pages, for 100 000 particles spend most of their time in page
// faults otherwise.
#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace scorefield {

template <class Real>
struct StateAllocator {
    using value_type = Real;
    static constexpr std::size_t kHugePage = std::size_t{2} << 20;

    StateAllocator() = default;
    template <class Other>
    StateAllocator(const StateAllocator<Other>&) // NOLINT(google-explicit-constructor): the
                                                 // allocator requirements
    {
    }

    Real* allocate(std::size_t count)
    {
        const std::size_t bytes = count * sizeof(Real);
        const std::size_t alignment = bytes >= 2 * kHugePage ? kHugePage : 64;
        const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
        void* memory = std::aligned_alloc(alignment, rounded);
        if (memory == nullptr)
            throw std::bad_alloc();
#ifdef __linux__
        if (alignment == kHugePage)
            madvise(
                memory, rounded, MADV_HUGEPAGE); // a wish: without it the run is slower, not wrong
#endif
        return static_cast<Real*>(memory);
    }
    void deallocate(Real* memory, std::size_t)
    {
        std::free(memory);
    }

    template <class T>
    void construct(T* place) // what resize() calls: leaves the number unset
    {
        ::new (static_cast<void*>(place)) T;
    }
    template <class T, class... Arguments>
    void construct(T* place, Arguments&&... arguments)
    {
        ::new (static_cast<void*>(place)) T(static_cast<Arguments&&>(arguments)...);
    }

    bool operator==(const StateAllocator&) const
    {
        return true;
    }
};

template <class Real>
using StateVector = std::vector<Real, StateAllocator<Real>>;

} // namespace scorefield
