// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Classes and sets of classes in the files of a mixture.
#include "core/mixture/mixture_spec.h"
#include "core/session/json_document.h"

#include <string>
#include <vector>

namespace scorefield::json {

/// A class by its number or by its name; a name that is new gets the next number when names are
/// open.
int readClass(const Json& value,
              std::vector<std::string>& names,
              bool namesAreOpen,
              const std::string& pointer,
              Problems& problems);
/// [{"name": "odd", "classes": ["1", 3]}], classes by name or number.
std::vector<ClassSet> readSets(const Json& value,
                               const MixtureSpec& mixture,
                               const std::string& pointer,
                               Problems& problems);
Json writeSets(const std::vector<ClassSet>& sets);

} // namespace scorefield::json
