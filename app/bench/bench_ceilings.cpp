// SPDX-License-Identifier: GPL-3.0-or-later
// The machine's own ceilings: exponentials in registers, and memory read and written in a row.
#include "app/bench/ceilings.h"
#include "core/field/ceiling.h"
#include "core/field/kernel.h"
#include "core/sampler/state_storage.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace scorefield::app {

namespace {

// More pieces than threads: a thread that the system held up does not hold up the others.
constexpr std::size_t kPieces = 16;

/// Calls piece() kPieces times per thread on all threads; how many calls fit in a second.
double piecesPerSecond(WorkerPool& pool, const std::function<void()>& piece)
{
    const std::size_t pieces = kPieces * pool.threadCount();
    const double seconds =
        secondsOf([&] { pool.parallelFor(pieces, [&](std::size_t) { piece(); }); });
    return static_cast<double>(pieces) / seconds;
}

/// The triad of J. D. McCalpin's STREAM, a = b + s c, in arrays that no cache holds; three
/// arrays of doubles are counted as moved, once each.
class Triad {
public:
    Triad()
    {
        const long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
        const std::size_t least = std::size_t{64} << 20, most = std::size_t{512} << 20;
        const std::size_t bytes =
            std::clamp(4 * static_cast<std::size_t>(std::max(0L, cache)), least, most);
        m_size = bytes / sizeof(double) / kRows * kRows;
        m_a.assign(m_size, 0);
        m_b.assign(m_size, 1);
        m_c.assign(m_size, 2);
    }
    double gigabytes() const { return 3 * sizeof(double) * static_cast<double>(m_size) / 1e9; }
    void run(WorkerPool& pool)
    {
        pool.parallelFor(m_size / kRows, [&](std::size_t block) {
            double* const a = m_a.data() + block * kRows;
            const double* const b = m_b.data() + block * kRows;
            const double* const c = m_c.data() + block * kRows;
            for (std::size_t i = 0; i < kRows; ++i)
                a[i] = b[i] + 3 * c[i];
        });
    }

private:
    static constexpr std::size_t kRows = 1 << 17; ///< a block of 1 MiB per array
    std::size_t m_size;
    std::vector<double> m_a, m_b, m_c;
};

} // namespace

bool isWidest(const std::string& instructionSet)
{
    for (const char* name : {"avx512", "avx2"})
        if (fieldKernels(name) != nullptr)
            return instructionSet == name;
    return true;
}

double newMemoryRate(WorkerPool& pool)
{
    constexpr std::size_t kBytes = std::size_t{256} << 20, kPiece = std::size_t{1} << 20;
    const double seconds = secondsOf([&] {
        const StateBlock block(kBytes); // as the states of a run lie
        char* const memory = static_cast<char*>(block.data());
        pool.parallelFor(kBytes / kPiece, [&](std::size_t piece) {
            std::memset(memory + piece * kPiece, 1, kPiece);
        });
        volatile char last = memory[kBytes - 1]; // or the compiler leaves it all out
        (void)last;
    });
    return static_cast<double>(kBytes) / seconds / 1e9;
}

double expRate(WorkerPool& pool, bool isGeneral)
{
    constexpr std::size_t kRounds = 20000; // a millisecond or so
    const ExpLoop loop = isGeneral ? expLoops().general : expLoops().nonPositive;
    const double pieces = piecesPerSecond(pool, [loop] {
        float values[kCeilingValues];
        for (std::size_t i = 0; i < kCeilingValues; ++i)
            values[i] = -0.05F * static_cast<float>(i);
        loop(values, kRounds);
    });
    return pieces * static_cast<double>(kRounds * kCeilingValues) / 1e9;
}

double normalsRate(WorkerPool& pool)
{
    constexpr std::size_t kParticles = 1024, kCalls = 100;
    constexpr int kDimension = 2;
    const double pieces = piecesPerSecond(pool, [] {
        float even[kDimension * kParticles], odd[kDimension * kParticles];
        for (std::uint32_t call = 0; call < kCalls; ++call)
            bestFieldKernels().normals({.seed = 1,
                                        .stream = 1,
                                        .firstParticle = 0,
                                        .stepPair = call,
                                        .dimension = kDimension,
                                        .n = kParticles,
                                        .stride = kParticles,
                                        .even = even,
                                        .odd = odd});
    });
    return pieces * static_cast<double>(kCalls * kParticles * 2 * kDimension) / 1e9;
}

Result<std::vector<BenchFigure>> benchCeilings(BenchContext& context)
{
    std::vector<double> general, nonPositive;
    expRate(context.pool, true);
    for (int i = 0; i < std::max(1, context.repetitions); ++i) {
        general.push_back(expRate(context.pool, true));
        nonPositive.push_back(expRate(context.pool, false));
    }
    std::vector<BenchFigure> figures = {
        figureOf("exp, float", "G exp/s", general),
        figureOf("2^x, x ≤ 0, as the kernels do it", "G exp/s", nonPositive)};
    figures[0].note = "every float: the vector exp of xsimd, eight vectors in registers, all "
                      "threads; the exp ceiling that other cases are compared with";
    figures[1].note =
        "log-weights are kept to base 2 and never positive: no factor, no ends of the range";
    context.expThroughput = figures[0].median;
    if (!isWidest(context.instructionSet))
        return figures;
    Triad triad;
    const auto seconds = repeatedSeconds(context, [&] { triad.run(context.pool); });
    figures.push_back(figureOf("stream bandwidth", "GB/s", ratesOf(triad.gigabytes(), seconds)));
    figures.back().note = "triad a = b + s c over doubles far beyond the caches, all threads; 24 "
                          "bytes counted per element";
    std::vector<double> fresh;
    for (int i = 0; i < std::max(1, context.repetitions); ++i)
        fresh.push_back(newMemoryRate(context.pool));
    figures.push_back(figureOf("memory new to the process", "GB/s", fresh));
    figures.back().note =
        "written once, in huge pages if the system has some, all threads: it clears "
        "every page first";
    return figures;
}

} // namespace scorefield::app
