// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_json.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/session/export_json.h"
#include "core/session/lane_plan.h"
#include "core/session/mixture_json.h"
#include "core/session/parameter_json.h"
#include "core/session/session_migrations.h"
#include "core/session/tape_path.h"

#include <algorithm>
#include <utility>

namespace scorefield {

namespace {

using json::Json;
using json::ObjectReader;
using json::Problems;

struct InfoField {
    const char* key;
    std::string SessionInfo::*text;
};
constexpr InfoField kInfoFields[] = {{"title", &SessionInfo::title},
                                     {"description", &SessionInfo::description},
                                     {"source", &SessionInfo::source},
                                     {"try", &SessionInfo::tryThis}};

void readInfo(const Json& value, const std::string& pointer, SessionInfo& info, Problems& problems)
{
    ObjectReader reader(value, pointer, problems);
    for (const InfoField& field : kInfoFields)
        if (const Json* item = reader.find(field.key))
            info.*(field.text) = json::readText(*item, reader.pointerTo(field.key), problems);
    reader.refuseUnknownKeys();
}

/// The version, after the checks that tell a session from other JSON.
int readVersion(const Json& document, Problems& problems)
{
    if (!document.is_object()) {
        problems.add("", "is " + json::excerpt(document) + ", must be a session object");
        return 0;
    }
    const auto format = document.find("format");
    if (format == document.end() && document.contains("means"))
        problems.add("", "is a mixture, not a session");
    else if (format == document.end())
        problems.add(
            "", "the key 'format' is missing; a session begins with \"format\": \"scorefield\"");
    else if (*format != "scorefield")
        problems.add("/format", "is " + json::excerpt(*format) + ", must be \"scorefield\"");
    const auto version = document.find("version");
    if (version == document.end()) {
        problems.add("", "the key 'version' is missing");
        return 0;
    }
    const int number = json::readWhole(*version, "/version", problems);
    if (number > kSessionVersion)
        problems.add("/version",
                     "is " + std::to_string(number) + ", but this program reads versions up to "
                         + std::to_string(kSessionVersion) + "; a newer Scorefield wrote the file");
    else if (number < 1)
        problems.add("/version",
                     "is " + std::to_string(number) + ", must be from 1 to "
                         + std::to_string(kSessionVersion));
    return number;
}

void readLanes(const Json* lanes, SessionState& session, Problems& problems)
{
    if (lanes == nullptr) {
        session.lanes = {defaultLane("vp"), defaultLane("rf")};
        return;
    }
    if (!lanes->is_array() || lanes->empty()
        || lanes->size() > static_cast<std::size_t>(kMaxLanes)) {
        problems.add("/lanes",
                     (lanes->is_array() ? "has " + std::to_string(lanes->size()) + " lanes"
                                        : "is " + json::excerpt(*lanes))
                         + ", must be a list of 1 to " + std::to_string(kMaxLanes) + " lanes");
        return;
    }
    for (std::size_t i = 0; i < lanes->size(); ++i) {
        const std::string pointer = json::child("/lanes", i);
        const Json& value = (*lanes)[i];
        session.lanes.push_back(defaultLane("vp"));
        if (!value.is_object()) {
            problems.add(pointer, "is " + json::excerpt(value) + ", must be an object");
        } else if (const auto kind = value.find("kind");
                   kind != value.end() && *kind != session.lanes.back().kind) {
            problems.add(json::child(pointer, "kind"),
                         "is " + json::excerpt(*kind) + ", must be \"" + session.lanes.back().kind
                             + "\"");
        }
    }
}

/// What stands under "lanes", "particles", "view" and "timeline"; the data are read.
void readParts(ObjectReader& reader, const Json& document, Session& session, Problems& problems)
{
    readLanes(reader.find("lanes"), session, problems);
    for (const char* section : {"particles", "view", "timeline"})
        reader.find(section);
    if (!problems.any())
        json::readParameters(document, session, problems);
}

Session readSession(const Json& document, Problems& problems)
{
    Session session;
    ObjectReader reader(document, "", problems);
    reader.find("format");
    reader.find("version");
    if (const Json* info = reader.find("info"))
        readInfo(*info, "/info", session.info, problems);
    if (const Json* data = reader.require("data"))
        session.data = json::readMixture(*data, "/data", problems);
    readParts(reader, document, session, problems);
    json::readExports(reader, session, problems);
    reader.refuseUnknownKeys();
    return session;
}

/// "lanes.0.guidance.target" -> "/lanes/0/guidance/target".
std::string pointerOf(std::string path)
{
    if (path.empty() || path.front() == '/')
        return path;
    std::replace(path.begin(), path.end(), '.', '/');
    return "/" + path;
}

Error atFile(const std::filesystem::path& path, const Error& error)
{
    return {path.string() + (error.path.empty() ? "" : "#" + error.path), error.message};
}

/// The session itself, and the state of every bookmark.
Status checkStates(const Session& session)
{
    if (auto checked = checkSession(session); !checked)
        return Error{pointerOf(checked.error().path), checked.error().message};
    for (std::size_t i = 0; i < session.bookmarks.size(); ++i) {
        Session there;
        static_cast<SessionState&>(there) = *session.bookmarks[i].state;
        if (auto checked = checkSession(there); !checked)
            return Error{json::child("/bookmarks", i) + "/state" + pointerOf(checked.error().path),
                         checked.error().message};
    }
    return success();
}

} // namespace

namespace json {

Json writeState(const SessionState& state, bool withData)
{
    Json value = Json::object();
    if (withData)
        value["data"] = writeComponents(*state.data);
    Session session;
    static_cast<SessionState&>(session) = state;
    writeParameters(session, value);
    return value;
}

SessionState readState(const Json& value,
                       const std::string& pointer,
                       const SharedValue<MixtureSpec>& data,
                       Problems& problems)
{
    Problems inside;
    Session session;
    session.data = data;
    ObjectReader reader(value, "", inside);
    if (const Json* own = reader.find("data"))
        session.data = readMixture(*own, "/data", inside);
    readParts(reader, value, session, inside);
    reader.refuseUnknownKeys();
    if (inside.any())
        problems.add(pointer + inside.first().path, inside.first().message);
    return std::move(static_cast<SessionState&>(session));
}

} // namespace json

std::string sessionToJson(const Session& session)
{
    Json document = {{"format", "scorefield"}, {"version", kSessionVersion}};
    Json info = Json::object();
    for (const InfoField& field : kInfoFields)
        if (!(session.info.*(field.text)).empty())
            info[field.key] = session.info.*(field.text);
    if (!info.empty())
        document["info"] = std::move(info);
    document["data"] = json::writeComponents(*session.data);
    json::writeParameters(session, document);
    json::writeExports(session, document);
    return json::layout(document);
}

Result<Session> sessionFromJson(std::string_view text)
{
    auto document = json::parse(text);
    if (!document)
        return document.error();
    Problems problems;
    const int version = readVersion(*document, problems);
    if (!problems.any())
        json::migrate(*document, version, kSessionVersion, json::sessionMigrations(), problems);
    if (problems.any())
        return problems.first();
    Session session = readSession(*document, problems);
    if (problems.any())
        return problems.first();
    if (auto checked = checkStates(session); !checked)
        return checked.error();
    return session;
}

Result<Session> sessionFromFile(std::string_view text, const std::filesystem::path& path)
{
    auto session = sessionFromJson(text);
    if (!session)
        return atFile(path, session.error());
    return withTapesFromFile(std::move(session).value(), path.parent_path());
}

Result<Session> loadSession(const std::filesystem::path& path, FileOrigin origin)
{
    const auto text = readFile(path);
    if (!text)
        return text.error();
    if (origin == FileOrigin::Anywhere)
        return sessionFromFile(*text, path);
    auto session = sessionFromJson(*text);
    return session ? session : Result<Session>(atFile(path, session.error()));
}

Status saveSession(const Session& session, const std::filesystem::path& path, FileOrigin origin)
{
    return writeFileAtomically(path,
                               sessionToJson(origin == FileOrigin::Own
                                                 ? session
                                                 : withTapesForFile(session, path.parent_path())));
}

} // namespace scorefield
