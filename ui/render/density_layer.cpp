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
constexpr double kCoarsest = 8;        // pixels per texel; beyond it modes would blur

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
double texelPixelsFor(const LaneFrame& frame, std::size_t components)
{
    if (frame.evaluationBudget <= 0)
        return 1;
    const double evaluations =
        static_cast<double>(components) * frame.plot.width() * frame.plot.height();
    return std::clamp(
        std::ceil(std::sqrt(evaluations / static_cast<double>(frame.evaluationBudget))),
        1.0,
        kCoarsest);
}

void setSampling(GLint filter)
{
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
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

void DensityLayer::evaluate(const LaneFrame& frame, const Key& key)
{
    const PlaneDensity density(*key.mixture, key.alpha, key.sigma);
    const auto table =
        componentTable(density, frame.centre, key.texelPixels / frame.block.pixelsPerUnit);
    upload(m_components, std::span<const float>(table));
    m_thresholds = density.regionThresholds({0.5, 0.8, 0.95, 0.99});

    GLint target = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &target);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, m_framebuffer.get());
    const QSize size(static_cast<int>(std::ceil(frame.plot.width() / key.texelPixels)),
                     static_cast<int>(std::ceil(frame.plot.height() / key.texelPixels)));
    if (size != m_size) {
        glBindTexture(GL_TEXTURE_2D, m_logDensity.get());
        glTexImage2D(
            GL_TEXTURE_2D, 0, GL_R32F, size.width(), size.height(), 0, GL_RED, GL_FLOAT, nullptr);
        setSampling(GL_NEAREST);
        glFramebufferTexture2D(
            GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, m_logDensity.get(), 0);
        m_size = size;
    }
    glDisable(GL_BLEND);
    glDisable(GL_SCISSOR_TEST);
    glViewport(0, 0, size.width(), size.height());
    const auto& program = m_programs->densityEvaluate;
    program.use();
    program.set("uComponents", 0);
    program.set("uCount", static_cast<int>(density.components().size()));
    program.set("uTexelPixels", key.texelPixels);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_BUFFER, m_componentTexture.get());
    glDrawArrays(GL_TRIANGLES, 0, 3);

    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(target));
    glViewport(frame.plot.x(), frame.plot.y(), frame.plot.width(), frame.plot.height());
    glEnable(GL_SCISSOR_TEST);
    glEnable(GL_BLEND);
    m_key = key;
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
    setSampling(GL_LINEAR);
}

void DensityLayer::draw(const LaneFrame& frame)
{
    const auto& style = frame.view.session.view;
    const double opacity = style.density.visible > 0 ? style.density.opacity : 0;
    const double lines = style.contours.visible > 0 ? style.contours.opacity : 0;
    if (opacity <= 0 && lines <= 0)
        return;
    glBindVertexArray(m_vertexArray.get());
    const auto& mixture = frame.run->planeMixture;
    const Key key{mixture,
                  frame.level.alpha,
                  frame.level.sigma,
                  frame.centre.x(),
                  frame.centre.y(),
                  frame.block,
                  texelPixelsFor(frame, mixture->components().size())};
    if (!(key == m_key))
        evaluate(frame, key);

    glActiveTexture(GL_TEXTURE1);
    updateMap(static_cast<int>(style.densityMap), frame.view.theme.dark);
    glBindTexture(GL_TEXTURE_2D, m_map.get());
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, m_logDensity.get());
    const auto& program = m_programs->densityPaint;
    program.use();
    program.set("uLogDensity", 0);
    program.set("uMap", 1);
    program.set(
        "uOrigin", static_cast<float>(frame.plot.x()), static_cast<float>(frame.plot.y()), 0, 0);
    program.set("uTexelPixels", key.texelPixels);
    program.set("uTop", frame.view.densityTop);
    program.set("uLogRange", style.densityScale > 0 ? kLogRange : 0.0);
    program.set("uOpacity", opacity);
    program.set("uThresholds",
                static_cast<float>(m_thresholds[0]),
                static_cast<float>(m_thresholds[1]),
                static_cast<float>(m_thresholds[2]),
                static_cast<float>(m_thresholds[3]));
    program.setRgba("uLineColor", frame.view.theme.text, lines);
    glDrawArrays(GL_TRIANGLES, 0, 3);
}

} // namespace scorefield::render
