// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/table_rows.h"

#include <charconv>
#include <string_view>
#include <utility>

namespace scorefield::table {

ParameterDescriptor realRow(std::string key,
                            std::string symbol,
                            std::string label,
                            std::string unit,
                            double minimum,
                            double maximum,
                            Scale scale,
                            std::string help,
                            Invalidates invalidates)
{
    ParameterDescriptor row;
    row.key = std::move(key);
    row.symbol = std::move(symbol);
    row.label = std::move(label);
    row.unit = std::move(unit);
    row.minimum = minimum;
    row.maximum = maximum;
    row.scale = scale;
    row.help = std::move(help);
    row.invalidates = invalidates;
    return row;
}

ParameterDescriptor whole(ParameterDescriptor row)
{
    row.type = ParameterType::Integer;
    return row;
}

ParameterDescriptor
switchRow(std::string key, std::string label, std::string help, Invalidates invalidates)
{
    ParameterDescriptor row = realRow(std::move(key),
                                      "",
                                      std::move(label),
                                      "",
                                      0,
                                      1,
                                      Scale::Linear,
                                      std::move(help),
                                      invalidates);
    row.type = ParameterType::Boolean;
    return row;
}

ParameterDescriptor choiceRow(std::string key,
                              std::string label,
                              std::vector<ChoiceItem> choices,
                              std::string help,
                              Invalidates invalidates)
{
    const double last = static_cast<double>(choices.size()) - 1;
    ParameterDescriptor row = realRow(std::move(key),
                                      "",
                                      std::move(label),
                                      "",
                                      0,
                                      last,
                                      Scale::Linear,
                                      std::move(help),
                                      invalidates);
    row.type = ParameterType::Choice;
    row.choices = std::move(choices);
    return row;
}

const std::vector<SessionRow>& sessionRows()
{
    static const std::vector<SessionRow> rows = [] {
        std::vector<SessionRow> all;
        for (auto section : {particleRows, viewRows, timelineRows})
            for (SessionRow& row : section())
                all.push_back(std::move(row));
        return withDefaults<Session>(std::move(all));
    }();
    return rows;
}

const Family* findFamily(std::string_view name)
{
    for (const Family& family : families())
        if (family.name == name)
            return &family;
    return nullptr;
}

const VariantInfo* findVariant(const Family& family, std::string_view kind)
{
    for (const VariantInfo* info : family.variants())
        if (info->id == kind)
            return info;
    return nullptr;
}

bool splitLaneKey(std::string_view key, LaneKey& parts)
{
    constexpr std::string_view prefix = "lanes.";
    if (!key.starts_with(prefix))
        return false;
    key.remove_prefix(prefix.size());
    const auto dot = key.find('.');
    if (dot == std::string_view::npos || dot == 0)
        return false;
    const std::string_view number = key.substr(0, dot);
    if (number == "*") {
        parts.lane = -1;
    } else {
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), parts.lane);
        if (error != std::errc() || end != number.data() + number.size() || parts.lane < 0)
            return false;
    }
    parts.rest = std::string(key.substr(dot + 1));
    const auto next = parts.rest.find('.');
    parts.family = next == std::string::npos ? std::string() : parts.rest.substr(0, next);
    if (findFamily(parts.family) == nullptr)
        parts.family.clear();
    parts.local = parts.family.empty() ? parts.rest : parts.rest.substr(next + 1);
    return true;
}

} // namespace scorefield::table
