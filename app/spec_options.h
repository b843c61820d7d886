// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Options made from the rows of an export: the key "font_size" is --font-size; choices are written
// by their ids, switches as true and false.
#include "app/arguments.h"
#include "core/session/export_table.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield::app {

/// "--font-size" of "font_size".
std::string optionOfKey(std::string_view key);
Option optionOf(const ParameterDescriptor& row);
/// The value that the line gives the row, or `fallback`. Error.path: the option.
Result<double>
optionValue(const Arguments& arguments, const ParameterDescriptor& row, double fallback);

/// The options of all rows but those of the keys `without`.
template <class Spec>
std::vector<Option> specOptions(const std::vector<std::string>& without = {})
{
    std::vector<Option> options;
    for (const SpecRow<Spec>& row : specRows<Spec>())
        if (std::find(without.begin(), without.end(), row.descriptor.key) == without.end())
            options.push_back(optionOf(row.descriptor));
    return options;
}

/// Sets what the line gives; options that the command does not have are never given.
template <class Spec>
Status readSpecOptions(const Arguments& arguments, Spec& spec)
{
    for (const SpecRow<Spec>& row : specRows<Spec>()) {
        double& field = row.field(spec);
        const auto value = optionValue(arguments, row.descriptor, field);
        if (!value)
            return value.error();
        field = *value;
    }
    return success();
}

/// An error of checkSpec in the words of the line: the key of a row becomes its option.
template <class Spec>
Error asOption(const Error& error)
{
    return findSpecRow<Spec>(error.path) != nullptr ? Error{optionOfKey(error.path), error.message}
                                                    : error;
}

} // namespace scorefield::app
