// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What can be made of a session: figures, films and data files, as values that a session stores
// under a name, a dialog edits and a command line spells out. Every number has its descriptor in
// core/session/export_table.h.
#include "core/base/curve.h"

#include <string>
#include <variant>
#include <vector>

namespace scorefield {

enum class FigureContent {
    View,     ///< all lanes as they stand in the window
    Lane,     ///< one lane
    Grid,     ///< lanes × moments
    OverTime, ///< the charts of the window's page of this name …
    Ridge     ///< … and of this one
};
enum class LengthUnit { Millimetre, Inch, Pixel };
/// What the numbers of FigureSpec::moments are.
enum class MomentClock {
    Here,     ///< none: the session's own play position
    Noise,    ///< σ̃
    Step,     ///< of each lane's own grid
    Position, ///< of the play-head in the session's clock, 0 noise … 1 data
    Share     ///< of a film, 0 … 1: what has keyframes stands where it is then
};
enum class PictureTheme { Light, Print, Dark };
enum class ParticleDrawing { Automatic, Vector, Raster };
enum class KeyPlace { None, EachPanel, Shared };
enum class LetterStyle { None, Lower, LowerParentheses, Upper };

struct FigureSpec {
    double content = 0;          ///< FigureContent
    double lane = 1;             ///< number of the lane, from 1, that Lane shows
    std::vector<int> lanes;      ///< of a grid, from 1; empty: all
    double clock = 0;            ///< MomentClock
    std::vector<double> moments; ///< one, or for a grid any number; empty with Here
    double momentsDown = 0;      ///< of a grid: moments below one another, lanes side by side

    double width = 1600, height = 900;
    double unit = 2; ///< LengthUnit
    /// A PNG has width × dpi pixels where the unit is a length; pixels are 1/96 inch × 96/dpi: text
    /// and lines scale with dpi/96, the number of pixels stays.
    double dpi = 96;
    double theme = 0;       ///< PictureTheme
    double transparent = 0; ///< no background

    std::string title;
    std::string fontFamily; ///< empty: the interface font
    double fontSize = 9;    ///< points, of captions and axes; titles are larger in proportion
    double lineScale = 1;   ///< of lines and markers
    double letters = 0;     ///< LetterStyle
    double panelTitles = 1, formulas = 1, captions = 1, readouts = 1, axes = 1;
    double colorBar = 1;         ///< KeyPlace
    double legend = 1;           ///< KeyPlace
    double particles = 0;        ///< ParticleDrawing, in PDF and SVG
    double particleLimit = 5000; ///< of each panel: Automatic draws more than these as pixels
    bool operator==(const FigureSpec&) const = default;
};

/// How something gets from one value to the next: share of the way done at a share of the time.
enum class Easing { Linear, In, Out, InOut, Hold };

struct VideoSpec {
    double content = 0; ///< FigureContent::View or Lane
    double lane = 1;
    double width = 1280, height = 720; ///< pixels; odd ones are rounded up
    double scale = 1;                  ///< of text and lines
    double theme = 2;                  ///< PictureTheme
    double framesPerSecond = 30;
    double seconds = 6;                 ///< of one pass, holds included
    double loops = 1;                   ///< whole: how often the pass is in the file
    double pingPong = 0;                ///< every pass is followed by its reverse: twice the frames
    double easing = 0;                  ///< Easing of the play-head
    double from = 0, to = 1;            ///< its positions
    double holdStart = 0, holdEnd = .5; ///< seconds at which it rests there
    double quality = 1;                 ///< choice: draft, good, best
    double panelTitles = 1, captions = 1, readouts = 1, axes = 1, legend = 1, colorBar = 1;
    bool operator==(const VideoSpec&) const = default;
};

enum class DataContent { Ends, Starts, Trajectory, Ridge, Noise };

struct DataSpec {
    double content = 0; ///< DataContent
    double lane = 1;
    bool operator==(const DataSpec&) const = default;
};

/// One entry of Session::jobs. The format is the ending of the file: .png .svg .pdf; .mp4 .webm
/// .gif .apng or a pattern of frames such as frames/%05d.png; .npy .csv .json.
struct ExportJob {
    std::string name;     ///< unique in its session, not empty
    std::string file;     ///< relative to the folder that `scorefield run` writes to
    std::string bookmark; ///< the state it is made of; empty: the session's own
    std::variant<FigureSpec, VideoSpec, DataSpec> spec;
    bool operator==(const ExportJob&) const = default;
};

/// A value at a share of a film's pass, and how the next one is reached from it.
struct Keyframe {
    double at = 0, value = 0;
    Easing easing = Easing::Linear;
    bool operator==(const Keyframe&) const = default;
};

/// A parameter that a film moves: "lanes.0.guidance.w", or "lanes.*.guidance.w" for every lane that
/// has it. Keys ascend; before the first and after the last the value stays.
struct KeyframeTrack {
    std::string key;
    std::vector<Keyframe> keys;
    bool operator==(const KeyframeTrack&) const = default;
};

} // namespace scorefield
