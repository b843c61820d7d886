// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/parameter_json.h"

#include "core/base/text.h"
#include "core/session/parameter_table.h"

#include <algorithm>
#include <cassert>
#include <map>

namespace scorefield::json {

namespace {

/// The one entry of the sections that is a text and not a number.
constexpr const char* kTapeKey = "particles.tape";

/// A value in the file that the table must know.
struct Leaf {
    std::string pointer;
    const Json* value;
};
/// By key.
using Leaves = std::map<std::string, Leaf>;

void collectLeaves(const Json& value,
                   const std::string& key,
                   const std::string& pointer,
                   Leaves& leaves,
                   Problems& problems)
{
    if (pointer.find('.') != std::string::npos)
        problems.add(pointer,
                     "unknown key; what dots separate on the command line are objects inside "
                     "objects here");
    if (!value.is_object() || value.empty()) {
        leaves.emplace(key, Leaf{pointer, &value});
        return;
    }
    for (const auto& [name, item] : value.items())
        collectLeaves(item,
                      std::string(key).append(".").append(name),
                      child(pointer, name),
                      leaves,
                      problems);
}

Leaves collectLeaves(const Json& document, Problems& problems)
{
    Leaves leaves;
    for (const char* section : {"particles", "view", "timeline"})
        if (const auto found = document.find(section); found != document.end())
            collectLeaves(*found, section, child("", section), leaves, problems);
    if (const auto lanes = document.find("lanes"); lanes != document.end())
        for (std::size_t i = 0; i < lanes->size(); ++i)
            for (const auto& [name, item] : (*lanes)[i].items())
                if (name != "kind")
                    collectLeaves(item,
                                  "lanes." + std::to_string(i) + "." + name,
                                  child(child("/lanes", i), name),
                                  leaves,
                                  problems);
    return leaves;
}

std::string dotted(std::string pointer)
{
    std::replace(pointer.begin(), pointer.end(), '/', '.');
    return pointer.substr(1);
}

/// What may stand where the first unknown part of this leaf's pointer stands.
void reportUnknown(const Leaf& leaf,
                   const Session& session,
                   const std::vector<std::string>& keys,
                   Problems& problems)
{
    std::size_t end = 0;
    while (end != std::string::npos) {
        end = leaf.pointer.find('/', end + 1);
        const std::string pointer = leaf.pointer.substr(0, end);
        const std::string key = dotted(pointer);
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
            problems.add(pointer, "is an object, must be a value");
            return;
        }
        if (std::any_of(keys.begin(), keys.end(), [&](const std::string& known) {
                return known.starts_with(key + ".");
            }))
            continue;
        const std::string parent = key.substr(0, key.rfind('.') + 1);
        std::vector<std::string> siblings;
        for (const std::string& known : keys)
            if (known.starts_with(parent)) {
                const std::string name =
                    known.substr(parent.size(), known.find('.', parent.size()) - parent.size());
                if (siblings.empty() || siblings.back() != name)
                    siblings.push_back(name);
            }
        const std::string near = nearestWord(key.substr(parent.size()), siblings);
        const auto described = describe(session, key);
        const bool hasOwner =
            !described.ok() && described.error().message.starts_with("belongs to ");
        problems.add(pointer,
                     hasOwner       ? described.error().message
                     : near.empty() ? "unknown key; allowed are " + listOfWords(siblings)
                                    : "unknown key; did you mean '" + near + "'?");
        return;
    }
    problems.add(leaf.pointer, "is " + excerpt(*leaf.value) + ", must be an object with keys");
}

Status setFromJson(Session& session,
                   const std::string& key,
                   const ParameterDescriptor& row,
                   const Json& value)
{
    if (row.type == ParameterType::Boolean && !value.is_boolean())
        return Error{key, "is " + excerpt(value) + ", must be true or false"};
    if (row.type == ParameterType::Choice && value.is_string())
        return setParameterText(session, key, value.get<std::string>());
    if (row.type != ParameterType::Choice && value.is_number())
        return setParameter(session, key, value.get<double>());
    // True, false, a choice by number where the table allows it; else the table's error, without
    // the quotes that it sets around a text.
    const std::string text = excerpt(value);
    const auto status = setParameterText(session, key, text);
    const std::string quoted = "is '" + text + "'";
    if (status || !status.error().message.starts_with(quoted))
        return status;
    return Error{key, "is " + text + status.error().message.substr(quoted.size())};
}

void readLeaf(Session& session, const std::string& key, const Leaf& leaf, Problems& problems)
{
    const auto row = describe(session, key);
    const auto status = row ? setFromJson(session, key, *row, *leaf.value) : Status(row.error());
    if (!status)
        problems.add(leaf.pointer, status.error().message);
}

/// The place of a dotted key, made where it is missing.
Json& placeOf(Json& document, const std::string& key)
{
    Json* place = &document;
    for (const std::string& part : splitText(key, '.'))
        place = place->is_array() ? &(*place)[static_cast<std::size_t>(std::stoi(part))]
                                  : &(*place)[part];
    return *place;
}

Json toJson(const PointsInfo& info, const std::vector<CurvePoint>& points)
{
    Json array = Json::array();
    for (const CurvePoint& point : points)
        array.push_back(info.list ? number(point.y)
                                  : Json::array({number(point.x), number(point.y)}));
    return array;
}

/// [[x, y], …], or [y, …] of a list.
Result<std::vector<CurvePoint>> pointsFrom(const PointsInfo& info, const Json& value)
{
    const Error wrong{info.key,
                      "is " + excerpt(value) + ", must be "
                          + (info.list ? "a list of numbers" : "a list of points [x, y]")};
    if (!value.is_array())
        return wrong;
    std::vector<CurvePoint> points;
    for (const Json& item : value) {
        const bool isPair =
            item.is_array() && item.size() == 2 && item[0].is_number() && item[1].is_number();
        if (info.list ? !item.is_number() : !isPair)
            return wrong;
        points.push_back(info.list
                             ? CurvePoint{static_cast<double>(points.size()), item.get<double>()}
                             : CurvePoint{item[0].get<double>(), item[1].get<double>()});
    }
    return points;
}

void readPoints(Session& session, const std::string& key, const Leaf& leaf, Problems& problems)
{
    auto points = pointsFrom(*describePoints(session, key), *leaf.value);
    const auto status =
        points ? setPoints(session, key, std::move(points).value()) : Status(points.error());
    if (!status)
        problems.add(leaf.pointer, status.error().message);
}

} // namespace

Json toJson(const ParameterDescriptor& row, double value)
{
    if (row.type == ParameterType::Boolean)
        return value != 0;
    if (row.type == ParameterType::Choice)
        return row.format(value);
    return number(value);
}

void writeParameters(const Session& session, Json& document)
{
    document["lanes"] = Json::array();
    for (const Lane& lane : session.lanes)
        document["lanes"].push_back({{"kind", lane.kind}});
    for (const std::string& key : parameterKeys(session)) {
        const auto row = describe(session, key);
        const auto value = parameterValue(session, key);
        assert(row.ok() && value.ok());
        placeOf(document, key) = toJson(*row, *value);
    }
    if (!session.particles.tape.empty())
        placeOf(document, kTapeKey) = session.particles.tape;
    for (const std::string& key : pointsKeys(session))
        placeOf(document, key) = toJson(*describePoints(session, key), *pointsValue(session, key));
}

void readParameters(const Json& document, Session& session, Problems& problems)
{
    Leaves leaves = collectLeaves(document, problems);
    if (const auto tape = leaves.find(kTapeKey); tape != leaves.end()) {
        session.particles.tape = readText(*tape->second.value, tape->second.pointer, problems);
        leaves.erase(tape);
    }
    // The kinds come first: they decide which other keys there are.
    for (const auto& [key, leaf] : leaves)
        if (key.starts_with("lanes.") && key.ends_with(".kind") && describe(session, key))
            readLeaf(session, key, leaf, problems);
    std::vector<std::string> keys = parameterKeys(session);
    const std::vector<std::string> lists = pointsKeys(session);
    keys.insert(keys.end(), lists.begin(), lists.end());
    for (const auto& entry : leaves) {
        const std::string& key = entry.first; // clang 14 lets no lambda use a name of a pair
        const Leaf& leaf = entry.second;
        if (problems.any())
            return;
        const bool isKnown = std::find(keys.begin(), keys.end(), key) != keys.end();
        const bool isEmptyGroup =
            leaf.value->is_object()
            && std::any_of(keys.begin(), keys.end(), [&](const std::string& known) {
                   return known.starts_with(key + ".");
               });
        if (!isKnown && !isEmptyGroup)
            reportUnknown(leaf, session, keys, problems);
    }
    // In the order of the table, so that what decides the names of a choice is read before it.
    for (const std::string& key : keys)
        if (const auto found = leaves.find(key); found != leaves.end() && !problems.any())
            std::find(lists.begin(), lists.end(), key) != lists.end()
                ? readPoints(session, key, found->second, problems)
                : readLeaf(session, key, found->second, problems);
}

} // namespace scorefield::json
