// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/find_kind.h"
#include "core/sampler/stepper.h"

namespace scorefield {

// One line per sampler; each is defined in the file of its name.
SamplerKind eulerSampler();
SamplerKind eulerMaruyamaSampler();
SamplerKind heunSampler();
SamplerKind ddimSampler();

const std::vector<SamplerKind>& samplerKinds()
{
    static const std::vector<SamplerKind> kinds{
        eulerSampler(), eulerMaruyamaSampler(), heunSampler(), ddimSampler()};
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
