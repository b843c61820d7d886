// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/system.h"

#include <cstdlib>
#include <system_error>

namespace scorefield {

std::string systemReason(int code)
{
    return std::error_code(code, std::generic_category()).message();
}

const char* environmentVariable(const char* name)
{
    return std::getenv(name); // NOLINT(concurrency-mt-unsafe): see the header
}

} // namespace scorefield
