// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>

namespace scorefield::app {

/// What `--version --verbose` says beyond the version: what the program is made of, one part per
/// line with its version, licence and use, and what this machine gave it: kernels and Qt's version
/// at run time. The same list as the SPDX file of an installation (bill_of_materials.cmake).
std::string materialsText();

} // namespace scorefield::app
