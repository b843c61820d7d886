// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/keyframe_edit.h"

#include "core/session/film.h"
#include "core/session/parameter_table.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr std::string_view kLanes = "lanes.", kAllLanes = "lanes.*.";

/// "guidance.w" of "lanes.0.guidance.w" and "lanes.*.guidance.w"; empty for other keys.
std::string_view laneParameter(std::string_view key)
{
    if (!key.starts_with(kLanes))
        return {};
    const auto dot = key.find('.', kLanes.size());
    return dot == std::string_view::npos ? std::string_view{} : key.substr(dot + 1);
}

Keyframe* find(Session& session, const KeyRef& ref)
{
    if (ref.track >= session.keyframes.size()
        || ref.key >= session.keyframes[ref.track].keys.size())
        return nullptr;
    return &session.keyframes[ref.track].keys[ref.key];
}

/// How far keys may go down (direction −1) or up (+1): to the film's end, or kKeyGap before a key
/// that stays.
double room(const Session& session, const std::vector<KeyRef>& moved, int direction)
{
    double free = 1;
    for (const KeyRef& ref : moved) {
        const std::vector<Keyframe>& keys = session.keyframes[ref.track].keys;
        const double at = keys[ref.key].at;
        double end = direction < 0 ? 0 : 1;
        for (std::size_t other = 0; other < keys.size(); ++other) {
            const double ahead = direction * (keys[other].at - at);
            const bool stays =
                !std::binary_search(moved.begin(), moved.end(), KeyRef{ref.track, other});
            if (stays && ahead > 0 && direction * (end - keys[other].at) > -kKeyGap)
                end = keys[other].at - direction * kKeyGap;
        }
        free = std::min(free, direction * (end - at));
    }
    return std::max(0., free);
}

/// Camera and data ends move gradually, names and seeds do not.
bool isNumeric(const ParameterDescriptor& row)
{
    return row.type == ParameterType::Real || row.type == ParameterType::Integer;
}

} // namespace

VideoSpec previewFilm(const Session& session)
{
    for (const ExportJob& job : session.jobs)
        if (const auto* film = std::get_if<VideoSpec>(&job.spec))
            return *film;
    return {};
}

Session previewAt(const Session& session, double share)
{
    Session applicable = session;
    std::erase_if(applicable.keyframes, [&](const KeyframeTrack& track) {
        return !trackValue(session, track, share).ok();
    });
    auto shown = sessionAtShare(applicable, previewFilm(session), share);
    // One track can take away another's parameter; then only the play-head moves.
    if (!shown) {
        applicable.keyframes.clear();
        shown = sessionAtShare(applicable, previewFilm(session), share);
    }
    Session preview = shown ? std::move(shown).value() : session;
    preview.keyframes = session.keyframes;
    return preview;
}

std::optional<std::size_t> trackOf(const Session& session, std::string_view key)
{
    std::optional<std::size_t> all;
    const std::string_view parameter = laneParameter(key);
    for (std::size_t i = 0; i < session.keyframes.size(); ++i) {
        const std::string& track = session.keyframes[i].key;
        if (track == key)
            return i;
        if (!parameter.empty() && track.starts_with(kAllLanes) && laneParameter(track) == parameter)
            all = i;
    }
    return all;
}

std::optional<std::size_t> keyAt(const KeyframeTrack& track, double share)
{
    for (std::size_t i = 0; i < track.keys.size(); ++i)
        if (std::abs(track.keys[i].at - share) < kKeyGap / 2)
            return i;
    return std::nullopt;
}

std::size_t setKey(KeyframeTrack& track, double share, double value)
{
    std::vector<Keyframe>& keys = track.keys;
    if (const auto there = keyAt(track, share)) {
        keys[*there].value = value;
        return *there;
    }
    const auto after =
        std::find_if(keys.begin(), keys.end(), [&](const Keyframe& key) { return key.at > share; });
    const auto index = static_cast<std::size_t>(after - keys.begin());
    const double least = index == 0 ? 0 : keys[index - 1].at + kKeyGap;
    const double most = index == keys.size() ? 1 : keys[index].at - kKeyGap;
    if (least > most) { // keys so close that a third one does not fit between them
        const bool isBefore =
            index > 0
            && (index == keys.size() || share - keys[index - 1].at < keys[index].at - share);
        const std::size_t nearest = isBefore ? index - 1 : index;
        keys[nearest].value = value;
        return nearest;
    }
    const Easing easing = index == 0 ? Easing::Linear : keys[index - 1].easing;
    keys.insert(after, Keyframe{std::clamp(share, least, most), value, easing});
    return index;
}

KeyRef setKeyOf(Session& session, std::string_view key, double share, double value)
{
    auto track = trackOf(session, key);
    if (!track) {
        track = session.keyframes.size();
        session.keyframes.push_back({std::string(key), {}});
    }
    return {*track, setKey(session.keyframes[*track], share, value)};
}

double moveKeys(Session& session, const std::vector<KeyRef>& keys, double by)
{
    std::vector<KeyRef> moved;
    for (const KeyRef& ref : keys)
        if (find(session, ref) != nullptr)
            moved.push_back(ref);
    std::sort(moved.begin(), moved.end());
    const double done =
        moved.empty() ? 0 : std::clamp(by, -room(session, moved, -1), room(session, moved, 1));
    for (const KeyRef& ref : moved) {
        double& at = find(session, ref)->at;
        at = std::clamp(at + done, 0., 1.); // the sum may round beyond an end
    }
    return done;
}

void easeKeys(Session& session, const std::vector<KeyRef>& keys, Easing easing)
{
    for (const KeyRef& ref : keys)
        if (Keyframe* key = find(session, ref))
            key->easing = easing;
}

void removeKeys(Session& session, std::vector<KeyRef> keys)
{
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (auto ref = keys.rbegin(); ref != keys.rend(); ++ref) {
        if (find(session, *ref) == nullptr)
            continue;
        std::vector<Keyframe>& of = session.keyframes[ref->track].keys;
        of.erase(of.begin() + static_cast<std::ptrdiff_t>(ref->key));
        if (of.empty())
            session.keyframes.erase(session.keyframes.begin()
                                    + static_cast<std::ptrdiff_t>(ref->track));
    }
}

bool isAnimatable(const Session& session, std::string_view key)
{
    // What plays the window does not move a film, which has its own length and speed.
    if (key.starts_with("timeline.") && key != "timeline.position")
        return false;
    const auto keys = trackKeys(session, {std::string(key), {}});
    const auto row = keys ? describe(session, keys->front()) : Result<ParameterDescriptor>(Error{});
    return row && isNumeric(*row);
}

std::vector<std::string> animatableKeys(const Session& session)
{
    std::vector<std::string> all, single;
    for (const std::string& key : parameterKeys(session)) {
        if (!isAnimatable(session, key))
            continue;
        const std::string_view parameter = laneParameter(key);
        const std::string shared = std::string(kAllLanes) + std::string(parameter);
        const auto lanes = trackKeys(session, {shared, {}});
        if (!parameter.empty() && lanes && lanes->size() > 1
            && std::find(all.begin(), all.end(), shared) == all.end() && !trackOf(session, shared))
            all.push_back(shared);
        if (!trackOf(session, key))
            single.push_back(key);
    }
    all.insert(all.end(), single.begin(), single.end());
    return all;
}

} // namespace scorefield
