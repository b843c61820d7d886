// SPDX-License-Identifier: GPL-3.0-or-later
// The entry point that libFuzzer calls; SCOREFIELD_FUZZ_READER is one function of readers.h.
#include "tests/trust/fuzz/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    scorefield::fuzz::SCOREFIELD_FUZZ_READER(data, size);
    return 0;
}
