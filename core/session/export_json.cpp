// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/export_json.h"

#include "core/base/text.h"
#include "core/session/export_table.h"
#include "core/session/film.h"
#include "core/session/parameter_json.h"

#include <algorithm>
#include <set>

namespace scorefield::json {

namespace {

struct JobKind {
    const char* key;
    std::size_t index; ///< of ExportJob::spec
};
constexpr JobKind kJobKinds[] = {{"figure", 0}, {"video", 1}, {"data", 2}};

struct TextField {
    const char* key;
    std::string FigureSpec::*text;
};
constexpr TextField kFigureTexts[] = {{"title", &FigureSpec::title},
                                      {"font_family", &FigureSpec::fontFamily}};

template <class Spec>
Json writeNumbers(const Spec& spec)
{
    Spec copy = spec;
    Json json = Json::object();
    for (const SpecRow<Spec>& row : specRows<Spec>())
        json[row.descriptor.key] = toJson(row.descriptor, row.field(copy));
    return json;
}

Json writeSpec(const FigureSpec& spec)
{
    Json json = writeNumbers(spec);
    for (const TextField& field : kFigureTexts)
        if (!(spec.*(field.text)).empty())
            json[field.key] = spec.*(field.text);
    if (!spec.lanes.empty())
        json["lanes"] = spec.lanes;
    if (!spec.moments.empty()) {
        json["moments"] = Json::array();
        for (const double moment : spec.moments)
            json["moments"].push_back(number(moment));
    }
    return json;
}

Json writeSpec(const VideoSpec& spec)
{
    return writeNumbers(spec);
}

Json writeSpec(const DataSpec& spec)
{
    return writeNumbers(spec);
}

double readValue(const ParameterDescriptor& row,
                 const Json& value,
                 const std::string& pointer,
                 Problems& problems)
{
    const bool fits = row.type == ParameterType::Boolean  ? value.is_boolean()
                      : row.type == ParameterType::Choice ? value.is_string()
                                                          : value.is_number();
    if (!fits) {
        problems.add(pointer,
                     "is " + excerpt(value) + ", must be "
                         + (row.type == ParameterType::Boolean  ? "true or false"
                            : row.type == ParameterType::Choice ? "a name in quotes"
                                                                : "a number"));
        return row.defaultValue;
    }
    if (row.type == ParameterType::Boolean)
        return value.get<bool>() ? 1 : 0;
    const auto parsed = row.type == ParameterType::Choice ? row.parse(value.get<std::string>())
                                                          : Result<double>(value.get<double>());
    const Status status = parsed ? row.validate(*parsed) : Status(parsed.error());
    if (!status)
        problems.add(pointer, status.error().message);
    return status ? *parsed : row.defaultValue;
}

template <class Spec>
Spec readNumbers(ObjectReader& reader, Problems& problems)
{
    Spec spec;
    for (const SpecRow<Spec>& row : specRows<Spec>())
        if (const Json* value = reader.find(row.descriptor.key))
            row.field(spec) =
                readValue(row.descriptor, *value, reader.pointerTo(row.descriptor.key), problems);
    return spec;
}

FigureSpec readFigure(ObjectReader& reader, Problems& problems)
{
    auto spec = readNumbers<FigureSpec>(reader, problems);
    for (const TextField& field : kFigureTexts)
        if (const Json* value = reader.find(field.key))
            spec.*(field.text) = readText(*value, reader.pointerTo(field.key), problems);
    if (const Json* value = reader.find("moments"))
        spec.moments = json::readNumbers(*value, reader.pointerTo("moments"), problems);
    if (const Json* value = reader.find("lanes"))
        for (const double lane : json::readNumbers(*value, reader.pointerTo("lanes"), problems))
            spec.lanes.push_back(lane >= 1 && lane <= kMaxLanes ? static_cast<int>(lane) : 0);
    return spec;
}

Json writeJob(const ExportJob& job)
{
    Json json = {{"name", job.name}, {"file", job.file}};
    if (!job.bookmark.empty())
        json["bookmark"] = job.bookmark;
    json[kJobKinds[job.spec.index()].key] =
        std::visit([](const auto& spec) { return writeSpec(spec); }, job.spec);
    return json;
}

void readSpec(const JobKind& kind,
              const Json& value,
              const std::string& pointer,
              ExportJob& job,
              Problems& problems)
{
    ObjectReader reader(value, pointer, problems);
    if (kind.index == 0)
        job.spec = readFigure(reader, problems);
    else if (kind.index == 1)
        job.spec = readNumbers<VideoSpec>(reader, problems);
    else
        job.spec = readNumbers<DataSpec>(reader, problems);
    reader.refuseUnknownKeys();
}

ExportJob readJob(const Json& value, const std::string& pointer, int lanes, Problems& problems)
{
    ExportJob job;
    ObjectReader reader(value, pointer, problems);
    if (const Json* name = reader.require("name"))
        job.name = readText(*name, reader.pointerTo("name"), problems);
    if (const Json* file = reader.require("file"))
        job.file = readText(*file, reader.pointerTo("file"), problems);
    if (const Json* bookmark = reader.find("bookmark"))
        job.bookmark = readText(*bookmark, reader.pointerTo("bookmark"), problems);
    std::string where;
    for (const JobKind& kind : kJobKinds)
        if (const Json* spec = reader.find(kind.key)) {
            if (!where.empty())
                problems.add(reader.pointerTo(kind.key), "stands beside another kind of job");
            where = reader.pointerTo(kind.key);
            readSpec(kind, *spec, where, job, problems);
        }
    reader.refuseUnknownKeys();
    if (where.empty())
        problems.add(pointer, "is no job; give 'figure', 'video' or 'data'");
    if (problems.any())
        return job;
    if (const auto status = checkJob(job, lanes); !status) {
        const std::string& key = status.error().path;
        problems.add(key == "name" || key == "file" ? child(pointer, key) : child(where, key),
                     status.error().message);
    }
    return job;
}

Json writeTrack(const KeyframeTrack& track)
{
    Json keys = Json::array();
    for (const Keyframe& key : track.keys) {
        Json entry = {{"at", number(key.at)}, {"value", number(key.value)}};
        if (key.easing != Easing::Linear)
            entry["easing"] = easingNames()[static_cast<std::size_t>(key.easing)];
        keys.push_back(std::move(entry));
    }
    return {{"key", track.key}, {"keys", std::move(keys)}};
}

Keyframe readKeyframe(const Json& value, const std::string& pointer, Problems& problems)
{
    Keyframe key;
    ObjectReader reader(value, pointer, problems);
    if (const Json* at = reader.require("at"))
        key.at = readNumber(*at, reader.pointerTo("at"), problems);
    if (const Json* number = reader.require("value"))
        key.value = readNumber(*number, reader.pointerTo("value"), problems);
    if (const Json* easing = reader.find("easing")) {
        const std::string name = readText(*easing, reader.pointerTo("easing"), problems);
        const auto found = std::find(easingNames().begin(), easingNames().end(), name);
        if (found == easingNames().end())
            problems.add(reader.pointerTo("easing"),
                         "is '" + name + "', must be "
                             + listOfWords({easingNames().begin(), easingNames().end()}));
        else
            key.easing = static_cast<Easing>(found - easingNames().begin());
    }
    reader.refuseUnknownKeys();
    return key;
}

KeyframeTrack readTrack(const Json& value, const std::string& pointer, Problems& problems)
{
    KeyframeTrack track;
    ObjectReader reader(value, pointer, problems);
    if (const Json* key = reader.require("key")) {
        track.key = readText(*key, reader.pointerTo("key"), problems);
        if (const auto status = checkTrackKey(track.key); !status)
            problems.add(reader.pointerTo("key"), status.error().message);
    }
    if (const Json* keys = reader.require("keys")) {
        if (!keys->is_array())
            problems.add(reader.pointerTo("keys"), "is " + excerpt(*keys) + ", must be a list");
        else
            for (std::size_t i = 0; i < keys->size(); ++i)
                track.keys.push_back(
                    readKeyframe((*keys)[i], child(reader.pointerTo("keys"), i), problems));
    }
    reader.refuseUnknownKeys();
    if (const auto status = checkTrack(track); !status && !problems.any())
        problems.add(pointer, status.error().sentence());
    return track;
}

Bookmark readBookmark(const Json& value,
                      const std::string& pointer,
                      const Session& session,
                      Problems& problems)
{
    Bookmark bookmark;
    ObjectReader reader(value, pointer, problems);
    if (const Json* name = reader.require("name"))
        bookmark.name = readText(*name, reader.pointerTo("name"), problems);
    if (const Json* state = reader.require("state"))
        bookmark.state = readState(*state, reader.pointerTo("state"), session.data, problems);
    reader.refuseUnknownKeys();
    if (trimmed(bookmark.name).empty())
        problems.add(child(pointer, "name"), "is empty");
    return bookmark;
}

/// Calls read(item, pointer) for every entry of the list under `key`.
template <class Read>
void readList(ObjectReader& reader, const char* key, Problems& problems, const Read& read)
{
    const Json* list = reader.find(key);
    if (list == nullptr)
        return;
    if (!list->is_array())
        return problems.add(reader.pointerTo(key), "is " + excerpt(*list) + ", must be a list");
    for (std::size_t i = 0; i < list->size() && !problems.any(); ++i)
        read((*list)[i], child(reader.pointerTo(key), i));
}

/// `name` of the items is unique.
template <class Items, class Name>
void refuseTwins(const Items& items, const char* list, const Name& name, Problems& problems)
{
    std::set<std::string> seen;
    for (std::size_t i = 0; i < items.size(); ++i)
        if (!seen.insert(name(items[i])).second)
            problems.add(child(child("", list), i), "'" + name(items[i]) + "' is there twice");
}

} // namespace

void writeExports(const Session& session, Json& document)
{
    for (const KeyframeTrack& track : session.keyframes)
        document["keyframes"].push_back(writeTrack(track));
    for (const ExportJob& job : session.jobs)
        document["jobs"].push_back(writeJob(job));
    for (const Bookmark& bookmark : session.bookmarks)
        document["bookmarks"].push_back(
            {{"name", bookmark.name},
             {"state", writeState(*bookmark.state, !(bookmark.state->data == session.data))}});
}

void readExports(ObjectReader& reader, Session& session, Problems& problems)
{
    const auto nameOf = [](const auto& item) -> const std::string& { return item.name; };
    readList(reader, "keyframes", problems, [&](const Json& item, const std::string& pointer) {
        session.keyframes.push_back(readTrack(item, pointer, problems));
    });
    readList(reader, "jobs", problems, [&](const Json& item, const std::string& pointer) {
        // A job may be of a bookmark with more lanes than the session has now.
        session.jobs.push_back(readJob(item, pointer, kMaxLanes, problems));
    });
    readList(reader, "bookmarks", problems, [&](const Json& item, const std::string& pointer) {
        session.bookmarks.push_back(readBookmark(item, pointer, session, problems));
    });
    refuseTwins(
        session.keyframes,
        "keyframes",
        [](const KeyframeTrack& track) -> const std::string& { return track.key; },
        problems);
    refuseTwins(session.jobs, "jobs", nameOf, problems);
    refuseTwins(session.bookmarks, "bookmarks", nameOf, problems);
}

} // namespace scorefield::json
