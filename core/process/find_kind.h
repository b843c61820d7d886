// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A Choice against a registry: the kind it names, after its values have been checked against the
// descriptors of that kind.
#include "core/base/parameter.h"
#include "core/base/text.h"

#include <string>
#include <vector>

namespace scorefield {

/// `family` is the word for people ("process"). Error.path is "kind" or the key of the first bad or
/// missing value.
template <class Kind>
Result<const Kind*>
findKind(const std::vector<Kind>& kinds, const Choice& choice, const std::string& family)
{
    std::vector<std::string> ids;
    for (const Kind& kind : kinds) {
        ids.push_back(kind.info.id);
        if (kind.info.id != choice.kind)
            continue;
        for (const ParameterDescriptor& parameter : kind.info.parameters) {
            if (!choice.values.contains(parameter.key))
                return Error{parameter.key,
                             "is missing; the " + family + " '" + choice.kind + "' needs it"};
            if (auto status = parameter.validate(choice.values.at(parameter.key)); !status)
                return status.error();
        }
        if (kind.info.points)
            if (auto status = kind.info.points->validate(choice.points); !status)
                return status.error();
        return &kind;
    }
    const std::string nearest = nearestWord(choice.kind, ids);
    return Error{"kind",
                 "is '" + choice.kind + "', but a " + family + " is " + listOfWords(ids)
                     + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?")};
}

} // namespace scorefield
