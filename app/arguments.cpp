// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/arguments.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace scorefield::app {

namespace {

std::vector<Option> allOptions(const CommandSpec& spec)
{
    std::vector<Option> options = spec.options;
    options.push_back({"--quiet", "", "say nothing on stderr but errors"});
    options.push_back({"--help", "", "this text", "-h"});
    return options;
}

const Option* findOption(const std::vector<Option>& options, const std::string& word)
{
    for (const Option& option : options)
        if (option.name == word || (!option.shortName.empty() && option.shortName == word))
            return &option;
    return nullptr;
}

Error unknownOption(const CommandSpec& spec,
                    const std::vector<Option>& options,
                    const std::string& word)
{
    std::vector<std::string> names;
    for (const Option& option : options)
        names.push_back(option.name);
    const std::string near = nearestWord(word, names);
    return {"",
            "unknown option '" + word + "'; "
                + (near.empty() ? "see 'scorefield " + spec.name + " --help'"
                                : "did you mean '" + near + "'?")};
}

bool isOption(const std::string& word)
{
    return word.size() > 1 && word[0] == '-' && !parseNumber(word).ok();
}

} // namespace

Result<Arguments> Arguments::parse(const CommandSpec& spec, const std::vector<std::string>& words)
{
    const std::vector<Option> options = allOptions(spec);
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!isOption(words[i])) {
            arguments.m_positionals.push_back(words[i]);
            continue;
        }
        const auto equals = words[i].starts_with("--") ? words[i].find('=') : std::string::npos;
        const std::string name = words[i].substr(0, equals);
        const Option* option = findOption(options, name);
        if (option == nullptr)
            return unknownOption(spec, options, name);
        std::vector<std::string>& values = arguments.m_values[option->name];
        if (!values.empty() && !option->isRepeatable)
            return Error{"", "the option '" + option->name + "' stands twice"};
        if (option->value.empty()) {
            if (equals != std::string::npos)
                return Error{"", "the option '" + option->name + "' takes no value"};
            values.emplace_back();
        } else if (equals != std::string::npos) {
            values.push_back(words[i].substr(equals + 1));
        } else if (i + 1 < words.size()) {
            values.push_back(words[++i]);
        } else {
            return Error{"", "the option '" + option->name + "' needs a value: " + option->value};
        }
    }
    if (arguments.has("--help"))
        return arguments;
    const std::size_t count = arguments.m_positionals.size();
    if (count < spec.leastPositionals)
        return Error{"",
                     "'" + spec.name + "' needs " + spec.arguments + "; see 'scorefield "
                         + spec.name + " --help'"};
    if (count > spec.mostPositionals)
        return Error{"",
                     "unexpected argument '" + arguments.m_positionals[spec.mostPositionals] + "'"};
    return arguments;
}

std::optional<std::string> Arguments::value(const std::string& option) const
{
    const auto found = m_values.find(option);
    if (found == m_values.end() || found->second.empty())
        return std::nullopt;
    return found->second.back();
}

std::vector<std::string> Arguments::values(const std::string& option) const
{
    const auto found = m_values.find(option);
    return found == m_values.end() ? std::vector<std::string>() : found->second;
}

std::optional<std::string> Arguments::positional(std::size_t index) const
{
    return index < m_positionals.size() ? std::optional(m_positionals[index]) : std::nullopt;
}

Result<double>
Arguments::number(const std::string& option, double minimum, double maximum, double fallback) const
{
    const auto text = value(option);
    if (!text)
        return fallback;
    const auto parsed = parseNumber(*text);
    if (parsed && std::isfinite(*parsed) && *parsed >= minimum && *parsed <= maximum)
        return *parsed;
    return Error{option,
                 "is '" + *text + "', must be a number from " + formatNumber(minimum) + " to "
                     + formatNumber(maximum)};
}

Result<long long> Arguments::wholeNumber(const std::string& option,
                                         long long minimum,
                                         long long maximum,
                                         long long fallback) const
{
    const auto parsed = number(option,
                               static_cast<double>(minimum),
                               static_cast<double>(maximum),
                               static_cast<double>(fallback));
    if (parsed && std::floor(*parsed) == *parsed)
        return static_cast<long long>(*parsed);
    return Error{option,
                 "is '" + value(option).value_or("") + "', must be a whole number from "
                     + std::to_string(minimum) + " to " + std::to_string(maximum)};
}

std::string helpText(const CommandSpec& spec)
{
    std::string text = "scorefield " + spec.name
                       + (spec.arguments.empty() ? "" : " " + spec.arguments) + " [options]\n"
                       + spec.summary + "\n\n";
    constexpr std::size_t column = 30;
    for (const Option& option : allOptions(spec)) {
        std::string left = "  " + (option.shortName.empty() ? "" : option.shortName + ", ")
                           + option.name + (option.value.empty() ? "" : " " + option.value);
        left += left.size() + 2 <= column ? std::string(column - left.size(), ' ')
                                          : "\n" + std::string(column, ' ');
        text += left + option.help + (option.isRepeatable ? " (may be repeated)" : "") + "\n";
    }
    if (!spec.notes.empty())
        text += "\n" + spec.notes + "\n";
    return text;
}

} // namespace scorefield::app
