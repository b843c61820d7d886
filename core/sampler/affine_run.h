// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The steps of a run as updates of the float kernels, each one pass over the particles: possible
// where every step of the sampler is affine (core/sampler/stepper.h) and the field is nothing but
// rows of the kernels.
#include "core/field/kernel.h"
#include "core/sampler/noise_source.h"
#include "core/sampler/stepper.h"

#include <functional>
#include <memory>
#include <vector>

namespace scorefield {

/// Where the states of a block go, besides into x.
struct StateRows {
    float* first = nullptr; ///< of the block's particles, coordinate 0; null: they are not kept
    std::size_t count = 0;  ///< of particles
    std::size_t stride = 0; ///< from one coordinate to the next
    bool stream = false;    ///< past the cache: nobody reads them soon
};

/// A block of particles, and the memory that its steps need.
struct AffineBlock {
    Block<float> x, keep, drawn;

    void begin(Eigen::Index rows, Eigen::Index dimension)
    {
        x.resize(rows, dimension);
        keep.setZero(rows, dimension);
        drawn.resize(rows, dimension);
    }
};

class AffineRun {
public:
    /// Null where the run is not of this kind. `field` must outlive it.
    static std::unique_ptr<const AffineRun> create(const ScoreField<float>& field,
                                                   const Stepper<float>& stepper,
                                                   int steps,
                                                   const std::function<StepFacts(int)>& facts);

    /// Step `step` of a block. Does not look whether the numbers are finite.
    void
    take(int step, NoiseSource<float>& noise, AffineBlock& block, const StateRows& states) const;
    /// Of the field, per particle.
    int evaluations() const { return static_cast<int>(m_stages.size()); }

private:
    struct Stage {
        KernelMixture mixture;
        float weight;
        AffineUpdate update;
        bool keeps;       ///< reads or writes what is kept
        double high, low; ///< noise levels of the step, for its normals
    };

    AffineKernel m_kernel = nullptr;
    std::vector<Stage> m_stages;
    std::vector<std::size_t> m_begin; ///< [K+1] first stage of each step
};

} // namespace scorefield
