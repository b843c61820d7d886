// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/density_texels.h"
#include "ui/render/layers.h"

#include <algorithm>

namespace scorefield::render {
namespace {

constexpr double kLogRange = 12; // nats of the logarithmic scale, as view.density.scale says
constexpr std::size_t kBlockComponents = 16; // of the uniform block in common_density.glsl
constexpr double kFaintest =
    6.5; // nats below the top of a linear scale: less than 1/500 of the opacity
static_assert(kDirectComponents <= kBlockComponents);

void setSampling()
{
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

} // namespace

DensityLayer::DensityLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_components(newBuffer())
    , m_tiles(newBuffer())
    , m_logDensity(newTexture())
    , m_map(newTexture())
    , m_framebuffer(newFramebuffer())
{
    for (const BufferName* buffer : {&m_components, &m_tiles})
        upload(*buffer, nullptr, 32);
    m_componentTexture = newBufferTexture(m_components, GL_RGBA32F);
    m_tileTexture = newBufferTexture(m_tiles, GL_RGBA32I);
}

void DensityLayer::prepare(const LaneFrame& frame, const Key& key)
{
    const PlaneDensity density(*key.mixture, key.alpha, key.sigma);
    m_thresholds = density.regionThresholds({0.5, 0.8, 0.95, 0.99});
    // Half a nat covers a line's width.
    const auto texels = densityTexels(frame, density, std::min(key.cut, m_thresholds.back() - 0.5));
    m_box = texels.box;
    m_texelPixels = texels.pixels;
    m_isReduced = texels.reduced;
    m_evaluations = texels.tiles.evaluations();
    m_tileCount = static_cast<int>(texels.tiles.tiles.size());
    m_count = density.components().size();
    m_key = key;
    m_isTextureCurrent = false;
    if (m_tileCount == 0)
        return;
    auto table = componentTable(frame, density, m_texelPixels, texels.tiles.components);
    table.resize(
        std::max<std::size_t>(table.size(), 8 * kBlockComponents)); // the whole block is backed
    upload(m_components, std::span<const float>(table));
    std::vector<std::int32_t> corners;
    corners.reserve(12 * texels.tiles.tiles.size());
    for (const auto& tile : texels.tiles.tiles) {
        for (const QRect& r : {tile.reach, tile.area})
            corners.insert(corners.end(), {r.x(), r.y(), r.x() + r.width(), r.y() + r.height()});
        corners.insert(
            corners.end(),
            {static_cast<std::int32_t>(tile.first), static_cast<std::int32_t>(tile.count), 0, 0});
    }
    upload(m_tiles, std::span<const std::int32_t>(corners));
}

/// `corners` 0: what is evaluated, 1: what is painted; the viewport is width by height texels, the
/// plot begins after `margin`.
void DensityLayer::drawTiles(
    const Program& program, int corners, int margin, double width, double height) const
{
    program.set("uTiles", 2);
    program.set("uCorners", corners);
    program.set("uMargin", static_cast<double>(margin));
    program.set("uTargetTexels", static_cast<float>(width), static_cast<float>(height), 0, 0);
    glActiveTexture(GL_TEXTURE2);
    glBindTexture(GL_TEXTURE_BUFFER, m_tileTexture.get());
    glActiveTexture(GL_TEXTURE0);
    glDrawArrays(GL_TRIANGLES, 0, 6 * m_tileCount);
}

void DensityLayer::evaluateTexture(const LaneFrame& frame)
{
    GLint target = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &target);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, m_framebuffer.get());
    const auto texels = [this](int pixels) { return (pixels + m_texelPixels - 1) / m_texelPixels; };
    const int border = borderTexels();
    const QSize size(texels(frame.plot.width()) + 2 * border,
                     texels(frame.plot.height()) + 2 * border);
    if (size != m_size) {
        glBindTexture(GL_TEXTURE_2D, m_logDensity.get());
        glTexImage2D(
            GL_TEXTURE_2D, 0, GL_R32F, size.width(), size.height(), 0, GL_RED, GL_FLOAT, nullptr);
        setSampling();
        glFramebufferTexture2D(
            GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, m_logDensity.get(), 0);
        m_size = size;
    }
    glDisable(GL_BLEND);
    glDisable(GL_SCISSOR_TEST);
    glViewport(0, 0, size.width(), size.height());
    const auto& program = m_programs->densityEvaluate;
    program.use();
    program.set("uTexelPixels", static_cast<double>(m_texelPixels));
    program.set("uComponents", 0);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_BUFFER, m_componentTexture.get());
    drawTiles(program, 0, border, size.width(), size.height());
    m_isTextureCurrent = true;

    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(target));
    glViewport(frame.plot.x(), frame.plot.y(), frame.plot.width(), frame.plot.height());
    glEnable(GL_SCISSOR_TEST);
    glEnable(GL_BLEND);
}

std::vector<float> DensityLayer::logDensities() const
{
    std::vector<float> values(static_cast<std::size_t>(m_size.width())
                              * static_cast<std::size_t>(m_size.height()));
    glBindTexture(GL_TEXTURE_2D, m_logDensity.get());
    glGetTexImage(GL_TEXTURE_2D, 0, GL_RED, GL_FLOAT, values.data());
    return values;
}

void DensityLayer::updateMap(int map, bool dark)
{
    const int wanted = 2 * map + (dark ? 1 : 0);
    if (wanted == m_mapIndex)
        return;
    m_mapIndex = wanted;
    const auto& colors = colorMap(map);
    std::vector<unsigned char> texels;
    for (std::size_t i = 0; i < colors.size(); ++i) {
        const QRgb c =
            colors[dark ? i : colors.size() - 1 - i]; // on a light canvas the map is turned: its
                                                      // low end is the one near the canvas
        texels.insert(texels.end(),
                      {static_cast<unsigned char>(qRed(c)),
                       static_cast<unsigned char>(qGreen(c)),
                       static_cast<unsigned char>(qBlue(c)),
                       255});
    }
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

void DensityLayer::draw(const LaneFrame& frame)
{
    const auto& style = frame.view.session.view;
    const bool isReplaced = mapQuantity(style) != MapQuantity::None; // a map has its place
    const double opacity = style.density.visible > 0 && !isReplaced ? style.density.opacity : 0;
    const double lines = style.contours.visible > 0 ? style.contours.opacity : 0;
    m_isReduced = m_isReduced && (opacity > 0 || lines > 0);
    if (opacity <= 0 && lines <= 0)
        return;
    glBindVertexArray(m_vertexArray.get());
    const auto& mixture = frame.run->planeMixture;
    const double logRange = style.densityScale > 0 ? kLogRange : 0;
    const Key key{mixture,
                  frame.level.alpha,
                  frame.level.sigma,
                  frame.centre.x(),
                  frame.centre.y(),
                  frame.block,
                  frame.detail.exact,
                  mixture->components().size() > kDirectComponents ? frame.detail.share : 1,
                  frame.view.densityTop - (logRange > 0 ? logRange : kFaintest)};
    const bool isMoving = m_key.mixture && !(key == m_key); // it was another one a frame ago
    if (!(key == m_key))
        prepare(frame, key);
    if (m_tileCount == 0)
        return;
    const bool isDirect = isMoving && m_count <= kDirectComponents;
    if (!isDirect && !m_isTextureCurrent)
        evaluateTexture(frame);

    glActiveTexture(GL_TEXTURE1);
    updateMap(static_cast<int>(style.densityMap), frame.view.theme.dark);
    glBindTexture(GL_TEXTURE_2D, m_map.get());
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, m_logDensity.get());
    const bool isCoarse = m_texelPixels > 1;
    const auto& program = isDirect   ? m_programs->densityDirect
                          : isCoarse ? m_programs->densityPaintCoarse
                                     : m_programs->densityPaint;
    program.use();
    if (isDirect) {
        program.set("uCount", static_cast<int>(m_count));
        glBindBufferBase(GL_UNIFORM_BUFFER, 1, m_components.get());
    } else {
        program.set("uLogDensity", 0);
    }
    program.set("uMap", 1);
    program.set(
        "uOrigin", static_cast<float>(frame.plot.x()), static_cast<float>(frame.plot.y()), 0, 0);
    if (isCoarse) {
        program.set("uTexelPixels", static_cast<double>(m_texelPixels));
        program.set("uBorder", static_cast<double>(borderTexels()));
    }
    program.set("uTop", frame.view.densityTop);
    program.set("uLogRange", logRange);
    program.set("uOpacity", opacity);
    program.set("uThresholds",
                static_cast<float>(m_thresholds[0]),
                static_cast<float>(m_thresholds[1]),
                static_cast<float>(m_thresholds[2]),
                static_cast<float>(m_thresholds[3]));
    program.setRgba("uLineColor", frame.view.theme.text, lines);
    glScissor(
        frame.plot.x() + m_box.x(), frame.plot.y() + m_box.y(), m_box.width(), m_box.height());
    drawTiles(program,
              1,
              0,
              static_cast<double>(frame.plot.width()) / m_texelPixels,
              static_cast<double>(frame.plot.height()) / m_texelPixels);
    glScissor(frame.plot.x(), frame.plot.y(), frame.plot.width(), frame.plot.height());
}

} // namespace scorefield::render
