// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/plane_density.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kLogRange = 12;       // nats of the logarithmic scale, as view.density.scale says
constexpr double kThinnestPixels = .6; // standard deviations are drawn at least this many texels
                                       // wide, at their true height: thin modes stay visible
constexpr double kBoxMargin = 3;       // pixels
constexpr std::size_t kBlockComponents =
    512; // fit into a uniform block of 16 KiB, the least OpenGL promises
constexpr double kFaintest =
    6.5; // nats below the top of a linear scale: less than 1/500 of the opacity
constexpr double kCoarsest = 8; // pixels per texel; beyond it modes would blur

/// Two texels per component, relative to the camera's centre.
std::vector<float> componentTable(const PlaneDensity& density, QPointF centre, double texelWidth)
{
    const double thinnest = kThinnestPixels * texelWidth;
    std::vector<float> table;
    table.reserve(8 * density.components().size());
    for (const auto& c : density.components()) {
        const auto widened = [&](double wx, double wy) {
            const double length = std::hypot(wx, wy); // 1/standard deviation
            const double factor = length * thinnest > 1 ? 1 / (length * thinnest) : 1;
            return std::pair(static_cast<float>(wx * factor), static_cast<float>(wy * factor));
        };
        const auto [w00, w01] = widened(c.w00, c.w01);
        const auto [w10, w11] = widened(c.w10, c.w11);
        for (const float value : {static_cast<float>(c.x - centre.x()),
                                  static_cast<float>(c.y - centre.y()),
                                  static_cast<float>(c.logPeak),
                                  0.0F,
                                  w00,
                                  w01,
                                  w10,
                                  w11})
            table.push_back(value);
    }
    return table;
}

/// The finest whole number of pixels per texel that keeps components times texels within the
/// budget.
double texelPixelsFor(const LaneFrame& frame, const QRect& box, std::size_t components)
{
    if (frame.evaluationBudget <= 0)
        return 1;
    const double evaluations = static_cast<double>(components) * box.width() * box.height();
    return std::clamp(
        std::ceil(std::sqrt(evaluations / static_cast<double>(frame.evaluationBudget))),
        1.0,
        kCoarsest);
}

/// A rectangle outside of which log q < cut: where no component reaches its share of that level.
/// Pixels of the plot, a few more at each side for derivatives.
QRect visibleBox(const LaneFrame& frame, const PlaneDensity& density, double cut)
{
    const double share = cut - std::log(static_cast<double>(density.components().size()));
    const QRect plot(0, 0, frame.plot.width(), frame.plot.height());
    double left = plot.width(), right = 0, bottom = plot.height(), top = 0;
    for (const auto& c : density.components()) {
        const double radius = std::sqrt(std::max(0.0, 2 * (c.logPeak - share)));
        const double scale = frame.block.pixelsPerUnit;
        const double x = frame.block.centrePixel[0] + scale * (c.x - frame.centre.x()),
                     y = frame.block.centrePixel[1] + scale * (c.y - frame.centre.y());
        const double rx = scale * radius * std::hypot(c.halfAxes[0], c.halfAxes[2]) + kBoxMargin;
        const double ry =
            density.dimension() == 1
                ? 4.0 * plot.height() + std::abs(y)
                : scale * radius * std::hypot(c.halfAxes[1], c.halfAxes[3]) + kBoxMargin;
        left = std::min(left, x - rx);
        right = std::max(right, x + rx);
        bottom = std::min(bottom, y - ry);
        top = std::max(top, y + ry);
    }
    const auto pixel = [](double value, int most) {
        return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(most)));
    };
    const QPoint low(pixel(std::floor(left), plot.width()),
                     pixel(std::floor(bottom), plot.height()));
    const QPoint high(pixel(std::ceil(right), plot.width()), pixel(std::ceil(top), plot.height()));
    return {low, QSize(std::max(0, high.x() - low.x()), std::max(0, high.y() - low.y()))};
}

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
    , m_logDensity(newTexture())
    , m_map(newTexture())
    , m_framebuffer(newFramebuffer())
{
    upload(m_components, nullptr, 32);
    m_componentTexture = newBufferTexture(m_components, GL_RGBA32F);
}

void DensityLayer::prepare(const LaneFrame& frame, const Key& key)
{
    const PlaneDensity density(*key.mixture, key.alpha, key.sigma);
    m_thresholds = density.regionThresholds({0.5, 0.8, 0.95, 0.99});
    m_box = visibleBox(
        frame,
        density,
        std::min(key.cut, m_thresholds.back() - 0.5)); // half a nat covers a line's width
    m_texelPixels = texelPixelsFor(frame, m_box, density.components().size());
    auto table = componentTable(density, frame.centre, m_texelPixels / frame.block.pixelsPerUnit);
    table.resize(
        std::max<std::size_t>(table.size(), 8 * kBlockComponents)); // the whole block is backed
    upload(m_components, std::span<const float>(table));
    m_count = density.components().size();
    m_key = key;
    m_isTextureCurrent = false;
}

void DensityLayer::evaluateTexture(const LaneFrame& frame)
{
    GLint target = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &target);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, m_framebuffer.get());
    const auto texels = [this](int pixels) {
        return static_cast<int>(std::ceil(pixels / m_texelPixels));
    };
    const QSize size(texels(frame.plot.width()), texels(frame.plot.height()));
    if (size != m_size) {
        glBindTexture(GL_TEXTURE_2D, m_logDensity.get());
        glTexImage2D(
            GL_TEXTURE_2D, 0, GL_R32F, size.width(), size.height(), 0, GL_RED, GL_FLOAT, nullptr);
        setSampling();
        glFramebufferTexture2D(
            GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, m_logDensity.get(), 0);
        m_size = size;
    }
    // Texels beyond the box that its pixels read: their neighbours in derivatives, and the reach of
    // the cubic interpolation.
    const int edge = m_texelPixels > 1 ? 3 : 2;
    const int left = static_cast<int>(m_box.x() / m_texelPixels) - edge,
              bottom = static_cast<int>(m_box.y() / m_texelPixels) - edge;
    glDisable(GL_BLEND);
    glScissor(std::max(left, 0),
              std::max(bottom, 0),
              texels(m_box.width()) + 2 * edge + 1,
              texels(m_box.height()) + 2 * edge + 1);
    glViewport(0, 0, size.width(), size.height());
    const bool many = m_count > kBlockComponents;
    const auto& program = many ? m_programs->densityEvaluateMany : m_programs->densityEvaluate;
    program.use();
    program.set("uCount", static_cast<int>(m_count));
    program.set("uTexelPixels", m_texelPixels);
    if (many) {
        program.set("uComponents", 0);
        glActiveTexture(GL_TEXTURE0);
        glBindTexture(GL_TEXTURE_BUFFER, m_componentTexture.get());
    } else {
        glBindBufferBase(GL_UNIFORM_BUFFER, 1, m_components.get());
    }
    glDrawArrays(GL_TRIANGLES, 0, 3);
    m_isTextureCurrent = true;

    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(target));
    glViewport(frame.plot.x(), frame.plot.y(), frame.plot.width(), frame.plot.height());
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
                  frame.evaluationBudget,
                  frame.view.densityTop - (logRange > 0 ? logRange : kFaintest)};
    const bool isMoving = m_key.mixture && !(key == m_key); // it was another one a frame ago
    if (!(key == m_key))
        prepare(frame, key);
    if (m_box.isEmpty())
        return;
    const bool isDirect = isMoving && m_texelPixels == 1 && m_count <= kBlockComponents;
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
    if (isCoarse)
        program.set("uTexelPixels", m_texelPixels);
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
    glDrawArrays(GL_TRIANGLES, 0, 3);
    glScissor(frame.plot.x(), frame.plot.y(), frame.plot.width(), frame.plot.height());
}

} // namespace scorefield::render
