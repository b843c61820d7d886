// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/affine_run.h"

#include "core/field/kernel_field.h"

namespace scorefield {

std::unique_ptr<const AffineRun> AffineRun::create(const ScoreField<float>& field,
                                                   const Stepper<float>& stepper,
                                                   int steps,
                                                   const std::function<StepFacts(int)>& facts)
{
    const KernelField* rows = field.kernelField();
    if (rows == nullptr)
        return nullptr;
    auto run = std::make_unique<AffineRun>();
    const FieldKernels& kernels = bestFieldKernels();
    run->m_kernel = field.dimension() == 2 ? kernels.affine2 : kernels.affine3;
    for (int k = 0; k < steps; ++k) {
        const StepFacts of = facts(k);
        const auto step = stepper.affine(of);
        if (!step)
            return nullptr;
        run->m_begin.push_back(run->m_stages.size());
        for (int i = 0; i < step->count; ++i) {
            const AffineStage& stage = step->stages[i];
            if (!(stage.level.sigma > 0))
                return nullptr;
            const auto at = rows->rowsAt(stage.level);
            if (!at)
                return nullptr;
            const bool keeps = stage.kept != 0 || stage.keepState != 0 || stage.keepDenoised != 0;
            run->m_stages.push_back({at->mixture,
                                     at->weight,
                                     {static_cast<float>(stage.state),
                                      static_cast<float>(stage.denoised),
                                      static_cast<float>(stage.noise),
                                      static_cast<float>(stage.kept),
                                      static_cast<float>(stage.keepState),
                                      static_cast<float>(stage.keepDenoised)},
                                     keeps,
                                     of.from.sigmaTilde(),
                                     of.to.sigmaTilde()});
        }
    }
    run->m_begin.push_back(run->m_stages.size());
    return run;
}

void AffineRun::take(int step,
                     NoiseSource<float>& noise,
                     AffineBlock& block,
                     const StateRows& states) const
{
    Block<float>& x = block.x;
    const auto k = static_cast<std::size_t>(step);
    const auto n = static_cast<std::size_t>(x.rows());
    for (std::size_t i = m_begin[k]; i < m_begin[k + 1]; ++i) {
        const Stage& stage = m_stages[i];
        AffineArrays arrays{.x = x.data(), .out = x.data(), .n = n, .stride = n};
        if (stage.update.noise > 0)
            arrays.z = noise.draw(stage.high, stage.low, block.drawn).data();
        if (stage.keeps)
            arrays.keep = block.keep.data();
        if (i + 1 == m_begin[k + 1]) {
            arrays.stored = states.first;
            arrays.storedCount = states.count;
            arrays.storedStride = states.stride;
            arrays.stream = states.stream;
        }
        m_kernel(stage.mixture, stage.weight, stage.update, arrays);
    }
}

} // namespace scorefield
