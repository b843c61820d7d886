// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/find_kind.h"
#include "core/sampler/stepper.h"

namespace scorefield {

// One line per sampler; each is defined in the file of its name.
SamplerKind eulerSampler();
SamplerKind eulerMaruyamaSampler();
SamplerKind heunSampler();
SamplerKind heunSdeSampler();
SamplerKind ddimSampler();
SamplerKind ddpmSampler();
SamplerKind ancestralEulerSampler();
SamplerKind ancestralDpm2Sampler();
SamplerKind renoiseSampler();
SamplerKind consistencySampler();
SamplerKind exponentialSampler();
SamplerKind dpmppSdeSampler();
SamplerKind dpmpp2mSdeSampler();
SamplerKind dpmpp3mSdeSampler();
SamplerKind langevinSampler();
SamplerKind rk4Sampler();
SamplerKind rk45Sampler();
SamplerKind edmSampler();
SamplerKind dpm2Sampler();
SamplerKind dpmFastSampler();
SamplerKind dpmAdaptiveSampler();
SamplerKind lmsSampler();
SamplerKind deisSampler();
SamplerKind unipcSampler();
SamplerKind dpmpp1sSampler();
SamplerKind dpmpp2sSampler();
SamplerKind dpmpp2mSampler();
SamplerKind dpmpp3mSampler();

const std::vector<SamplerKind>& samplerKinds()
{
    static const std::vector<SamplerKind> kinds{
        eulerSampler(),
        eulerMaruyamaSampler(),
        heunSampler(),
        heunSdeSampler(),
        ddimSampler(),
        ddpmSampler(),
        ancestralEulerSampler(),
        ancestralDpm2Sampler(),
        renoiseSampler(),
        consistencySampler(),
        exponentialSampler(),
        dpmppSdeSampler(),
        dpmpp2mSdeSampler(),
        dpmpp3mSdeSampler(),
        langevinSampler(),
        rk4Sampler(),
        rk45Sampler(),
        edmSampler(),
        dpm2Sampler(),
        dpmFastSampler(),
        dpmAdaptiveSampler(),
        lmsSampler(),
        deisSampler(),
        unipcSampler(),
        dpmpp1sSampler(),
        dpmpp2sSampler(),
        dpmpp2mSampler(),
        dpmpp3mSampler(),
    };
    return kinds;
}

Result<const SamplerKind*> findSampler(const Choice& choice)
{
    return findKind(samplerKinds(), choice, "sampler");
}

int samplerOrder(const SamplerKind& kind, const ParameterValues& values)
{
    return kind.orderOf != nullptr ? kind.orderOf(values) : kind.order;
}

int samplerEvaluations(const SamplerKind& kind, const ParameterValues& values)
{
    return kind.evaluationsOf != nullptr ? kind.evaluationsOf(values) : kind.evaluationsPerStep;
}

} // namespace scorefield
