// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A number that was measured on particles, with what it may be off by.

namespace scorefield {

/// A value and its standard error.
struct Estimate {
    double value = 0, error = 0;
};

} // namespace scorefield
