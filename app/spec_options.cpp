// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spec_options.h"

#include "core/base/text.h"

namespace scorefield::app {

std::string optionOfKey(std::string_view key)
{
    std::string name = "--" + std::string(key);
    std::replace(name.begin() + 2, name.end(), '_', '-');
    return name;
}

Option optionOf(const ParameterDescriptor& row)
{
    std::string value = "N";
    if (row.type == ParameterType::Boolean)
        value = "true|false";
    else if (row.type == ParameterType::Choice) {
        value.clear();
        for (const ChoiceItem& item : row.choices)
            value += (value.empty() ? "" : "|") + item.id;
    }
    std::string help = row.help;
    if (help.ends_with('.'))
        help.pop_back();
    help += " (" + row.format(row.defaultValue) + (row.unit.empty() ? "" : " " + row.unit) + ")";
    return {optionOfKey(row.key), value, help};
}

Result<double>
optionValue(const Arguments& arguments, const ParameterDescriptor& row, double fallback)
{
    const std::string option = optionOfKey(row.key);
    const auto text = arguments.value(option);
    if (!text)
        return fallback;
    const auto value = row.parse(*text);
    return value ? value : Result<double>(Error{option, value.error().message});
}

} // namespace scorefield::app
