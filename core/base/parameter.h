// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A parameter is declared once, here as a ParameterDescriptor: by the variant (process, grid,
// sampler, guidance rule) that owns it, or by core/session for everything else. Sliders, tooltips,
// JSON, --set, undo and `list parameters` read it. Every parameter is one number; a Boolean is 0 or
// 1, a Choice is the index of its item.
#include "core/base/curve.h"
#include "core/base/result.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scorefield {

enum class ParameterType { Real, Integer, Boolean, Choice };
enum class Scale { Linear, Logarithmic };
/// What must be done again after a change: nothing but drawing, or the simulation.
enum class Invalidates { Style, Simulation };

struct ChoiceItem {
    std::string id;      ///< as written in files and on the command line
    std::string label;   ///< as shown
    std::string help;    ///< formula, source
    std::string group{}; ///< heading in long lists
    std::string facts{}; ///< what tells it apart, short: its formula, or "order 2 · 1 evaluation"
    bool operator==(const ChoiceItem&) const = default;
};

struct ParameterDescriptor {
    std::string key;      ///< snake_case, local to its owner: "horizon"
    std::string symbol{}; ///< "T", "σ̃", "η"; may be empty
    std::string label;    ///< "Horizon"
    std::string unit{};   ///< may be empty
    ParameterType type = ParameterType::Real;
    double minimum = 0, maximum = 1, defaultValue = 0;
    Scale scale = Scale::Linear;
    /// Of a linear scale: where a slider bends; what is left of its way leads to `maximum` by equal
    /// factors. 0: it does not.
    double sliderMaximum = 0;
    double step = 0; ///< of an arrow key; 0: 1/100 of the range (linear) or of a decade (log)
    std::vector<ChoiceItem> choices{};
    std::string help{}; ///< one or two sentences with the formula and its source
    Invalidates invalidates = Invalidates::Simulation;

    /// An Error (path = key) unless value is finite, in [minimum, maximum], and whole for the
    /// discrete types.
    Status validate(double value) const;
    /// A number, true/false, or the id of a choice; the Error names the range or the nearest id.
    Result<double> parse(std::string_view text) const;
    /// The shortest text that parses back to the same value; choice ids and true/false for those
    /// types.
    std::string format(double value) const;
};

/// The parameters of one variant by key, in the order of its descriptors.
class ParameterValues {
public:
    ParameterValues() = default;
    ParameterValues(std::initializer_list<std::pair<std::string, double>> items) : m_items(items) {}

    /// The value of key; asserts that it is there (makeChoice fills every declared key).
    double at(std::string_view key) const;
    bool contains(std::string_view key) const;
    void set(std::string_view key, double value);
    const std::vector<std::pair<std::string, double>>& items() const { return m_items; }
    bool operator==(const ParameterValues&) const = default;

private:
    std::vector<std::pair<std::string, double>> m_items;
};

/// One variant of a family with its parameter values, e.g. {"karras", {steps: 40, rho: 7}}, and the
/// control points of a variant that declares them (VariantInfo::points).
struct Choice {
    std::string kind;
    ParameterValues values;
    std::vector<CurvePoint> points{};
    bool operator==(const Choice&) const = default;
};

/// What the y of control points is, for whoever draws them beside the schedule: log(alpha/sigma),
/// sigma/alpha, a coefficient, the place of log sigma~ between the two ends of a run, or a guidance
/// weight.
enum class PathQuantity { LogSnr, NoiseLevel, Alpha, Sigma, NoiseShare, Weight };

/// The control points of a variant: a curve y(x) to drag, or a plain list of numbers y (x is then
/// the index). Files hold them as [[x, y], …] or [y, …] under `key`.
struct PointsInfo {
    std::string key = "points";
    bool list = false;
    std::string xLabel, yLabel;                   ///< "t/T", "λ = log α/σ"
    PathQuantity quantity = PathQuantity::LogSnr; ///< of y
    double xMinimum = 0, xMaximum = 1, yMinimum = 0, yMaximum = 1;
    Scale yScale = Scale::Linear;
    bool endsFixed = true;   ///< the first x is xMinimum and the last xMaximum
    bool increasing = false; ///< the direction of y, strictly
    bool monotone = true;    ///< false: y may turn, `increasing` says nothing
    std::size_t fewest = 2, most = 32;
    std::vector<CurvePoint> defaultPoints{};
    std::string help;

    /// An Error (path = key) that names the point: counts, finite numbers, ranges, order of x,
    /// direction of y.
    Status validate(const std::vector<CurvePoint>& points) const;
    /// "0:4,0.5:1,1:-5", for a list "80,10,1,0"; parse is the inverse of format.
    std::string format(const std::vector<CurvePoint>& points) const;
    Result<std::vector<CurvePoint>> parse(std::string_view text) const;
};

/// What every registered variant of a family has; the families add their factory (see
/// process/registry.h …).
struct VariantInfo {
    std::string id;      ///< "vp", "karras", "ddim"
    std::string label;   ///< "Variance preserving"
    std::string formula; ///< Unicode, one line: "dX = −½X dt + dB"
    std::string help;    ///< what it is, one or two sentences
    std::string source;  ///< title or arXiv id
    std::vector<ParameterDescriptor> parameters;
    std::string group{}; ///< heading in menus: "Variance preserving", "DPM-Solver++"
    std::optional<PointsInfo> points{};
    /// What to know before comparing, of guidance rules: "depends on the origin", "depends on the
    /// space", "no continuous limit".
    std::vector<std::string> badges{};
};

/// Values for `info`: the defaults, overwritten by those of `previous` that have the same key and
/// lie in range; points are the default ones.
Choice makeChoice(const VariantInfo& info, const ParameterValues& previous = {});

} // namespace scorefield
