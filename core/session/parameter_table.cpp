// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/parameter_table.h"

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/sampler/stepper.h"
#include "core/session/guidance_target.h"
#include "core/session/table_rows.h"

#include <algorithm>
#include <cassert>
#include <set>

namespace scorefield {

namespace {

using table::Family;
using table::LaneKey;

constexpr std::size_t kMostNamedClasses =
    64; // more than that is a number field, not a list to choose from

ParameterDescriptor kindRow(const Family& family)
{
    std::vector<ChoiceItem> choices;
    double defaultIndex = 0;
    for (const VariantInfo* info : family.variants()) {
        if (info->id == family.defaultKind)
            defaultIndex = static_cast<double>(choices.size());
        std::string warnings;
        for (const std::string& badge : info->badges)
            warnings += (warnings.empty() ? "\nNote: " : ", ") + badge;
        choices.push_back({info->id,
                           info->label,
                           info->formula + (info->formula.empty() ? "" : "\n") + info->help
                               + warnings + (info->source.empty() ? "" : "\n" + info->source),
                           info->group,
                           family.facts(*info)});
    }
    ParameterDescriptor row = table::choiceRow(
        "kind", family.label, std::move(choices), family.help, Invalidates::Simulation);
    row.defaultValue = defaultIndex;
    return row;
}

/// Names as the items of a choice; what is not unique is told apart by its number.
std::vector<ChoiceItem> namedItems(const std::vector<std::string>& names)
{
    std::vector<ChoiceItem> items;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool fresh = !names[i].empty() && seen.insert(names[i]).second;
        items.push_back({fresh ? names[i] : "#" + std::to_string(i), names[i], ""});
    }
    return items;
}

/// A whole number that means one of these becomes a choice of their names.
void nameValues(ParameterDescriptor& row, const std::vector<std::string>& names)
{
    row.minimum = 0;
    row.maximum = static_cast<double>(names.size()) - 1;
    if (names.size() > kMostNamedClasses)
        return;
    row.type = ParameterType::Choice;
    row.choices = namedItems(names);
}

void describeAxis(const Session& session, ParameterDescriptor& row)
{
    std::vector<std::string> names;
    const bool principal = session.view.projection == 1;
    for (int axis = 0; axis < std::max(2, session.data->dimension); ++axis)
        names.push_back(principal ? "PC " + std::to_string(axis + 1)
                                  : session.data->coordinateName(axis));
    nameValues(row, names);
}

/// Where a method's own eta is another number, the help says which.
void describeEta(const Lane& lane, ParameterDescriptor& row)
{
    const auto sampler = findSampler(lane.sampler);
    if (sampler && (*sampler)->etaNote != nullptr)
        row.help += " " + (*sampler)->info.label + ": " + (*sampler)->etaNote;
}

Error unknownKey(const Session& session, std::string_view key)
{
    const std::string name(key);
    LaneKey parts;
    if (table::splitLaneKey(key, parts)) {
        const auto lanes = static_cast<int>(session.lanes.size());
        if (parts.lane >= lanes)
            return {name,
                    "there is no lane " + std::to_string(parts.lane) + ": this session has "
                        + (lanes == 1 ? "only lane 0" : "lanes 0 to " + std::to_string(lanes - 1))};
        if (const Family* family = table::findFamily(parts.family);
            family != nullptr && parts.lane >= 0) {
            const std::string kind =
                (session.lanes[static_cast<std::size_t>(parts.lane)].*(family->choice)).kind;
            std::vector<std::string> owners;
            for (const VariantInfo* info : family->variants())
                for (const ParameterDescriptor& row : info->parameters)
                    if (row.key == parts.local)
                        owners.push_back(info->id);
            if (!owners.empty())
                return {name,
                        "belongs to " + family->name + " " + listOfWords(owners)
                            + ", but this lane's " + family->name + " is " + kind};
        }
    }
    const std::string near = nearestWord(name, parameterKeys(session));
    return {name,
            "no such parameter"
                + (near.empty() ? std::string() : "; did you mean '" + near + "'?")};
}

/// The place of a key in a session; `field` is null for a kind, whose value is the number of a
/// variant.
struct Location {
    const Family* family = nullptr;
    const ParameterDescriptor* descriptor = nullptr; ///< null for a kind
    LaneKey lane;
    double& (*sessionField)(Session&) = nullptr;
    double& (*laneField)(Lane&) = nullptr;
};

bool isTarget(const Location& place)
{
    return place.family != nullptr && place.family->name == "guidance"
           && isTargetParameter(place.lane.local);
}

std::optional<Location> locateInLane(const Session& session, const LaneKey& parts)
{
    if (parts.lane < 0 || parts.lane >= static_cast<int>(session.lanes.size()))
        return std::nullopt;
    Location place;
    place.lane = parts;
    place.family = table::findFamily(parts.family);
    if (place.family == nullptr) {
        for (const table::LaneRow& row : table::laneRows())
            if (row.descriptor.key == parts.rest) {
                place.descriptor = &row.descriptor;
                place.laneField = row.field;
                return place;
            }
        return std::nullopt;
    }
    if (parts.local == "kind")
        return place;
    const Choice& choice =
        session.lanes[static_cast<std::size_t>(parts.lane)].*(place.family->choice);
    if (const VariantInfo* info = table::findVariant(*place.family, choice.kind))
        for (const ParameterDescriptor& row : info->parameters)
            if (row.key == parts.local && choice.values.contains(row.key)) {
                place.descriptor = &row;
                return place;
            }
    return std::nullopt;
}

std::optional<Location> locate(const Session& session, std::string_view key)
{
    LaneKey parts;
    if (table::splitLaneKey(key, parts))
        return locateInLane(session, parts);
    for (const table::SessionRow& row : table::sessionRows())
        if (row.descriptor.key == key) {
            Location place;
            place.descriptor = &row.descriptor;
            place.sessionField = row.field;
            return place;
        }
    return std::nullopt;
}

ParameterDescriptor describeAt(const Session& session, std::string_view key, const Location& place)
{
    ParameterDescriptor row =
        place.descriptor != nullptr ? *place.descriptor : kindRow(*place.family);
    row.key = std::string(key);
    if (isTarget(place))
        nameValues(row, targetNames(*session.data));
    if (key == "view.axis_x" || key == "view.axis_y")
        describeAxis(session, row);
    if (place.laneField != nullptr && place.lane.rest == "eta")
        describeEta(session.lanes[static_cast<std::size_t>(place.lane.lane)], row);
    return row;
}

double readAt(const Session& session, const Location& place)
{
    // The accessors are written once, for writing; on a const session they only take the address of
    // the number.
    if (place.sessionField != nullptr)
        return place.sessionField(
            const_cast<Session&>(session)); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    const Lane& lane = session.lanes[static_cast<std::size_t>(place.lane.lane)];
    if (place.laneField != nullptr)
        return place.laneField(
            const_cast<Lane&>(lane)); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    const Choice& choice = lane.*(place.family->choice);
    if (place.descriptor != nullptr)
        return isTarget(place) ? rowOfTarget(*session.data, choice.values.at(place.lane.local))
                               : choice.values.at(place.lane.local);
    const auto variants = place.family->variants();
    for (std::size_t i = 0; i < variants.size(); ++i)
        if (variants[i]->id == choice.kind)
            return static_cast<double>(i);
    assert(false && "a lane of an unregistered kind");
    return 0;
}

void writeAt(Session& session, const Location& place, double value)
{
    if (place.sessionField != nullptr) {
        place.sessionField(session) = value;
        return;
    }
    Lane& lane = session.lanes[static_cast<std::size_t>(place.lane.lane)];
    if (place.laneField != nullptr) {
        place.laneField(lane) = value;
        return;
    }
    Choice& choice = lane.*(place.family->choice);
    if (place.descriptor != nullptr)
        choice.values.set(place.lane.local,
                          isTarget(place) ? targetOfRow(*session.data, value) : value);
    else
        choice =
            makeChoice(*place.family->variants()[static_cast<std::size_t>(value)], choice.values);
}

/// A choice of names is also given by its number: "--guidance cfg:target=1".
Result<double> parseValue(const ParameterDescriptor& row, std::string_view text)
{
    auto parsed = row.parse(text);
    const bool named = (row.key.find(".guidance.") != std::string::npos
                        && isTargetParameter(row.key.substr(row.key.rfind('.') + 1)))
                       || row.key.starts_with("view.axis_");
    if (parsed || row.type != ParameterType::Choice || !named)
        return parsed;
    const auto number = parseNumber(text);
    if (!number)
        return parsed;
    if (row.validate(*number))
        return *number;
    return Error{row.key,
                 "is " + formatNumber(*number) + ", must be a whole number from 0 to "
                     + formatNumber(row.maximum) + " or one of the names "
                     + row.parse("").error().message.substr(std::string("is '', must be ").size())};
}

} // namespace

std::vector<ParameterEntry> parameterEntries()
{
    std::vector<ParameterEntry> rows;
    const auto addLaneRow = [&](std::string_view key) {
        for (const table::LaneRow& row : table::laneRows())
            if (row.descriptor.key.starts_with(key))
                rows.push_back({"lanes.*." + row.descriptor.key, "", row.descriptor});
    };
    for (const Family& family : table::families()) {
        rows.push_back({"lanes.*." + family.name + ".kind", "", kindRow(family)});
        for (const VariantInfo* info : family.variants())
            for (const ParameterDescriptor& parameter : info->parameters)
                rows.push_back(
                    {"lanes.*." + family.name + "." + parameter.key, info->id, parameter});
        if (family.name == "process")
            addLaneRow("prior");
        if (family.name == "sampler")
            addLaneRow("eta");
    }
    addLaneRow("camera.");
    for (const table::SessionRow& row : table::sessionRows())
        rows.push_back({row.descriptor.key, "", row.descriptor});
    return rows;
}

std::vector<std::string> parameterKeys(const Session& session)
{
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < session.lanes.size(); ++i) {
        const std::string lane = "lanes." + std::to_string(i) + ".";
        for (const Family& family : table::families()) {
            const Choice& choice = session.lanes[i].*(family.choice);
            keys.push_back(lane + family.name + ".kind");
            for (const auto& item : choice.values.items())
                keys.push_back(lane + family.name + "." + item.first);
            if (family.name == "process")
                keys.push_back(lane + "prior");
            if (family.name == "sampler")
                keys.push_back(lane + "eta");
        }
        for (const char* camera : {"camera.x", "camera.y", "camera.span"})
            keys.push_back(lane + camera);
    }
    for (const table::SessionRow& row : table::sessionRows())
        keys.push_back(row.descriptor.key);
    return keys;
}

Result<ParameterDescriptor> describe(const Session& session, std::string_view key)
{
    const auto place = locate(session, key);
    if (!place)
        return unknownKey(session, key);
    return describeAt(session, key, *place);
}

Result<double> parameterValue(const Session& session, std::string_view key)
{
    const auto place = locate(session, key);
    if (!place)
        return unknownKey(session, key);
    return readAt(session, *place);
}

Status setParameter(Session& session, std::string_view key, double value)
{
    const auto place = locate(session, key);
    if (!place)
        return unknownKey(session, key);
    if (auto valid = describeAt(session, key, *place).validate(value); !valid)
        return valid;
    writeAt(session, *place, value);
    return success();
}

namespace {
Status setText(Session& session, std::string_view key, std::string_view text)
{
    LaneKey parts;
    if (table::splitLaneKey(key, parts) && parts.lane < 0) {
        Session changed = session;
        for (std::size_t i = 0; i < session.lanes.size(); ++i)
            if (auto status =
                    setText(changed, "lanes." + std::to_string(i) + "." + parts.rest, text);
                !status)
                return status;
        session = std::move(changed);
        return success();
    }
    if (const auto info = describePoints(session, key)) {
        auto points = info->parse(text);
        return points ? setPoints(session, key, std::move(points).value()) : points.error();
    }
    const auto place = locate(session, key);
    if (!place)
        return unknownKey(session, key);
    const auto value = parseValue(describeAt(session, key, *place), text);
    if (!value)
        return value.error();
    writeAt(session, *place, *value);
    return success();
}

Status setVariant(Session& session, int lane, std::string_view family, std::string_view text)
{
    Session changed = session;
    const std::string lanePrefix = "lanes." + std::to_string(lane) + ".";
    const std::string prefix = lanePrefix + std::string(family) + ".";
    const auto colon = text.find(':');
    if (auto status = setText(changed, prefix + "kind", text.substr(0, colon)); !status)
        return status;
    if (colon != std::string_view::npos) {
        for (const std::string& item : splitText(text.substr(colon + 1), ',')) {
            const auto equals = item.find('=');
            if (equals == std::string::npos)
                return Error{prefix + trimmed(item), "a value is missing: write key=value"};
            const std::string name = trimmed(item.substr(0, equals));
            const bool ownsName = locate(changed, prefix + name).has_value()
                                  || !locate(changed, lanePrefix + name).has_value();
            if (auto status = setText(
                    changed, (ownsName ? prefix : lanePrefix) + name, item.substr(equals + 1));
                !status)
                return status;
        }
    }
    session = std::move(changed);
    return success();
}
} // namespace

Status setParameterText(Session& session, std::string_view key, std::string_view text)
{
    const Status status = setText(session, key, text);
    return status ? status : shown(status.error());
}

Status setVariantText(Session& session, int lane, std::string_view family, std::string_view text)
{
    const Status status = setVariant(session, lane, family, text);
    return status ? status : shown(status.error());
}

} // namespace scorefield
