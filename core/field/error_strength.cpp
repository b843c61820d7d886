// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/error_strength.h"

#include "core/process/find_kind.h"

namespace scorefield {

std::vector<std::string> strengthParameters(const std::string& kind)
{
    // One line per error whose score is exact at 0; a test asks every registered one.
    static const std::vector<std::pair<std::string, std::vector<std::string>>> known{
        {"score-smoothing", {"width"}},
        {"density-smoothing", {"width"}},
        {"sigma-cfdm", {"width"}},
        {"kernel-smoothed", {"first", "second"}},
        {"piecewise-linear", {"onset"}},
        {"low-pass", {"wavelength"}},
        {"gain", {"gain"}},
        {"lag", {"lag"}},
        {"constant", {"x", "y"}},
        {"rotation", {"turn"}},
        {"noise", {"amplitude"}},
        {"gaussian", {"share"}}};
    for (const auto& [id, keys] : known)
        if (id == kind)
            return keys;
    return {};
}

Result<Choice> scaledError(const Choice& choice, double share)
{
    const auto kind = findKind(scoreErrorKinds(), choice, "score error");
    if (!kind)
        return kind.error();
    const std::vector<std::string> keys = strengthParameters(choice.kind);
    if (keys.empty())
        return Error{
            "kind",
            "is " + (*kind)->info.label
                + ", which has no parameter that makes it smaller down to the exact score"};
    Choice scaled = choice;
    for (const ParameterDescriptor& row : (*kind)->info.parameters)
        for (const std::string& key : keys) {
            if (row.key != key)
                continue;
            const double value = share * choice.values.at(key);
            if (auto valid = row.validate(value); !valid)
                return valid.error();
            scaled.values.set(key, value);
        }
    return scaled;
}

} // namespace scorefield
