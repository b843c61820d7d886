// SPDX-License-Identifier: GPL-3.0-or-later
// What figures, films and data files can be told, with range and help.
#include "core/session/export_table.h"
#include "core/session/film.h"
#include "core/session/session.h"
#include "core/session/table_rows.h"

#include <initializer_list>

namespace scorefield {

namespace {

using table::choiceRow;
using table::realRow;
using table::switchRow;
using table::whole;

constexpr auto kStyle = Invalidates::Style;
constexpr auto kLinear = Scale::Linear;
constexpr auto kLog = Scale::Logarithmic;
constexpr double kSmallestSide = 16, kLargestFilm[] = {3840, 2160}; // px

ParameterDescriptor laneRow()
{
    return whole(realRow("lane",
                         "",
                         "Lane",
                         "",
                         1,
                         kMaxLanes,
                         kLinear,
                         "Which lane is shown, counted from 1.",
                         kStyle));
}

ParameterDescriptor themeRow()
{
    return choiceRow("theme",
                     "Theme",
                     {{"light", "Light", "White canvas, grey axes, as the light window."},
                      {"print", "Print", "White canvas, black axes and text, for paper."},
                      {"dark", "Dark", "As the dark window, for projectors."}},
                     "The colours of canvas, axes and text.",
                     kStyle);
}

ParameterDescriptor keyRow(const char* key, const char* label, const char* help)
{
    return choiceRow(key,
                     label,
                     {{"none", "None", "It is left out."},
                      {"panel", "In each panel", "Every panel has its own."},
                      {"shared", "One for all", "One beside or below the panels."}},
                     help,
                     kStyle);
}

ParameterDescriptor partRow(const char* key, const char* label, const char* help)
{
    return switchRow(key, label, help, kStyle);
}

std::vector<SpecRow<FigureSpec>> figureContentRows()
{
    return {
        {choiceRow("content",
                   "Content",
                   {{"view", "All lanes", "The lanes as they stand in the window."},
                    {"lane", "One lane", "A single lane."},
                    {"grid", "Lanes × moments", "Small multiples: every lane at every moment."},
                    {"over-time", "Charts over time", "Confidence, modes and weight over a run."},
                    {"ridge", "Ridge charts", "Stages, distance and slide along the ridge."}},
                   "What the figure shows.",
                   kStyle),
         [](FigureSpec& s) -> double& { return s.content; }},
        {laneRow(), [](FigureSpec& s) -> double& { return s.lane; }},
        {choiceRow("clock",
                   "Moments as",
                   {{"here", "Where it stands", "The play position of the session."},
                    {"noise", "Noise level σ̃", "The moments are noise levels σ̃ = σ/α."},
                    {"step", "Step", "The moments are steps of each lane."},
                    {"position", "Position", "The moments are positions: 0 noise, 1 data."},
                    {"share", "Share of the film", "Moments of the film, with its keyframes."}},
                   "What the numbers of the moments mean.",
                   kStyle),
         [](FigureSpec& s) -> double& { return s.clock; }},
        {partRow("moments_down",
                 "Moments downwards",
                 "Moments stand below one another and lanes side by side, instead of the reverse."),
         [](FigureSpec& s) -> double& { return s.momentsDown; }},
    };
}

std::vector<SpecRow<FigureSpec>> figurePageRows()
{
    return {
        {realRow("width", "", "Width", "", .1, 20000, kLog, "Width of the page.", kStyle),
         [](FigureSpec& s) -> double& { return s.width; }},
        {realRow("height", "", "Height", "", .1, 20000, kLog, "Height of the page.", kStyle),
         [](FigureSpec& s) -> double& { return s.height; }},
        {choiceRow("unit",
                   "Unit",
                   {{"mm", "mm", "Millimetres."},
                    {"in", "in", "Inches of 25.4 mm."},
                    {"px", "px", "Pixels of the picture."}},
                   "The unit of width and height.",
                   kStyle),
         [](FigureSpec& s) -> double& { return s.unit; }},
        {realRow("dpi",
                 "",
                 "Resolution",
                 "dpi",
                 24,
                 2400,
                 kLog,
                 "Pixels per inch, of a PNG and of what is drawn as pixels in PDF and SVG. With a "
                 "size in pixels, text and lines scale with it.",
                 kStyle),
         [](FigureSpec& s) -> double& { return s.dpi; }},
        {themeRow(), [](FigureSpec& s) -> double& { return s.theme; }},
        {partRow("transparent", "Transparent", "The page has no background colour."),
         [](FigureSpec& s) -> double& { return s.transparent; }},
        {realRow("font_size",
                 "",
                 "Font size",
                 "pt",
                 3,
                 72,
                 kLog,
                 "Of axes and captions; titles are larger in proportion.",
                 kStyle),
         [](FigureSpec& s) -> double& { return s.fontSize; }},
        {realRow("line_scale",
                 "×",
                 "Lines and markers",
                 "",
                 .2,
                 5,
                 kLog,
                 "Width of lines and size of particles, in proportion to the window's.",
                 kStyle),
         [](FigureSpec& s) -> double& { return s.lineScale; }},
    };
}

std::vector<SpecRow<FigureSpec>> figurePartRows()
{
    return {
        {choiceRow("letters",
                   "Panel letters",
                   {{"none", "None", "No letters."},
                    {"a", "a", "a, b, c …"},
                    {"(a)", "(a)", "(a), (b), (c) …"},
                    {"A", "A", "A, B, C …"}},
                   "Letters that a caption can refer to.",
                   kStyle),
         [](FigureSpec& s) -> double& { return s.letters; }},
        {partRow(
             "panel_titles", "Panel titles", "The name of each lane, of a grid also its moment."),
         [](FigureSpec& s) -> double& { return s.panelTitles; }},
        {partRow("formulas", "Formulas", "The process's formula beside its name."),
         [](FigureSpec& s) -> double& { return s.formulas; }},
        {partRow("captions", "Captions", "How it was run, and t, σ̃ and λ."),
         [](FigureSpec& s) -> double& { return s.captions; }},
        {partRow("readouts", "Read-outs", "Confidence and modes of the samples."),
         [](FigureSpec& s) -> double& { return s.readouts; }},
        {partRow("axes", "Axes", "Axes with numbers and names."),
         [](FigureSpec& s) -> double& { return s.axes; }},
        {keyRow("color_bar", "Colour bar", "The scale of the density or of the map."),
         [](FigureSpec& s) -> double& { return s.colorBar; }},
        {keyRow("legend", "Legend", "What colours, lines and symbols mean."),
         [](FigureSpec& s) -> double& { return s.legend; }},
        {choiceRow("particle_drawing",
                   "Particles",
                   {{"automatic", "Automatic", "As vectors up to the limit, as pixels beyond."},
                    {"vector", "Vectors", "Every particle is a shape of its own."},
                    {"raster", "Pixels", "Particles are part of the raster picture."}},
                   "How PDF and SVG hold the particles. In a PNG everything is pixels.",
                   kStyle),
         [](FigureSpec& s) -> double& { return s.particles; }},
        {whole(realRow("particle_limit",
                       "",
                       "Limit",
                       "",
                       0,
                       1e6,
                       kLinear,
                       "Automatic draws up to this many particles of a panel as vectors.",
                       kStyle)),
         [](FigureSpec& s) -> double& { return s.particleLimit; }},
    };
}

std::vector<SpecRow<VideoSpec>> videoTimeRows()
{
    std::vector<ChoiceItem> easings;
    const char* labels[] = {"Linear", "Ease in", "Ease out", "Ease in and out", "Hold"};
    const char* helps[] = {"Evenly.",
                           "Slow at the start.",
                           "Slow at the end.",
                           "Slow at both ends.",
                           "It jumps at the end."};
    for (std::size_t i = 0; i < easingNames().size(); ++i)
        easings.push_back({easingNames()[i], labels[i], helps[i]});
    const auto seconds = [](const char* key, const char* label, double least, const char* help) {
        return realRow(key, "", label, "s", least, 3600, least > 0 ? kLog : kLinear, help, kStyle);
    };
    const auto position = [](const char* key, const char* label, const char* help) {
        return realRow(key, "", label, "", 0, 1, kLinear, help, kStyle);
    };
    return {
        {realRow("fps", "", "Frame rate", "1/s", 1, 240, kLinear, "Frames per second.", kStyle),
         [](VideoSpec& s) -> double& { return s.framesPerSecond; }},
        {seconds("seconds", "Duration", .05, "Of one pass, with its holds."),
         [](VideoSpec& s) -> double& { return s.seconds; }},
        {whole(realRow("loops",
                       "",
                       "Passes",
                       "",
                       1,
                       1000,
                       kLinear,
                       "How often the pass is in the file. A GIF repeats by itself.",
                       kStyle)),
         [](VideoSpec& s) -> double& { return s.loops; }},
        {switchRow("ping_pong",
                   "There and back",
                   "Every pass is followed by its reverse, which takes as long.",
                   kStyle),
         [](VideoSpec& s) -> double& { return s.pingPong; }},
        {choiceRow("easing", "Easing", easings, "How the play-head gets to its end.", kStyle),
         [](VideoSpec& s) -> double& { return s.easing; }},
        {position("from", "From", "The play position at the start: 0 noise, 1 data."),
         [](VideoSpec& s) -> double& { return s.from; }},
        {position("to", "To", "The play position at the end: 0 noise, 1 data."),
         [](VideoSpec& s) -> double& { return s.to; }},
        {seconds("hold_start", "Hold at start", 0, "The play-head rests there first."),
         [](VideoSpec& s) -> double& { return s.holdStart; }},
        {seconds("hold_end", "Hold at end", 0, "The play-head rests there last."),
         [](VideoSpec& s) -> double& { return s.holdEnd; }},
    };
}

std::vector<SpecRow<VideoSpec>> videoPictureRows()
{
    const auto side = [](const char* key, const char* label, double most) {
        return whole(realRow(key,
                             "",
                             label,
                             "px",
                             kSmallestSide,
                             most,
                             kLog,
                             "Pixels; odd numbers are rounded up, since players expect even ones.",
                             kStyle));
    };
    return {
        {choiceRow("content",
                   "Content",
                   {{"view", "All lanes", "The lanes as they stand in the window."},
                    {"lane", "One lane", "A single lane."}},
                   "What the film shows.",
                   kStyle),
         [](VideoSpec& s) -> double& { return s.content; }},
        {laneRow(), [](VideoSpec& s) -> double& { return s.lane; }},
        {side("width", "Width", kLargestFilm[0]), [](VideoSpec& s) -> double& { return s.width; }},
        {side("height", "Height", kLargestFilm[1]),
         [](VideoSpec& s) -> double& { return s.height; }},
        {realRow("scale", "×", "Text and lines", "", .5, 4, kLog, "Their size.", kStyle),
         [](VideoSpec& s) -> double& { return s.scale; }},
        {themeRow(), [](VideoSpec& s) -> double& { return s.theme; }},
        {choiceRow("quality",
                   "Quality",
                   {{"draft", "Draft", "Small and quick."},
                    {"good", "Good", "No visible loss at normal distance."},
                    {"best", "Best", "For further cutting; large."}},
                   "Of lossy formats (MP4, WebM); of a GIF the number of colours: 64, 128, 256.",
                   kStyle),
         [](VideoSpec& s) -> double& { return s.quality; }},
        {partRow("panel_titles", "Titles", "Name and formula of each lane."),
         [](VideoSpec& s) -> double& { return s.panelTitles; }},
        {partRow("captions", "Captions", "How it was run, and t, σ̃ and λ."),
         [](VideoSpec& s) -> double& { return s.captions; }},
        {partRow("readouts", "Read-outs", "Confidence and modes of the samples."),
         [](VideoSpec& s) -> double& { return s.readouts; }},
        {partRow("axes", "Axes", "Axes with numbers and names."),
         [](VideoSpec& s) -> double& { return s.axes; }},
        {partRow("legend", "Legend", "What colours, lines and symbols mean."),
         [](VideoSpec& s) -> double& { return s.legend; }},
        {partRow("color_bar", "Colour bar", "The scale of the density or of the map."),
         [](VideoSpec& s) -> double& { return s.colorBar; }},
    };
}

template <class Spec>
std::vector<SpecRow<Spec>> joined(std::initializer_list<std::vector<SpecRow<Spec>>> parts)
{
    std::vector<SpecRow<Spec>> rows;
    for (const auto& part : parts)
        rows.insert(rows.end(), part.begin(), part.end());
    return table::withDefaults<Spec>(std::move(rows));
}

} // namespace

const std::vector<SpecRow<FigureSpec>>& figureRows()
{
    static const auto rows =
        joined<FigureSpec>({figureContentRows(), figurePageRows(), figurePartRows()});
    return rows;
}

const std::vector<SpecRow<VideoSpec>>& videoRows()
{
    static const auto rows = joined<VideoSpec>({videoTimeRows(), videoPictureRows()});
    return rows;
}

const std::vector<SpecRow<DataSpec>>& dataRows()
{
    static const auto rows = joined<DataSpec>(
        {{{choiceRow("content",
                     "Content",
                     {{"ends", "End points", "The samples, one row for each particle."},
                      {"starts", "Starting points", "The states that the run began with."},
                      {"trajectory", "Trajectories", "All states from noise to data."},
                      {"ridge", "Ridge", "The ridge of the noised data at the play position."},
                      {"noise", "Step noise", "The normals of every step: a noise tape."}},
                     "What the file holds.",
                     kStyle),
           [](DataSpec& s) -> double& { return s.content; }},
          {laneRow(), [](DataSpec& s) -> double& { return s.lane; }}}});
    return rows;
}

} // namespace scorefield
