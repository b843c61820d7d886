// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/noise_tape.h"

#include "core/base/npy.h"

namespace scorefield {

Result<std::shared_ptr<const NoiseTape>> loadNoiseTape(const std::filesystem::path& path)
{
    auto array = readNpy(path);
    if (!array)
        return array.error();
    if (array->shape.size() != 3 || array->values.empty())
        return Error{path.string(),
                     "must be an array of normals [calls, particles, dimension] with three "
                     "dimensions and no empty one, has "
                         + std::to_string(array->shape.size()) + " dimensions and "
                         + std::to_string(array->values.size()) + " numbers"};
    auto tape = std::make_shared<NoiseTape>();
    tape->calls = array->shape[0];
    tape->particles = array->shape[1];
    tape->dimension = array->shape[2];
    tape->values = std::move(array->values);
    return std::shared_ptr<const NoiseTape>(std::move(tape));
}

} // namespace scorefield
