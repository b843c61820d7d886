// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/command_line.h"

#include "core/base/text.h"
#include "core/session/data_export.h"
#include "core/session/export_table.h"
#include "core/session/film.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"

#include <algorithm>

namespace scorefield {

namespace {

using Words = std::vector<std::string>;

constexpr const char* kSaveFirst = "; save the session first";

void append(Words& words, const Words& more)
{
    words.insert(words.end(), more.begin(), more.end());
}

std::string optionOf(const std::string& key)
{
    std::string option = "--" + key;
    std::replace(option.begin() + 2, option.end(), '_', '-');
    return option;
}

/// The options of all rows with other values than those of a new spec, but those `without`.
template <class Spec>
Words rowOptions(Spec spec, const Words& without)
{
    Words words;
    for (const SpecRow<Spec>& row : specRows<Spec>()) {
        const ParameterDescriptor& descriptor = row.descriptor;
        const double value = row.field(spec);
        if (value != descriptor.defaultValue
            && std::find(without.begin(), without.end(), descriptor.key) == without.end())
            append(words, {optionOf(descriptor.key), descriptor.format(value)});
    }
    return words;
}

template <class Number>
std::string joined(const std::vector<Number>& numbers)
{
    std::string text;
    for (const Number number : numbers)
        text += (text.empty() ? "" : ",") + formatNumber(static_cast<double>(number));
    return text;
}

Words figureOptions(const FigureSpec& spec, const SessionState& state)
{
    Words words;
    const FigureSpec usual;
    if (spec.width != usual.width || spec.height != usual.height || spec.unit != usual.unit) {
        const auto& units = findSpecRow<FigureSpec>("unit")->descriptor;
        append(
            words,
            {"--size",
             formatNumber(spec.width) + "x" + formatNumber(spec.height) + units.format(spec.unit)});
    }
    append(words, rowOptions(spec, {"clock", "width", "height", "unit"}));
    if (!spec.lanes.empty())
        append(words, {"--lanes", joined(spec.lanes)});
    constexpr const char* options[] = {"", "--time", "--step", "--position", "--share"};
    if (!spec.moments.empty())
        append(words, {options[static_cast<std::size_t>(spec.clock)], joined(spec.moments)});
    else if (state.timeline.position == 0) // `render` shows a session that stands there at its end
        append(words, {"--position", "0"});
    for (const auto& [option, text] :
         {std::pair{"--title", spec.title}, std::pair{"--font-family", spec.fontFamily}})
        if (!text.empty())
            append(words, {option, text});
    return words;
}

Words videoOptions(const VideoSpec& spec)
{
    Words words;
    const VideoSpec usual;
    if (spec.width != usual.width || spec.height != usual.height)
        words = {"--size", formatNumber(spec.width) + "x" + formatNumber(spec.height)};
    append(words, rowOptions(spec, {"width", "height"}));
    return words;
}

/// Whether --animate can say it: one easing for all keys (that of the last has no effect).
bool hasOneEasing(const KeyframeTrack& track)
{
    for (std::size_t i = 1; i + 1 < track.keys.size(); ++i)
        if (track.keys[i].easing != track.keys[0].easing)
            return false;
    return true;
}

/// --animate for the tracks of `now` that `saved` has not; those of one key replace each other.
Result<Words> trackOptions(const Session& now, const Session& saved)
{
    Words words;
    if (now.keyframes == saved.keyframes)
        return words;
    const auto other = [](const std::vector<KeyframeTrack>& tracks, const std::string& key) {
        return std::find_if(
            tracks.begin(), tracks.end(), [&](const KeyframeTrack& t) { return t.key == key; });
    };
    for (const KeyframeTrack& track : saved.keyframes)
        if (other(now.keyframes, track.key) == now.keyframes.end())
            return Error{track.key,
                         std::string("has keyframes in the saved session and none any more")
                             + kSaveFirst};
    for (const KeyframeTrack& track : now.keyframes) {
        const auto before = other(saved.keyframes, track.key);
        if (before != saved.keyframes.end() && *before == track)
            continue;
        if (!hasOneEasing(track))
            return Error{track.key,
                         std::string("has keyframes with different easings, which no option can "
                                     "say")
                             + kSaveFirst};
        append(words, {"--animate", formatTrack(now, track)});
    }
    return words;
}

/// What a job is made of, and the words that lead there from the saved session.
struct Start {
    SessionState state;
    Words words;
};

Result<Start> startOf(const Session& now, const ExportJob& job, const Session& saved)
{
    Start start{static_cast<const SessionState&>(now), {}};
    Session from = saved;
    if (!job.bookmark.empty()) {
        auto there = sessionAtBookmark(now, job.bookmark);
        if (!there)
            return there.error();
        start.state = static_cast<const SessionState&>(*there);
        if (auto before = sessionAtBookmark(saved, job.bookmark)) {
            from = std::move(before).value();
            start.words = {"--bookmark", job.bookmark};
        }
    }
    auto changes = parameterChanges(start.state, from);
    if (!changes)
        return changes.error();
    append(start.words, *changes);
    return start;
}

/// The ridge of a lane at its play position, in numbers.
Result<Words>
ridgeWords(const SessionState& state, const Session& saved, const std::string& name, int lane)
{
    if (!(state.data == saved.data))
        return Error{"data", std::string("differ from those of the saved session") + kSaveFirst};
    auto mixture = GaussianMixture::create(*state.data);
    if (!mixture)
        return Error{"/data" + mixture.error().path, mixture.error().message};
    const auto shared = std::make_shared<const GaussianMixture>(std::move(mixture).value());
    Session session = saved;
    static_cast<SessionState&>(session) = state;
    std::vector<std::vector<PathCoefficients>> levels;
    for (int i = 0; i < static_cast<int>(session.lanes.size()); ++i) {
        const auto plan = planLane(session, i, shared);
        if (!plan)
            return plan.error();
        levels.push_back(plan->levels);
    }
    const auto index = static_cast<std::size_t>(lane);
    const auto process = makeProcess(session.lanes[index].process);
    if (!process)
        return process.error();
    const double step = stepAtPosition(state.timeline, state.timeline.position, levels, lane);
    const PathCoefficients level = levelAtStep(**process, levels[index], step);
    const RidgeSpec& ridge = state.view.ridge;
    return Words{"ridge",
                 name,
                 "--trace",
                 "--alpha",
                 formatNumber(level.alpha),
                 "--sigma",
                 formatNumber(level.sigma),
                 "--beta",
                 formatNumber(ridge.beta),
                 "--gamma",
                 formatNumber(ridge.gamma)};
}

Result<Words>
dataWords(const Session& now, const ExportJob& job, const Session& saved, const std::string& name)
{
    const auto& spec = std::get<DataSpec>(job.spec);
    const auto content = static_cast<DataContent>(static_cast<int>(spec.content));
    const int lane = static_cast<int>(spec.lane) - 1;
    if (std::find(saved.jobs.begin(), saved.jobs.end(), job) != saved.jobs.end()
        && static_cast<const SessionState&>(now) == static_cast<const SessionState&>(saved)
        && now.bookmarks == saved.bookmarks)
        return Words{"run", name, "--job", job.name};
    auto start = startOf(now, job, saved);
    if (!start)
        return start.error();
    if (content == DataContent::Ridge) {
        auto words = ridgeWords(start->state, saved, name, lane);
        if (words)
            append(*words, {"-o", job.file});
        return words;
    }
    // The picture shows a run in single precision.
    if (content != DataContent::Ends || dataFormat(job.file) != DataFormat::Csv)
        return Error{"content",
                     "is made by no command of its own but end points as .csv and ridges; keep it "
                     "as an export job and save the session, then 'scorefield run' makes it"};
    Words words{"sample", name, "--lane", std::to_string(lane), "--precision", "float"};
    append(words, start->words);
    append(words, {"-o", job.file});
    return words;
}

} // namespace

std::string shellQuoted(const std::string& word)
{
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || std::string_view("_-+=./:,@%").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), isPlain))
        return word;
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

Result<std::vector<std::string>> parameterChanges(const SessionState& now, const Session& saved)
{
    Session wanted = saved, session = saved;
    static_cast<SessionState&>(wanted) = now;
    if (!(now.data == saved.data))
        return Error{"data", std::string("differ from those of the saved session") + kSaveFirst};
    if (now.lanes.size() != saved.lanes.size())
        return Error{"lanes",
                     "are " + std::to_string(now.lanes.size()) + ", in the saved session "
                         + std::to_string(saved.lanes.size()) + kSaveFirst};
    Words words;
    Status status = success();
    const auto set = [&](const std::string& key, const std::string& text) {
        append(words, {"--set", key + "=" + text});
        if (status)
            status = setParameterText(session, key, text);
    };
    const auto setWhereDifferent = [&](bool kinds) {
        for (const std::string& key : parameterKeys(wanted)) {
            if (key.ends_with(".kind") != kinds)
                continue;
            const auto value = parameterValue(wanted, key), before = parameterValue(session, key);
            if (!before || *before != *value)
                set(key, describe(wanted, key)->format(*value));
        }
    };
    setWhereDifferent(true);
    if (!status)
        return status.error();
    for (const std::string& key : pointsKeys(wanted)) {
        const auto points = pointsValue(wanted, key);
        if (!(pointsValue(session, key).value() == *points))
            set(key, describePoints(wanted, key)->format(*points));
    }
    setWhereDifferent(false);
    if (!status)
        return status.error();
    if (!(session.particles.tape == wanted.particles.tape))
        return Error{"particles.tape",
                     std::string("differs from that of the saved session") + kSaveFirst};
    if (!(static_cast<const SessionState&>(session) == now))
        return Error{"session", std::string("has changes that no option can say") + kSaveFirst};
    return words;
}

Result<std::vector<std::string>> commandWords(const Session& now,
                                              const ExportJob& job,
                                              const Session& saved,
                                              const std::string& name)
{
    if (auto status = checkJob(job, static_cast<int>(now.lanes.size())); !status)
        return status.error();
    Words words{"scorefield"};
    if (std::holds_alternative<DataSpec>(job.spec)) {
        const auto data = dataWords(now, job, saved, name);
        if (!data)
            return data.error();
        append(words, *data);
        return words;
    }
    const auto start = startOf(now, job, saved);
    if (!start)
        return start.error();
    const auto tracks = trackOptions(now, saved);
    if (const auto* figure = std::get_if<FigureSpec>(&job.spec)) {
        const bool moves = figure->clock == static_cast<double>(MomentClock::Share);
        if (moves && !tracks)
            return tracks.error();
        append(words, {"render", name});
        append(words, start->words);
        append(words, figureOptions(*figure, start->state));
        if (moves)
            append(words, *tracks);
    } else {
        if (!tracks)
            return tracks.error();
        append(words, {"video", name});
        append(words, start->words);
        append(words, videoOptions(std::get<VideoSpec>(job.spec)));
        append(words, *tracks);
    }
    append(words, {"-o", job.file});
    return words;
}

Result<std::string>
commandLine(const Session& now, const ExportJob& job, const Session& saved, const std::string& name)
{
    const auto words = commandWords(now, job, saved, name);
    if (!words)
        return words.error();
    std::string line;
    for (const std::string& word : *words)
        line += (line.empty() ? "" : " ") + shellQuoted(word);
    return line;
}

} // namespace scorefield
