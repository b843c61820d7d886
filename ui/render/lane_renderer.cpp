// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/lane_renderer.h"

#include "ui/render/frame_pace.h"
#include "ui/render/layers.h"
#include "ui/render/particle_codes.h"
#include "ui/render/stage_colors.h"
#include "ui/render/swarm_layer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr GLfloat kWidestLine = 32; // pixels; trails of prints are thinner
constexpr double kSlowShare = .125; // of the work: below it one lane after the other is made whole

/// What one lane keeps between frames.
struct LaneLayers {
    std::vector<std::unique_ptr<Layer>> layers;
    SwarmLayer* swarm = nullptr;        ///< one of them
    ParticleLayer* particles = nullptr; ///< another
    std::shared_ptr<const std::vector<std::uint32_t>> codes;
    SeenRun codesRun;
    double codesMode = -1, codesMap = -1;
    std::size_t codesLevel = 0; ///< of stages
    bool codesDark = false;
    SeenRun shownRun; ///< in the last frame
    double shownStep = -1;
    ViewBlock shownView{};
    bool moved = false;    ///< since the frame before it
    bool drawn = false;    ///< in the frame that was begun last
    bool isBroken = false; ///< lacks what OpenGL had no memory for

    /// Whether its last picture left something out because it moved.
    bool isReduced() const
    {
        return std::any_of(
            layers.begin(), layers.end(), [](const auto& layer) { return layer->isReduced(); });
    }

    /// Notes what a frame shows; whether it is another picture than the last.
    bool moves(const LaneFrame& frame)
    {
        moved = !shownRun.isNone()
                && !(shownRun.is(frame.run) && shownStep == frame.view.step
                     && shownView == frame.block);
        shownRun = frame.run;
        shownStep = frame.view.step;
        shownView = frame.block;
        return moved;
    }
};

LaneLayers makeLayers(const std::shared_ptr<const ProgramSet>& programs,
                      const std::shared_ptr<SwarmShaders>& swarmShaders,
                      bool isSoftware)
{
    LaneLayers lane;
    auto swarm = std::make_unique<SwarmLayer>(swarmShaders, isSoftware);
    lane.swarm = swarm.get();
    lane.layers.push_back(std::make_unique<MapLayer>(programs)); // below the contours
    lane.layers.push_back(std::make_unique<DensityLayer>(programs));
    lane.layers.push_back(std::move(swarm));
    lane.layers.push_back(std::make_unique<TrailLayer>(programs));
    lane.layers.push_back(std::make_unique<EllipseLayer>(programs));
    auto particles = std::make_unique<ParticleLayer>(programs);
    lane.particles = particles.get();
    lane.layers.push_back(std::move(particles));
    return lane;
}

void updateCodes(LaneLayers& lane, const LaneView& view)
{
    const auto& style = view.session.view;
    const std::size_t level = isColoredByStage(view) ? stageLevel(view) : 0;
    if (lane.codes && lane.codesRun.is(view.run) && lane.codesMode == style.particleColor
        && lane.codesMap == style.densityMap && lane.codesDark == view.theme.dark
        && lane.codesLevel == level)
        return;
    lane.codes = std::make_shared<const std::vector<std::uint32_t>>(particleCodes(view));
    lane.codesRun = view.run;
    lane.codesMode = style.particleColor;
    lane.codesMap = style.densityMap;
    lane.codesLevel = level;
    lane.codesDark = view.theme.dark;
}

/// Contexts may refuse widths above one, and drivers stop somewhere.
bool drawsWideLines()
{
    GLfloat range[2] = {0, 0};
    glGetFloatv(GL_ALIASED_LINE_WIDTH_RANGE, range);
    (void)takeOutOfMemory(); // and whatever else there was before
    glLineWidth(kWidestLine);
    const bool allowed = glGetError() == GL_NO_ERROR;
    glLineWidth(1);
    return allowed && range[1] >= kWidestLine;
}

} // namespace

struct LaneRenderer::Private {
    std::shared_ptr<const ProgramSet> programs;
    std::shared_ptr<SwarmShaders> swarmShaders;
    std::array<LaneLayers, kMaxLanes> lanes;
    BufferName viewBlock;
    VertexArrayName pictureArray;
    TextureName picture;
    QSize pictureSize;
    std::string name;
    bool software = false;
    bool exact = false;
    FramePace pace; ///< of frames that are not exact
    bool wideLines = false;
    std::size_t mostTableTexels = 0; ///< of a buffer texture
    bool lackedMemory = false;       ///< since clear()
    bool madeWhole = false;          ///< a lane that was reduced, since clear()

    double shareFor(const LaneLayers& lane, bool moves);
    void drawLayers(LaneLayers& lane, const LaneFrame& frame);
};

/// Of the work in a lane's next picture. Four lanes made whole at once would keep a slow renderer
/// busy for longer than somebody who moves the pointer likes to wait.
double LaneRenderer::Private::shareFor(const LaneLayers& lane, bool moves)
{
    if (exact)
        return 1;
    if (moves)
        return pace.share();
    if (!lane.isReduced())
        return 1;
    if (madeWhole && pace.share() < kSlowShare)
        return pace.share();
    madeWhole = true;
    return 1;
}

void LaneRenderer::Private::drawLayers(LaneLayers& lane, const LaneFrame& frame)
{
    bool lacks = false;
    for (const auto& layer : lane.layers) {
        if (layer.get() == lane.swarm) // asks for errors of its own, and would forget those before
            lacks = takeOutOfMemory();
        layer->draw(frame);
    }
    lane.isBroken = takeOutOfMemory() || lacks;
    lackedMemory = lackedMemory || lane.isBroken;
}

LaneRenderer::LaneRenderer() : m_private(std::make_unique<Private>()) {}
LaneRenderer::~LaneRenderer() = default;

Result<std::unique_ptr<LaneRenderer>> LaneRenderer::create()
{
    if (epoxy_gl_version() < 33)
        return Error{"",
                     "the renderer needs OpenGL 3.3, this machine offers "
                         + std::to_string(epoxy_gl_version() / 10) + "."
                         + std::to_string(epoxy_gl_version() % 10)};
    auto programs = ProgramSet::create();
    if (!programs)
        return programs.error();
    std::unique_ptr<LaneRenderer> renderer(new LaneRenderer);
    auto& d = *renderer->m_private;
    d.programs = *programs;
    d.viewBlock = newBuffer();
    d.pictureArray = newVertexArray();
    d.picture = newTexture();
    const auto* name = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
    d.name = name != nullptr ? name : "unknown";
    const auto has = [&](const char* word) { return d.name.find(word) != std::string::npos; };
    d.software = has("llvmpipe") || has("softpipe") || has("SwiftShader") || has("Software");
    d.wideLines = d.software && drawsWideLines();
    GLint texels = 0;
    glGetIntegerv(GL_MAX_TEXTURE_BUFFER_SIZE, &texels);
    d.mostTableTexels = static_cast<std::size_t>(std::max(texels, 65536));
    d.swarmShaders = std::make_shared<SwarmShaders>();
    for (auto& lane : d.lanes)
        lane = makeLayers(d.programs, d.swarmShaders, d.software);
    if (takeOutOfMemory())
        return Error{"", "OpenGL has no memory for its shaders and tables"};
    return renderer;
}

void LaneRenderer::clear(const QSize& target, const Theme& theme, bool transparent)
{
    for (LaneLayers& lane : m_private->lanes)
        lane.drawn = false;
    m_private->lackedMemory = false;
    m_private->madeWhole = false;
    const auto& c = theme.canvas;
    glDisable(GL_SCISSOR_TEST);
    glViewport(0, 0, target.width(), target.height());
    if (transparent)
        glClearColor(0, 0, 0, 0);
    else
        glClearColor(static_cast<float>(c.redF()),
                     static_cast<float>(c.greenF()),
                     static_cast<float>(c.blueF()),
                     1);
    glClear(GL_COLOR_BUFFER_BIT);
}

void LaneRenderer::draw(const LaneView& view,
                        const QRectF& laneRectangle,
                        const QSize& target,
                        double devicePixelRatio)
{
    if (!view.run || view.lane < 0
        || static_cast<std::size_t>(view.lane)
               >= std::min<std::size_t>(view.run->lanes.size(), kMaxLanes))
        return;
    auto& lane = m_private->lanes[static_cast<std::size_t>(view.lane)];
    // What a layer believes to have uploaded may not be there: it begins anew.
    if (lane.isBroken)
        lane = makeLayers(m_private->programs, m_private->swarmShaders, m_private->software);
    lane.drawn = true;
    updateCodes(lane, view);
    auto frame = makeLaneFrame(view, laneRectangle, target, devicePixelRatio);
    frame.codes = lane.codes;
    frame.detail.exact = m_private->exact;
    frame.detail.software = m_private->software;
    frame.detail.mostTableTexels = m_private->mostTableTexels;
    frame.detail.share = m_private->shareFor(lane, lane.moves(frame));
    frame.widestLine = m_private->wideLines ? kWidestLine : 0;

    glBindBuffer(GL_UNIFORM_BUFFER, m_private->viewBlock.get());
    glBufferData(GL_UNIFORM_BUFFER, sizeof frame.block, &frame.block, GL_DYNAMIC_DRAW);
    glBindBufferBase(GL_UNIFORM_BUFFER, 0, m_private->viewBlock.get());
    glViewport(frame.plot.x(), frame.plot.y(), frame.plot.width(), frame.plot.height());
    glScissor(frame.plot.x(), frame.plot.y(), frame.plot.width(), frame.plot.height());
    glEnable(GL_SCISSOR_TEST);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    glDisable(GL_STENCIL_TEST);
    glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
    glEnable(GL_BLEND);
    glBlendEquation(GL_FUNC_ADD);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    m_private->drawLayers(lane, frame);

    glBindVertexArray(0);
    glUseProgram(0);
    glBindBuffer(GL_ARRAY_BUFFER, 0);
    glBindBuffer(GL_UNIFORM_BUFFER, 0);
    glActiveTexture(GL_TEXTURE1);
    glBindTexture(GL_TEXTURE_2D, 0);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, 0);
    glBindTexture(GL_TEXTURE_BUFFER, 0);
    glDisable(GL_BLEND);
    glDisable(GL_SCISSOR_TEST);
    glViewport(0, 0, target.width(), target.height());
}

void LaneRenderer::paint(const QImage& picture)
{
    auto& d = *m_private;
    const QImage image = picture.convertToFormat(QImage::Format_ARGB32_Premultiplied); // if not yet
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, d.picture.get());
    // The order in which a picture has its bytes.
    constexpr GLenum format = GL_BGRA, type = GL_UNSIGNED_INT_8_8_8_8_REV;
    if (image.size() != d.pictureSize) {
        glTexImage2D(
            GL_TEXTURE_2D, 0, GL_RGBA8, image.width(), image.height(), 0, format, type, nullptr);
        for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
            glTexParameteri(GL_TEXTURE_2D, filter, GL_NEAREST);
        d.pictureSize = image.size();
    }
    glTexSubImage2D(
        GL_TEXTURE_2D, 0, 0, 0, image.width(), image.height(), format, type, image.constBits());
    glBindVertexArray(d.pictureArray.get());
    glViewport(0, 0, image.width(), image.height());
    glDisable(GL_SCISSOR_TEST);
    glEnable(GL_BLEND);
    glBlendEquation(GL_FUNC_ADD);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    d.programs->imagePaint.use();
    d.programs->imagePaint.set("uImage", 0);
    glDrawArrays(GL_TRIANGLES, 0, 3);
    glBindVertexArray(0);
    glUseProgram(0);
    glBindTexture(GL_TEXTURE_2D, 0);
    glDisable(GL_BLEND);
    if (takeOutOfMemory()) {
        d.lackedMemory = true;
        d.pictureSize = {};
    }
}

std::optional<std::string> LaneRenderer::whyIncomplete() const
{
    if (!m_private->lackedMemory)
        return std::nullopt;
    return "OpenGL has no memory left for this picture, so it is not whole; choose fewer particles "
           "or steps, hide layers, or make it smaller";
}

void LaneRenderer::setExact(bool exact)
{
    m_private->exact = exact;
}

void LaneRenderer::frameTook(double milliseconds)
{
    if (hasMoved())
        m_private->pace.frameTook(milliseconds);
}

bool LaneRenderer::hasMoved() const
{
    const auto& lanes = m_private->lanes;
    return std::any_of(
        lanes.begin(), lanes.end(), [](const auto& lane) { return lane.drawn && lane.moved; });
}

bool LaneRenderer::isReduced() const
{
    const auto& lanes = m_private->lanes;
    return std::any_of(lanes.begin(), lanes.end(), [](const LaneLayers& lane) {
        return lane.drawn && lane.isReduced();
    });
}

std::optional<std::string> LaneRenderer::whyNoSwarm() const
{
    return whyNoGpuRuns(m_private->software);
}

std::optional<SwarmStatus> LaneRenderer::swarm(int lane) const
{
    return m_private->lanes[static_cast<std::size_t>(lane)].swarm->status();
}

std::optional<std::size_t> LaneRenderer::particleSample(int lane) const
{
    return m_private->lanes[static_cast<std::size_t>(lane)].particles->sample();
}

std::string LaneRenderer::rendererName() const
{
    return m_private->name;
}

void LaneRenderer::setWideLines(bool allowed)
{
    m_private->wideLines = allowed && m_private->software && drawsWideLines();
}

bool LaneRenderer::isSoftware() const
{
    return m_private->software;
}

Result<std::shared_ptr<const ProgramSet>> ProgramSet::create()
{
    struct Files {
        const char *vertex, *fragment, *define;
    };
    constexpr std::array<Files, 11> all{{{"density_tiles.vert", "density_evaluate.frag", ""},
                                         {"density_tiles.vert", "density_paint.frag", ""},
                                         {"density_tiles.vert", "density_paint.frag", "COARSE"},
                                         {"density_tiles.vert", "density_paint.frag", "DIRECT"},
                                         {"trails.vert", "trails.frag", ""},
                                         {"trails.vert", "trails.frag", "WIDE_LINES"},
                                         {"lines.vert", "lines.frag", ""},
                                         {"particles.vert", "particles.frag", ""},
                                         {"particles.vert", "particles.frag", "DISCS_ONLY"},
                                         {"fullscreen.vert", "map_paint.frag", ""},
                                         {"fullscreen.vert", "image_paint.frag", ""}}};
    std::vector<Program> p;
    for (const auto& files : all) {
        auto program = Program::create(QString::fromLatin1(files.vertex),
                                       QString::fromLatin1(files.fragment),
                                       QByteArray(files.define));
        if (!program)
            return program.error();
        p.push_back(std::move(*program));
    }
    return std::make_shared<const ProgramSet>(ProgramSet{std::move(p[0]),
                                                         std::move(p[1]),
                                                         std::move(p[2]),
                                                         std::move(p[3]),
                                                         std::move(p[4]),
                                                         std::move(p[5]),
                                                         std::move(p[6]),
                                                         std::move(p[7]),
                                                         std::move(p[8]),
                                                         std::move(p[9]),
                                                         std::move(p[10])});
}

} // namespace scorefield::render
