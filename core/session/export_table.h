// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one table of what an export can be told: dialogs, JSON and the options of `render` and
// `video` read it. The option of the key "font_size" is --font-size.
#include "core/base/parameter.h"
#include "core/session/export_spec.h"

#include <string_view>
#include <vector>

namespace scorefield {

template <class Spec>
struct SpecRow {
    ParameterDescriptor descriptor; ///< with the default of a new Spec
    double& (*field)(Spec&);
};
const std::vector<SpecRow<FigureSpec>>& figureRows();
const std::vector<SpecRow<VideoSpec>>& videoRows();
const std::vector<SpecRow<DataSpec>>& dataRows();

/// The rows of the type.
template <class Spec>
const std::vector<SpecRow<Spec>>& specRows();
template <>
inline const std::vector<SpecRow<FigureSpec>>& specRows<FigureSpec>()
{
    return figureRows();
}
template <>
inline const std::vector<SpecRow<VideoSpec>>& specRows<VideoSpec>()
{
    return videoRows();
}
template <>
inline const std::vector<SpecRow<DataSpec>>& specRows<DataSpec>()
{
    return dataRows();
}

/// The row of a key; null if there is none.
template <class Spec>
const SpecRow<Spec>* findSpecRow(std::string_view key)
{
    for (const SpecRow<Spec>& row : specRows<Spec>())
        if (row.descriptor.key == key)
            return &row;
    return nullptr;
}

/// Every number against its descriptor, and what no single number can tell: sizes in pixels from 16
/// to 16384 (films: 16 to 3840 × 2160) and at most 134 million pixels, moments that the clock has,
/// lanes up to `lanes`. Error.path: the key.
Status checkSpec(const FigureSpec& spec, int lanes);
Status checkSpec(const VideoSpec& spec, int lanes);
Status checkSpec(const DataSpec& spec, int lanes);
/// Name, file and spec. Error.path: "name", "file" or the key of the spec.
Status checkJob(const ExportJob& job, int lanes);

/// Pixels of a PNG of this figure, and the size of the page in points of 1/72 inch.
struct FigureSize {
    int widthPx, heightPx;
    double widthPt, heightPt;
    double pixelsPerInch; ///< of the PNG, for its pHYs chunk and the scale of text
};
FigureSize figureSize(const FigureSpec& spec);

/// "6.75x3in", "89x60mm", "1600x900" (pixels): sets width, height and unit.
Status setFigureSize(FigureSpec& spec, std::string_view text);

/// Sizes that venues ask for: "Single column", 3.25 × 2.4 in …
struct ColumnPreset {
    const char *id, *label;
    double width, height;
    LengthUnit unit;
    double fontSize;
};
const std::vector<ColumnPreset>& columnPresets();

/// What a figure is of, as words: "grid of lanes × moments".
bool isFigureFile(std::string_view file); ///< .png .svg .pdf
bool isVideoFile(std::string_view file);  ///< .mp4 .webm .gif .apng, or a .png with %d
bool isDataFile(std::string_view file);   ///< .npy .csv .json

} // namespace scorefield
