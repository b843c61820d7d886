// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/particle_codes.h"
#include "ui/render/stage_colors.h"
#include "ui/render/trail_chords.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scorefield::render {
namespace {

constexpr double kWidth = 1.1;     // designed pixels
constexpr double kTolerance = .35; // pixels between a joined chord and the path
constexpr int kMostJoined = 8;     // rows; more would make many chords that are mostly too old
constexpr std::size_t kFewestTrails = 96; // still show where the paths lead

/// So much of it, every second trail or every third …: those that stay lie where they lay.
TrailSubset thinned(TrailSubset subset, std::size_t particles, double share)
{
    const auto fewest = static_cast<double>(std::min(kFewestTrails, subset.count));
    const double wanted = std::max(fewest, share * static_cast<double>(subset.count));
    subset.particleStride *=
        static_cast<std::size_t>(std::max(1.0, static_cast<double>(subset.count) / wanted));
    subset.count = (particles + subset.particleStride - 1) / subset.particleStride;
    return subset;
}

/// States that a buffer texture holds: OpenGL promises 65536, usual drivers have millions.
int mostPoints()
{
    GLint most = 0;
    glGetIntegerv(GL_MAX_TEXTURE_BUFFER_SIZE, &most);
    return most;
}

void append(std::vector<float>& out, QPointF p)
{
    out.push_back(static_cast<float>(p.x()));
    out.push_back(static_cast<float>(p.y()));
}

} // namespace

TrailLayer::TrailLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_points(newBuffer())
    , m_present(newBuffer())
    , m_colors(newBuffer())
    , m_chords(newBuffer())
{
    for (const BufferName* buffer : {&m_points, &m_present, &m_colors, &m_chords})
        upload(*buffer, nullptr, 8);
    m_pointTexture = newBufferTexture(m_points, GL_RG32F);
    m_presentTexture = newBufferTexture(m_present, GL_RG32F);
    m_colorTexture = newBufferTexture(m_colors, GL_RGBA8);
    m_chordTexture = newBufferTexture(m_chords, GL_RG32UI);
    m_mostPoints = mostPoints();
}

/// [kept step][trail] points.
void TrailLayer::uploadPaths(const LaneFrame& frame, const TrailSubset& subset)
{
    const auto n = frame.product->trajectories.particles;
    m_subset = subset;
    m_stride = subset.stepStride;
    while (static_cast<std::size_t>(frame.lastStep / m_stride + 1) * subset.count
               > static_cast<std::size_t>(m_mostPoints)
           && m_stride < frame.lastStep)
        ++m_stride;
    m_particles.clear();
    for (std::size_t i = 0; i < n; i += subset.particleStride)
        m_particles.push_back(i);
    m_path.clear();
    std::vector<float> points;
    for (int step = 0; step <= frame.lastStep; step += m_stride)
        for (const auto i : m_particles) {
            m_path.push_back(particlePosition(*frame.run, *frame.product, i, step));
            append(points, m_path.back());
        }
    upload(m_points, std::span<const float>(points));
    m_run = frame.run;
    m_shownColors.clear();
    m_tolerance = -1;
}

/// Joins what is shorter than a pixel. The tolerance is that of the next larger of scales half an
/// octave apart, so that it depends on the picture alone and not on those before it.
void TrailLayer::uploadChords(const LaneFrame& frame)
{
    const double pixels =
        std::exp2(std::ceil(2 * std::log2(static_cast<double>(frame.block.pixelsPerUnit))) / 2);
    // Colours change from chord to chord where they tell the stage.
    const double tolerance = isColoredByStage(frame.view) ? 0 : kTolerance / pixels;
    if (tolerance == m_tolerance)
        return;
    m_tolerance = tolerance;
    const auto chords =
        joinChords(m_path, m_particles.size(), tolerance, tolerance > 0 ? kMostJoined : 1);
    std::vector<std::uint32_t> entries;
    for (const Chord& chord : chords.list) {
        entries.push_back(chord.trail);
        entries.push_back(chord.from | static_cast<std::uint32_t>(chord.to) << 16);
    }
    upload(m_chords, std::span<const std::uint32_t>(entries));
    m_firstOf = chords.firstOf;
}

/// One colour per trail, or per chord while the colour tells the stage.
void TrailLayer::uploadColors(const LaneFrame& frame)
{
    const bool byStage = isColoredByStage(frame.view);
    if (byStage && m_byStage && !m_shownColors.empty()
        && m_shownDark == frame.view.theme.dark) // of one run: they do not follow the play head
        return;
    std::vector<std::uint32_t> colors;
    if (byStage)
        colors = stageChordCodes(frame.view, m_particles, m_stride);
    else
        for (const auto i : m_particles)
            colors.push_back((*frame.codes)[i]);
    m_byStage = byStage;
    m_shownDark = frame.view.theme.dark;
    if (colors == m_shownColors)
        return;
    upload(m_colors, std::span<const std::uint32_t>(colors));
    m_shownColors = std::move(colors);
}

void TrailLayer::draw(const LaneFrame& frame)
{
    const auto& style = frame.view.session.view;
    m_isReduced = false;
    if (style.trails.visible <= 0 || style.trails.opacity <= 0 || frame.lastStep < 1)
        return;
    glBindVertexArray(m_vertexArray.get());
    const auto n = frame.product->trajectories.particles;
    const auto all = trailSubset(n, frame.lastStep, style.trailLength);
    const auto subset = thinned(all, n, frame.detail.share);
    m_isReduced = subset.count < all.count;
    if (!m_run.is(frame.run) || !(m_subset == subset))
        uploadPaths(frame, subset);
    uploadChords(frame);
    const auto count = m_particles.size();
    uploadColors(frame);
    const double now = frame.step + frame.fraction;
    const double length = style.trailLength > 0 ? style.trailLength : std::max(now, 1.0);
    const int whole = static_cast<int>(now) / m_stride; // chords that lie in the past
    const int first = std::clamp(static_cast<int>((now - length) / m_stride), 0, whole);
    const double width = kWidth * frame.linePixel;
    // Wide enough across diagonals, too; the shader cuts the edges.
    const double wide = (width + 1) * std::numbers::sqrt2;
    const bool asLines = wide <= frame.widestLine;
    const auto& program = asLines ? m_programs->wideTrails : m_programs->trails;
    program.use();
    if (asLines) {
        glLineWidth(static_cast<float>(wide));
        program.set("uOrigin",
                    static_cast<float>(frame.plot.x()),
                    static_cast<float>(frame.plot.y()),
                    0,
                    0);
    }
    program.set("uColors", 0);
    program.set("uTrails", static_cast<int>(count));
    program.set("uColorRows", m_byStage ? 1 : 0);
    program.set("uFirstStep", 0);
    program.set("uStride", m_stride);
    program.set("uStep", now);
    program.set("uLength", length);
    program.set("uWidth", width);
    program.set("uOpacity", style.trails.opacity);
    program.set("uPoints", 1);
    program.set("uChords", 2);
    program.set("uFirstRow", first);
    program.set("uLastRow", whole);
    glActiveTexture(GL_TEXTURE2);
    glBindTexture(GL_TEXTURE_BUFFER, m_chordTexture.get());
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_BUFFER, m_colorTexture.get());
    glActiveTexture(GL_TEXTURE1);
    glBindTexture(GL_TEXTURE_BUFFER, m_pointTexture.get());
    const auto draw = [&](int firstChord, int chords) {
        program.set("uFirstChord", firstChord);
        if (asLines)
            glDrawArrays(GL_LINES, 0, 2 * chords);
        else
            glDrawArrays(GL_TRIANGLES, 0, 6 * chords);
    };
    if (whole > first) { // chords that started earlier may still reach into the past that shows
        const auto row = [this](int r) { return m_firstOf[static_cast<std::size_t>(r)]; };
        const int from = row(std::max(0, first - kMostJoined + 1));
        draw(from, row(whole) - from);
    }
    if (now > whole * m_stride) { // from the newest kept state to the present
        std::vector<float> points;
        for (const auto i : m_particles)
            append(points, particlePosition(*frame.run, *frame.product, i, whole * m_stride));
        for (const auto i : m_particles)
            append(points, particlePosition(frame.view, i));
        upload(m_present, std::span<const float>(points));
        glBindTexture(GL_TEXTURE_BUFFER, m_presentTexture.get());
        program.set("uFirstRow", 0);
        program.set("uLastRow", 1);
        program.set("uFirstStep", whole * m_stride);
        draw(-1, static_cast<int>(count));
    }
}

} // namespace scorefield::render
