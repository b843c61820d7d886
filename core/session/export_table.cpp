// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/export_table.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/session/film.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr double kSmallestSide = 16, kLargestSide = 16384; // px; the latter of OpenGL's textures
constexpr double kMostPixels = 134217728;                  // a picture of 512 MiB
constexpr double kInchMm = 25.4, kPointsPerInch = 72;
constexpr std::size_t kMostMoments = 24;

template <class Spec>
Status checkNumbers(const Spec& spec, int lanes)
{
    Spec copy = spec;
    for (const SpecRow<Spec>& row : specRows<Spec>())
        if (auto status = row.descriptor.validate(row.field(copy)); !status)
            return status;
    if (spec.lane > lanes)
        return Error{"lane",
                     "is " + formatNumber(spec.lane) + ", but the session has "
                         + (lanes == 1 ? "one lane" : std::to_string(lanes) + " lanes")};
    return success();
}

Status checkMoments(const FigureSpec& spec)
{
    const auto clock = static_cast<MomentClock>(static_cast<int>(spec.clock));
    const bool isGrid = spec.content == static_cast<double>(FigureContent::Grid);
    if (clock == MomentClock::Here)
        return spec.moments.empty()
                   ? success()
                   : Status(Error{"moments", "are given, but the clock is 'here'"});
    if (spec.moments.empty() || (!isGrid && spec.moments.size() != 1))
        return Error{"moments",
                     isGrid ? "are missing; give at least one"
                            : "must be one number, unless the content is 'grid'"};
    if (spec.moments.size() > kMostMoments)
        return Error{"moments", "are " + std::to_string(spec.moments.size()) + ", at most 24"};
    const bool isShare = clock == MomentClock::Position || clock == MomentClock::Share;
    for (const double moment : spec.moments) {
        const bool isWhole = clock != MomentClock::Step || std::floor(moment) == moment;
        if (!std::isfinite(moment) || moment < 0 || (isShare && moment > 1) || !isWhole)
            return Error{"moments",
                         "hold " + formatNumber(moment) + ", must be "
                             + (isShare                      ? "from 0 to 1"
                                : clock == MomentClock::Step ? "whole and 0 or more"
                                                             : "finite and 0 or more")};
    }
    return success();
}

bool hasEnding(std::string_view file, std::string_view ending)
{
    if (file.size() <= ending.size())
        return false;
    return std::equal(ending.begin(),
                      ending.end(),
                      file.end() - static_cast<std::ptrdiff_t>(ending.size()),
                      [](char a, char b) { return a == lowerAscii(b); });
}

bool hasEnding(std::string_view file, std::initializer_list<std::string_view> endings)
{
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
        return hasEnding(file, ending);
    });
}

/// "%05d" or "%d" in the name itself.
bool isFramePattern(std::string_view file)
{
    const auto at = file.find('%');
    if (at == std::string_view::npos || !hasEnding(file, ".png"))
        return false;
    const auto rest = file.substr(at + 1);
    const auto letter = rest.find_first_not_of("0123456789");
    return letter <= 2 && rest[letter] == 'd' // two digits at most
           && rest.find('%') == std::string_view::npos;
}

} // namespace

FigureSize figureSize(const FigureSpec& spec)
{
    const auto unit = static_cast<LengthUnit>(static_cast<int>(spec.unit));
    FigureSize size{};
    size.pixelsPerInch = spec.dpi;
    const double inches = unit == LengthUnit::Millimetre ? 1 / kInchMm
                          : unit == LengthUnit::Inch     ? 1
                                                         : 1 / spec.dpi;
    const auto pixels = [&](double length) {
        return static_cast<int>(std::lround(std::clamp(length * inches * spec.dpi, 0., 1e8)));
    };
    size.widthPx = pixels(spec.width);
    size.heightPx = pixels(spec.height);
    size.widthPt = spec.width * inches * kPointsPerInch;
    size.heightPt = spec.height * inches * kPointsPerInch;
    return size;
}

Status checkSpec(const FigureSpec& spec, int lanes)
{
    if (auto status = checkNumbers(spec, lanes); !status)
        return status;
    for (const int lane : spec.lanes)
        if (lane < 1 || lane > lanes)
            return Error{"lanes",
                         "holds " + std::to_string(lane) + ", must be from 1 to "
                             + std::to_string(lanes)};
    const FigureSize size = figureSize(spec);
    for (const auto& [key, pixels] :
         {std::pair{"width", size.widthPx}, std::pair{"height", size.heightPx}})
        if (pixels < kSmallestSide || pixels > kLargestSide)
            return Error{key,
                         "makes " + std::to_string(pixels) + " pixels at " + formatNumber(spec.dpi)
                             + " dpi, must be from 16 to 16384"};
    if (static_cast<double>(size.widthPx) * size.heightPx > kMostPixels)
        return Error{"dpi",
                     "makes " + std::to_string(size.widthPx) + " x " + std::to_string(size.heightPx)
                         + " pixels; a picture has at most 134 million"};
    return checkMoments(spec);
}

Status checkSpec(const VideoSpec& spec, int lanes)
{
    if (auto status = checkNumbers(spec, lanes); !status)
        return status;
    if (spec.holdStart + spec.holdEnd > spec.seconds)
        return Error{"hold_end",
                     "and hold_start are longer than the pass of " + formatNumber(spec.seconds)
                         + " s"};
    constexpr double most = 1e6; // frames: nine hours at 30 a second
    if (static_cast<double>(filmFrames(spec)) > most)
        return Error{"seconds",
                     "makes " + std::to_string(filmFrames(spec)) + " frames; a film has at most "
                         + formatNumber(most)};
    return success();
}

Status checkSpec(const DataSpec& spec, int lanes)
{
    return checkNumbers(spec, lanes);
}

Status checkJob(const ExportJob& job, int lanes)
{
    if (trimmed(job.name).empty())
        return Error{"name", "is empty"};
    const bool fits = std::holds_alternative<FigureSpec>(job.spec)  ? isFigureFile(job.file)
                      : std::holds_alternative<VideoSpec>(job.spec) ? isVideoFile(job.file)
                                                                    : isDataFile(job.file);
    if (!fits)
        return Error{"file",
                     "is '" + job.file + "', must end in "
                         + (std::holds_alternative<FigureSpec>(job.spec) ? ".png, .svg or .pdf"
                            : std::holds_alternative<VideoSpec>(job.spec)
                                ? ".mp4, .webm, .gif, .apng or %05d.png"
                                : ".npy, .csv or .json")};
    return std::visit([lanes](const auto& spec) { return checkSpec(spec, lanes); }, job.spec);
}

Status setFigureSize(FigureSpec& spec, std::string_view text)
{
    std::string rest(text);
    double unit = static_cast<double>(LengthUnit::Pixel);
    for (const auto& [ending, value] : {std::pair{"mm", LengthUnit::Millimetre},
                                        std::pair{"in", LengthUnit::Inch},
                                        std::pair{"px", LengthUnit::Pixel}})
        if (hasEnding(rest, ending)) {
            unit = static_cast<double>(value);
            rest.resize(rest.size() - 2);
            break;
        }
    const auto parts = splitText(rest, 'x');
    const auto width = parseNumber(trimmed(parts[0]));
    const auto height =
        parts.size() == 2 ? parseNumber(trimmed(parts[1])) : Result<double>(Error{});
    if (!width || !height || !(*width > 0) || !(*height > 0))
        return Error{"size",
                     "is '" + std::string(text)
                         + "', must be WIDTHxHEIGHT with mm, in or px behind it, such as 1600x900 "
                           "or 6.75x3in"};
    spec.width = *width;
    spec.height = *height;
    spec.unit = unit;
    return success();
}

const std::vector<ColumnPreset>& columnPresets()
{
    static const std::vector<ColumnPreset> presets = {
        {"single-column", "Single column", 3.25, 2.4, LengthUnit::Inch, 7},
        {"double-column", "Double column", 6.75, 3, LengthUnit::Inch, 8},
        {"nature-single", "89 mm column", 89, 66, LengthUnit::Millimetre, 7},
        {"nature-double", "183 mm page", 183, 80, LengthUnit::Millimetre, 7},
        {"slide", "Slide 16:9", 13.333, 7.5, LengthUnit::Inch, 16},
        {"poster", "Poster panel", 400, 250, LengthUnit::Millimetre, 20},
        {"screen", "Full HD", 1920, 1080, LengthUnit::Pixel, 9}};
    return presets;
}

bool isFigureFile(std::string_view file)
{
    return hasEnding(file, {".png", ".svg", ".pdf"}) && file.find('%') == std::string_view::npos;
}

bool isVideoFile(std::string_view file)
{
    return hasEnding(file, {".mp4", ".webm", ".gif", ".apng"}) || isFramePattern(file);
}

bool isDataFile(std::string_view file)
{
    return hasEnding(file, {".npy", ".csv", ".json"});
}

} // namespace scorefield
