// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/map_key.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

// The interpolation needs values beyond the scale as they are: of a collapsed density all but the
// peak lies there. Logarithms of 0 end sooner.
constexpr double kBeyondScale = 1e5, kBeyondLogScale = 4;
constexpr double kHole = 1e9; // stands for NaN, which shaders may compare as they like

void setSampling()
{
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

} // namespace

MapLayer::MapLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_values(newTexture())
    , m_map(newTexture())
{
}

void MapLayer::uploadValues(const FieldMap& field, const MapScale& scale)
{
    const double most = scale.logarithmic ? kBeyondLogScale : kBeyondScale;
    std::vector<float> values(field.values.size());
    std::transform(field.values.begin(), field.values.end(), values.begin(), [&](float value) {
        const double at = placeOnScale(scale, static_cast<double>(value));
        return static_cast<float>(std::isnan(at) ? kHole : std::clamp(at, -most, most));
    });
    glBindTexture(GL_TEXTURE_2D, m_values.get());
    glTexImage2D(GL_TEXTURE_2D,
                 0,
                 GL_R32F,
                 field.grid.columns,
                 field.grid.rows,
                 0,
                 GL_RED,
                 GL_FLOAT,
                 values.data());
    setSampling();
}

void MapLayer::uploadColors(const std::vector<QRgb>& colors)
{
    if (colors == m_colors)
        return;
    m_colors = colors;
    std::vector<unsigned char> texels;
    for (const QRgb c : colors)
        texels.insert(texels.end(),
                      {static_cast<unsigned char>(qRed(c)),
                       static_cast<unsigned char>(qGreen(c)),
                       static_cast<unsigned char>(qBlue(c)),
                       255});
    glBindTexture(GL_TEXTURE_2D, m_map.get());
    glTexImage2D(GL_TEXTURE_2D,
                 0,
                 GL_RGBA8,
                 static_cast<GLsizei>(colors.size()),
                 1,
                 0,
                 GL_RGBA,
                 GL_UNSIGNED_BYTE,
                 texels.data());
    setSampling();
}

void MapLayer::draw(const LaneFrame& frame)
{
    const LaneMap* map = shownMap(frame.view);
    const double opacity = frame.view.session.view.mapOpacity;
    if (map == nullptr || !map->field || opacity <= 0)
        return;
    glBindVertexArray(m_vertexArray.get());
    glActiveTexture(GL_TEXTURE1);
    uploadColors(mapColors(frame.view));
    glBindTexture(GL_TEXTURE_2D, m_map.get());
    glActiveTexture(GL_TEXTURE0);
    if (m_shown != frame.view.maps)
        uploadValues(*map->field, frame.view.maps->scale);
    m_shown = frame.view.maps;
    glBindTexture(GL_TEXTURE_2D, m_values.get());

    const PlaneGrid& grid = map->field->grid;
    const double scale = frame.block.pixelsPerUnit;
    const double left = frame.block.centrePixel[0] + scale * (grid.left - frame.centre.x());
    const bool isLine = frame.run->planeMixture->dimension() == 1; // the vertical means nothing
    const double bottom =
        isLine ? 0 : frame.block.centrePixel[1] + scale * (grid.bottom - frame.centre.y());
    const double height = isLine ? frame.plot.height() : scale * grid.height;
    const auto& program = m_programs->mapPaint;
    program.use();
    program.set("uValues", 0);
    program.set("uMap", 1);
    program.set(
        "uOrigin", static_cast<float>(frame.plot.x()), static_cast<float>(frame.plot.y()), 0, 0);
    program.set("uArea",
                static_cast<float>(left),
                static_cast<float>(bottom),
                static_cast<float>(scale * grid.width / grid.columns),
                static_cast<float>(height / grid.rows));
    program.set("uDiverging", frame.view.maps->scale.diverging ? 1 : 0);
    program.set("uCategorical", frame.view.maps->scale.categorical ? 1 : 0);
    program.set("uOpacity",
                frame.view.maps->scale.categorical ? kCategoryOpacity * opacity : opacity);
    glDrawArrays(GL_TRIANGLES, 0, 3);
}

} // namespace scorefield::render
