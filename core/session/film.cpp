// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/film.h"

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/session/export_table.h"
#include "core/session/parameter_table.h"
#include "core/session/table_rows.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr std::string_view kAllLanes = "lanes.*.";

/// Between two keys of a track whose parameter is `row`.
double between(const ParameterDescriptor& row, const Keyframe& a, const Keyframe& b, double share)
{
    const double way = eased(a.easing, (share - a.at) / (b.at - a.at));
    if (row.type == ParameterType::Boolean || row.type == ParameterType::Choice)
        return way < 1 ? a.value : b.value; // there is nothing in between
    const bool factors = row.scale == Scale::Logarithmic && a.value > 0 && b.value > 0;
    const double value =
        factors ? a.value * std::pow(b.value / a.value, way) : a.value + way * (b.value - a.value);
    return row.type == ParameterType::Integer ? std::round(value) : value;
}

Result<ParameterDescriptor> describeTrack(const Session& session, const KeyframeTrack& track)
{
    const auto keys = trackKeys(session, track);
    if (!keys)
        return keys.error();
    auto row = describe(session, keys->front());
    if (!row)
        return row.error();
    for (const Keyframe& key : track.keys)
        if (auto status = row->validate(key.value); !status)
            return Error{track.key, status.error().message};
    return row;
}

double valueAt(const ParameterDescriptor& row, const KeyframeTrack& track, double share)
{
    const auto& keys = track.keys;
    if (share <= keys.front().at)
        return keys.front().value;
    for (std::size_t i = 0; i + 1 < keys.size(); ++i)
        if (share < keys[i + 1].at)
            return between(row, keys[i], keys[i + 1], share);
    return keys.back().value;
}

/// "VALUE@SHARE"
Result<Keyframe> parseKey(const ParameterDescriptor& row, std::string_view text)
{
    const auto parts = splitText(text, '@');
    if (parts.size() != 2)
        return Error{"", "'" + std::string(text) + "' must be VALUE@SHARE"};
    const auto value = row.parse(trimmed(parts[0]));
    const auto at = parseNumber(trimmed(parts[1]));
    if (!value)
        return value.error();
    if (!at)
        return Error{"", "'" + parts[1] + "' is no share of the film, a number from 0 to 1"};
    return Keyframe{*at, *value, Easing::Linear};
}

/// The easing after the last colon, cut off; linear without one.
Result<Easing> takeEasing(std::vector<std::string>& parts, std::size_t most)
{
    if (parts.size() < most)
        return Easing::Linear;
    const std::string name = trimmed(parts.back());
    for (std::size_t i = 0; i < easingNames().size(); ++i)
        if (name == easingNames()[i]) {
            parts.pop_back();
            return static_cast<Easing>(i);
        }
    return Error{"",
                 "'" + name + "' is no easing; there are "
                     + listOfWords({easingNames().begin(), easingNames().end()})};
}

} // namespace

const std::vector<const char*>& easingNames()
{
    static const std::vector<const char*> names = {"linear", "in", "out", "in-out", "hold"};
    return names;
}

double eased(Easing easing, double share)
{
    const double u = std::clamp(share, 0., 1.), v = 1 - u;
    switch (easing) {
    case Easing::In:
        return u * u * u;
    case Easing::Out:
        return 1 - v * v * v;
    case Easing::InOut:
        return u * u * (3 - 2 * u);
    case Easing::Hold:
        return u < 1 ? 0 : 1;
    case Easing::Linear:
        break;
    }
    return u;
}

int passFrames(const VideoSpec& spec)
{
    return static_cast<int>(std::max(2., std::round(spec.framesPerSecond * spec.seconds)));
}

long long filmFrames(const VideoSpec& spec)
{
    return static_cast<long long>(passFrames(spec)) * (spec.pingPong != 0 ? 2 : 1)
           * static_cast<long long>(std::round(spec.loops));
}

double frameShare(const VideoSpec& spec, long long frame)
{
    const long long frames = passFrames(spec);
    const long long inPass = frame % frames;
    const double share = static_cast<double>(inPass) / static_cast<double>(frames - 1);
    const bool isReverse = spec.pingPong != 0 && (frame / frames) % 2 == 1;
    return isReverse ? 1 - share : share;
}

double playPosition(const VideoSpec& spec, double share)
{
    const double begins = spec.holdStart / spec.seconds, ends = 1 - spec.holdEnd / spec.seconds;
    const double way = share <= begins ? 0 : share >= ends ? 1 : (share - begins) / (ends - begins);
    const double done = eased(static_cast<Easing>(static_cast<int>(spec.easing)), way);
    return spec.from + done * (spec.to - spec.from);
}

Result<std::vector<std::string>> trackKeys(const Session& session, const KeyframeTrack& track)
{
    if (!track.key.starts_with(kAllLanes)) {
        if (const auto row = describe(session, track.key); !row)
            return row.error();
        return std::vector<std::string>{track.key};
    }
    std::vector<std::string> keys;
    Error reason{track.key, "no such parameter"};
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane) {
        std::string key =
            "lanes." + std::to_string(lane) + "." + track.key.substr(kAllLanes.size());
        const auto row = describe(session, key);
        if (row)
            keys.push_back(std::move(key));
        else if (lane == 0)
            reason.message = row.error().message;
    }
    if (keys.empty())
        return reason;
    return keys;
}

Status checkTrackKey(const std::string& key)
{
    if (trimmed(key).empty())
        return Error{"key", "is empty; it names a parameter"};
    static const std::vector<std::string> patterns = [] {
        std::vector<std::string> all;
        for (const ParameterEntry& entry : parameterEntries())
            all.push_back(entry.pattern);
        return all;
    }();
    table::LaneKey parts;
    const bool isOfLane = table::splitLaneKey(key, parts) && parts.lane < kMaxLanes;
    const std::string pattern = isOfLane ? std::string(kAllLanes) + parts.rest : key;
    if (std::find(patterns.begin(), patterns.end(), pattern) != patterns.end())
        return success();
    const std::string near = nearestWord(pattern, patterns);
    return Error{"key",
                 "is '" + shown(key) + "', which is no parameter"
                     + (near.empty() ? std::string() : "; did you mean '" + near + "'?")};
}

Status checkTrack(const KeyframeTrack& track)
{
    if (trimmed(track.key).empty())
        return Error{"key", "is empty; it names a parameter"};
    if (track.keys.empty())
        return Error{track.key, "has no keyframes"};
    double last = -1;
    for (const Keyframe& key : track.keys) {
        if (!(key.at >= 0 && key.at <= 1))
            return Error{track.key,
                         "has a keyframe at " + formatNumber(key.at)
                             + ", must be a share of the film from 0 to 1"};
        if (key.at <= last)
            return Error{track.key,
                         "has keyframes at " + formatNumber(last) + " and " + formatNumber(key.at)
                             + ", must ascend"};
        if (!std::isfinite(key.value))
            return Error{track.key, "has a keyframe whose value is not finite"};
        last = key.at;
    }
    return success();
}

Result<double> trackValue(const Session& session, const KeyframeTrack& track, double share)
{
    if (auto status = checkTrack(track); !status)
        return status.error();
    const auto row = describeTrack(session, track);
    if (!row)
        return row.error();
    return valueAt(*row, track, share);
}

Result<Session> sessionAtShare(const Session& session, double share)
{
    Session moved = session;
    for (const KeyframeTrack& track : session.keyframes) {
        const auto value = trackValue(moved, track, share);
        if (!value)
            return value.error();
        const auto keys = trackKeys(moved, track);
        for (const std::string& key : *keys)
            if (auto status = setParameter(moved, key, *value); !status)
                return status.error();
    }
    return moved;
}

Result<Session> sessionAtShare(const Session& session, const VideoSpec& spec, double share)
{
    Session placed = session;
    placed.timeline.position = playPosition(spec, share);
    placed.timeline.playing = 0;
    return sessionAtShare(placed, share);
}

Result<KeyframeTrack> parseTrack(const Session& session, std::string_view text)
{
    const auto equals = text.find('=');
    KeyframeTrack track;
    track.key = trimmed(text.substr(0, equals));
    const auto refused = [&](const std::string& message) { return Error{track.key, message}; };
    if (equals == std::string_view::npos || track.key.empty())
        return Error{std::string(text),
                     "must be KEY=FROM:TO[:EASING] or KEY=VALUE@SHARE,…[:EASING]"};
    const auto keys = trackKeys(session, track);
    if (!keys)
        return keys.error();
    const auto row = describe(session, keys->front());
    const std::string values(text.substr(equals + 1));
    const bool isList = values.find('@') != std::string::npos;
    auto parts = splitText(values, ':');
    const auto easing = takeEasing(parts, isList ? 2 : 3);
    if (!easing)
        return refused(easing.error().message);
    if (parts.size() != (isList ? 1U : 2U))
        return refused("is '" + values + "', must be FROM:TO[:EASING] or VALUE@SHARE,…[:EASING]");
    if (!isList)
        parts = {parts[0] + "@0", parts[1] + "@1"};
    else
        parts = splitText(std::string(parts[0]), ',');
    for (const std::string& part : parts) {
        auto key = parseKey(*row, part);
        if (!key)
            return refused(key.error().message);
        key->easing = *easing;
        track.keys.push_back(*key);
    }
    if (auto status = checkTrack(track); !status)
        return status.error();
    return track;
}

std::string formatTrack(const Session& session, const KeyframeTrack& track)
{
    const auto keys = trackKeys(session, track);
    const auto row = keys ? describe(session, keys->front()) : Result<ParameterDescriptor>(Error{});
    std::string text = track.key + "=";
    for (std::size_t i = 0; i < track.keys.size(); ++i)
        text += (i == 0 ? "" : ",")
                + (row ? row->format(track.keys[i].value) : formatNumber(track.keys[i].value)) + "@"
                + formatNumber(track.keys[i].at);
    const auto easing =
        static_cast<std::size_t>(track.keys.empty() ? Easing::Linear : track.keys.front().easing);
    return easing == 0 ? text : text + ":" + easingNames()[easing];
}

} // namespace scorefield
