// SPDX-License-Identifier: GPL-3.0-or-later
// OpenGL without memory: one call after the other that takes memory fails, in every picture the
// first time. A picture that lacks something says so, and the next one is as if nothing had been.
#include "tests/trust/faults.h"

#include "core/session/session_run.h"
#include "ui/export/lane_pictures.h"
#include "ui/render/gl_objects.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/offscreen.h"

#include <QImage>

#include <algorithm>
#include <cstdlib>

namespace scorefield::faults {

namespace {

/// The calls that are counted, and the one that fails.
struct Injection {
    int calls = 0, failing = 0; ///< from 1; 0: none
    bool isPending = false;     ///< glGetError has still to tell
    PFNGLBUFFERDATAPROC bufferData = nullptr;
    PFNGLTEXIMAGE2DPROC texImage = nullptr;
    PFNGLTEXBUFFERPROC texBuffer = nullptr;
    PFNGLRENDERBUFFERSTORAGEPROC renderbufferStorage = nullptr;
    PFNGLCREATESHADERPROC createShader = nullptr;
    PFNGLLINKPROGRAMPROC linkProgram = nullptr;
    PFNGLGETERRORPROC getError = nullptr;

    bool fails()
    {
        const bool now = ++calls == failing;
        isPending = isPending || now;
        return now;
    }
};
Injection g_injection; // NOLINT: the functions of OpenGL have no context of ours

void GLAPIENTRY bufferData(GLenum target, GLsizeiptr size, const void* data, GLenum usage)
{
    if (!g_injection.fails())
        g_injection.bufferData(target, size, data, usage);
}

void GLAPIENTRY texImage(GLenum target,
                         GLint level,
                         GLint internal,
                         GLsizei width,
                         GLsizei height,
                         GLint border,
                         GLenum format,
                         GLenum type,
                         const void* pixels)
{
    if (!g_injection.fails())
        g_injection.texImage(target, level, internal, width, height, border, format, type, pixels);
}

void GLAPIENTRY texBuffer(GLenum target, GLenum format, GLuint buffer)
{
    if (!g_injection.fails())
        g_injection.texBuffer(target, format, buffer);
}

void GLAPIENTRY renderbufferStorage(GLenum target, GLenum format, GLsizei width, GLsizei height)
{
    if (!g_injection.fails())
        g_injection.renderbufferStorage(target, format, width, height);
}

GLuint GLAPIENTRY createShader(GLenum stage)
{
    return g_injection.fails() ? 0 : g_injection.createShader(stage);
}

void GLAPIENTRY linkProgram(GLuint program)
{
    if (!g_injection.fails())
        g_injection.linkProgram(program);
}

GLenum GLAPIENTRY getError()
{
    if (!std::exchange(g_injection.isPending, false))
        return g_injection.getError();
    return GL_OUT_OF_MEMORY;
}

/// libepoxy finds a function at its first call, and then replaces its own pointer to it: each has
/// been called before this.
void putBetween()
{
    g_injection.bufferData = std::exchange(epoxy_glBufferData, bufferData);
    g_injection.texImage = std::exchange(epoxy_glTexImage2D, texImage);
    g_injection.texBuffer = std::exchange(epoxy_glTexBuffer, texBuffer);
    g_injection.renderbufferStorage =
        std::exchange(epoxy_glRenderbufferStorage, renderbufferStorage);
    g_injection.createShader = std::exchange(epoxy_glCreateShader, createShader);
    g_injection.linkProgram = std::exchange(epoxy_glLinkProgram, linkProgram);
    g_injection.getError = std::exchange(epoxy_glGetError, getError);
}

const QSize kSize(320, 200);

/// Everything that can be drawn, in one lane.
Session everything()
{
    Session session = defaultSession();
    session.lanes.resize(1);
    session.particles.count = 100;
    session.view.particles.visible = session.view.trails.visible = session.view.ellipses.visible =
        session.view.density.visible = session.view.contours.visible = 1;
    session.view.swarm.layer.visible = 1;
    session.view.swarm.count = 20000;
    return session;
}

struct Drawn {
    QImage image;
    std::string said; ///< why it is not whole
};

/// A picture, from the making of its context on or with a renderer that is there.
class Studio {
public:
    explicit Studio(std::vector<render::LaneView> views) : m_views(std::move(views)) {}

    std::string open()
    {
        auto context = render::OffscreenContext::create();
        if (!context)
            return context.error().sentence();
        m_context = std::move(*context);
        auto renderer = render::LaneRenderer::create();
        if (!renderer)
            return renderer.error().sentence();
        m_renderer = std::move(*renderer);
        m_renderer->setExact(true);
        return {};
    }
    ~Studio()
    {
        if (m_context)
            m_context->makeCurrent();
        m_renderer.reset();
    }
    Studio(const Studio&) = delete;
    Studio& operator=(const Studio&) = delete;

    Drawn draw()
    {
        if (const auto bound = m_context->bindFramebuffer(kSize); !bound)
            return {{}, bound.error().sentence()};
        m_renderer->clear(kSize, m_views[0].theme);
        m_renderer->draw(m_views[0], QRectF({0, 0}, QSizeF(kSize)), kSize, 1);
        Drawn drawn{m_context->read(), m_renderer->whyIncomplete().value_or("")};
        const auto swarm = m_renderer->swarm(0);
        if (drawn.said.empty() && swarm)
            drawn.said = swarm->refusal;
        return drawn;
    }

private:
    std::vector<render::LaneView> m_views;
    std::unique_ptr<render::OffscreenContext> m_context;
    std::unique_ptr<render::LaneRenderer> m_renderer;
};

struct Counts {
    int injected = 0, opened = 0, said = 0, alike = 0, next = 0;
};

/// Call `failing` fails while a picture is made; then it is made again.
void failAt(Report& report,
            int failing,
            const std::vector<render::LaneView>& views,
            const QImage& usual,
            const QString& name,
            Counts& counts)
{
    const QString call = QStringLiteral("call %1: ").arg(failing);
    g_injection.calls = 0;
    g_injection.failing = failing;
    ++counts.injected;
    Studio studio(views);
    const std::string refusal = studio.open();
    g_injection.failing = g_injection.calls >= failing ? 0 : failing;
    if (!refusal.empty()) { // no renderer, and a sentence instead
        ++counts.opened;
        return;
    }
    Drawn drawn = studio.draw();
    const bool isWhole = drawn.image == usual;
    report.must(isWhole || !drawn.said.empty(),
                name,
                call + QStringLiteral("another picture, and not a word"));
    counts.said += !drawn.said.empty();
    counts.alike += isWhole;
    g_injection.failing = 0;
    // A swarm that was refused stays so for the run it was asked for.
    drawn = studio.draw();
    const bool isRestored = drawn.image == usual || !drawn.said.empty();
    counts.next += drawn.image == usual;
    report.must(isRestored, name, call + QStringLiteral("the next picture is another"));
}

} // namespace

void openGl(Report& report)
{
    const QString name = QStringLiteral("OpenGL without memory");
    ::setenv("SCOREFIELD_GPU", "force", 1);
    const Session session = everything();
    WorkerPool pool(2);
    const auto run = runSession(session, pool);
    if (!run)
        return (void)report.must(false, name, QString::fromStdString(run.error().sentence()));
    const auto views =
        render::laneViews(*run, session, .6, {render::Theme::lightTheme(), 1, 1, {}});
    QImage usual;
    {
        Studio studio(views);
        if (const std::string refusal = studio.open(); !refusal.empty())
            return report.skip(name, QString::fromStdString(refusal));
        usual = studio.draw().image;
        (void)glGetError();
        if (studio.draw().image != usual)
            return report.skip(name, QStringLiteral("two pictures of the same differ here"));
    }
    putBetween();
    {
        Studio studio(views);
        (void)studio.open();
        (void)report.must(studio.draw().image == usual, name, QStringLiteral("the first picture"));
    }
    const int calls = g_injection.calls;
    Counts counts;
    const int stride = report.options().all ? 1 : std::max(1, calls / 8);
    for (int failing = 1; failing <= calls; failing += stride)
        failAt(report, failing, views, usual, name, counts);
    report.row(name,
               counts.injected,
               QStringLiteral("of %1 calls that take memory, each failing once: %2 ended with a "
                              "sentence before a picture, %3 pictures said that they are not whole "
                              "or have no swarm, %4 were as usual; the next picture was as usual "
                              "%5 times of %6")
                   .arg(calls)
                   .arg(counts.opened)
                   .arg(counts.said)
                   .arg(counts.alike)
                   .arg(counts.next)
                   .arg(counts.injected - counts.opened));
}

} // namespace scorefield::faults
