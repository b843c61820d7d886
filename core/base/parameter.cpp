// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parameter.h"

#include "core/base/text.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace scorefield {

namespace {

std::vector<std::string> choiceIds(const ParameterDescriptor& descriptor)
{
    std::vector<std::string> ids;
    for (const ChoiceItem& item : descriptor.choices)
        ids.push_back(item.id);
    return ids;
}

std::string rangeText(const ParameterDescriptor& descriptor)
{
    if (descriptor.type == ParameterType::Boolean)
        return "true or false";
    if (descriptor.type == ParameterType::Choice)
        return listOfWords(choiceIds(descriptor));
    const std::string kind =
        descriptor.type == ParameterType::Integer ? "a whole number from " : "a number from ";
    return kind + formatNumber(descriptor.minimum) + " to " + formatNumber(descriptor.maximum);
}

/// Bounds of the stored number: those of a Boolean and a Choice follow from the type.
std::pair<double, double> bounds(const ParameterDescriptor& descriptor)
{
    if (descriptor.type == ParameterType::Boolean)
        return {0, 1};
    if (descriptor.type == ParameterType::Choice)
        return {0, static_cast<double>(descriptor.choices.size()) - 1};
    return {descriptor.minimum, descriptor.maximum};
}

} // namespace

Status ParameterDescriptor::validate(double value) const
{
    const auto [low, high] = bounds(*this);
    const bool whole = type == ParameterType::Real || std::floor(value) == value;
    if (std::isfinite(value) && value >= low && value <= high && whole)
        return success();
    return Error{key, "is " + formatNumber(value) + ", must be " + rangeText(*this)};
}

Result<double> ParameterDescriptor::parse(std::string_view text) const
{
    const std::string word = trimmed(text);
    if (type == ParameterType::Boolean) {
        if (word == "true" || word == "1")
            return 1.0;
        if (word == "false" || word == "0")
            return 0.0;
        return Error{key, "is '" + word + "', must be true or false"};
    }
    if (type == ParameterType::Choice) {
        const auto ids = choiceIds(*this);
        const auto found = std::find(ids.begin(), ids.end(), word);
        if (found != ids.end())
            return static_cast<double>(found - ids.begin());
        const std::string near = nearestWord(word, ids);
        return Error{key,
                     "is '" + word + "', must be " + listOfWords(ids)
                         + (near.empty() ? "" : "; did you mean '" + near + "'?")};
    }
    const auto number = parseNumber(word);
    if (!number)
        return Error{key, "is '" + word + "', must be " + rangeText(*this)};
    if (auto status = validate(*number); !status)
        return status.error();
    return *number;
}

std::string ParameterDescriptor::format(double value) const
{
    if (type == ParameterType::Boolean)
        return value != 0 ? "true" : "false";
    if (type == ParameterType::Choice) {
        const auto index = static_cast<std::size_t>(std::max(0.0, value));
        return index < choices.size() ? choices[index].id : formatNumber(value);
    }
    return formatNumber(value);
}

double ParameterValues::at(std::string_view key) const
{
    for (const auto& [name, value] : m_items)
        if (name == key)
            return value;
    assert(false && "a variant asked for a parameter that it did not declare");
    return 0;
}

bool ParameterValues::contains(std::string_view key) const
{
    return std::any_of(
        m_items.begin(), m_items.end(), [&](const auto& item) { return item.first == key; });
}

void ParameterValues::set(std::string_view key, double value)
{
    for (auto& [name, current] : m_items) {
        if (name == key) {
            current = value;
            return;
        }
    }
    m_items.emplace_back(std::string(key), value);
}

Choice makeChoice(const VariantInfo& info, const ParameterValues& previous)
{
    Choice choice{
        info.id, {}, info.points ? info.points->defaultPoints : std::vector<CurvePoint>{}};
    for (const ParameterDescriptor& parameter : info.parameters) {
        const bool keep =
            previous.contains(parameter.key) && parameter.validate(previous.at(parameter.key)).ok();
        choice.values.set(parameter.key,
                          keep ? previous.at(parameter.key) : parameter.defaultValue);
    }
    return choice;
}

} // namespace scorefield
