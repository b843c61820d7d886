// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/offscreen.h"

#include "ui/render/gl_objects.h"

#include <epoxy/egl.h>

#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace scorefield::render {
namespace {

Error failure(const std::string& what)
{
    return {"", "cannot draw without a display: " + what};
}

/// Where there may be OpenGL, the best first: graphics processors, then what Mesa has without a
/// device, which is a software renderer at least.
std::vector<EGLDisplay> displays()
{
    std::vector<EGLDisplay> found;
    const auto has = [](const char* extension) {
        return epoxy_has_egl_extension(EGL_NO_DISPLAY, extension);
    };
    if (has("EGL_EXT_platform_device") && has("EGL_EXT_device_enumeration")
        && has("EGL_EXT_device_query")) {
        std::array<EGLDeviceEXT, 16> devices{};
        EGLint count = 0;
        if (eglQueryDevicesEXT(static_cast<EGLint>(devices.size()), devices.data(), &count)
            == EGL_FALSE)
            count = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            const char* extensions = eglQueryDeviceStringEXT(devices[i], EGL_EXTENSIONS);
            if (extensions != nullptr && std::strstr(extensions, "EGL_MESA_device_software"))
                continue;
            found.push_back(eglGetPlatformDisplayEXT(EGL_PLATFORM_DEVICE_EXT, devices[i], nullptr));
        }
    }
    if (has("EGL_MESA_platform_surfaceless"))
        found.push_back(eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr));
    return found;
}

inline void deleteRenderbuffer(GLuint name)
{
    glDeleteRenderbuffers(1, &name);
}

} // namespace

struct OffscreenContext::Private {
    EGLDisplay display = EGL_NO_DISPLAY;
    EGLContext context = EGL_NO_CONTEXT;
    FramebufferName framebuffer;
    GlName<deleteRenderbuffer> color;
    QSize size;
    std::vector<unsigned char> rows; ///< as OpenGL gives them, the lowest first

    Status start(); ///< a context of `display`, current
};

OffscreenContext::OffscreenContext() : m_private(std::make_unique<Private>()) {}

Status OffscreenContext::Private::start()
{
    if (display == EGL_NO_DISPLAY || eglInitialize(display, nullptr, nullptr) == EGL_FALSE)
        return failure("EGL does not start (install libgl1-mesa-dri)");
    if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE)
        return failure("EGL offers no desktop OpenGL");
    const EGLint wanted[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
    EGLConfig config = nullptr;
    EGLint configs = 0;
    if (eglChooseConfig(display, wanted, &config, 1, &configs) == EGL_FALSE || configs == 0)
        return failure("EGL has no configuration for OpenGL");
    // 4.3 has compute shaders; some drivers give exactly the version that is asked for.
    for (const auto& [major, minor] : {std::pair{4, 3}, std::pair{3, 3}}) {
        const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION,
                                  major,
                                  EGL_CONTEXT_MINOR_VERSION,
                                  minor,
                                  EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                  EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                  EGL_NONE};
        context = eglCreateContext(display, config, EGL_NO_CONTEXT, version);
        if (context != EGL_NO_CONTEXT)
            break;
    }
    if (context == EGL_NO_CONTEXT)
        return failure("there is no OpenGL 3.3");
    if (eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) == EGL_TRUE)
        return success();
    eglDestroyContext(display, context);
    context = EGL_NO_CONTEXT;
    return failure("the OpenGL context cannot be used without a surface");
}

Result<std::unique_ptr<OffscreenContext>> OffscreenContext::create()
{
    if (!epoxy_has_egl())
        return failure("this machine has no EGL library (install libegl1)");
    Error reason = failure("its EGL has no surfaceless platform (install libgl1-mesa-dri)");
    for (EGLDisplay display : displays()) {
        std::unique_ptr<OffscreenContext> context(new OffscreenContext);
        context->m_private->display = display;
        const Status started = context->m_private->start();
        if (started)
            return context;
        reason = started.error();
    }
    return reason;
}

OffscreenContext::~OffscreenContext()
{
    auto& d = *m_private;
    if (d.context == EGL_NO_CONTEXT)
        return;
    makeCurrent();
    d.framebuffer = {};
    d.color = {};
    eglMakeCurrent(d.display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(d.display, d.context);
    // The display is shared by the whole process (eglGetPlatformDisplay returns the same one): it
    // is not terminated here.
}

void OffscreenContext::makeCurrent()
{
    eglMakeCurrent(m_private->display, EGL_NO_SURFACE, EGL_NO_SURFACE, m_private->context);
}

Status OffscreenContext::bindFramebuffer(const QSize& size)
{
    auto& d = *m_private;
    GLint largest = 0;
    glGetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &largest);
    if (size.width() < 1 || size.height() < 1 || size.width() > largest || size.height() > largest)
        return Error{"size",
                     "a picture of " + std::to_string(size.width()) + " × "
                         + std::to_string(size.height()) + " pixels is outside 1 to "
                         + std::to_string(largest) + " in each direction"};
    if (size != d.size) {
        GLuint name = 0;
        glGenRenderbuffers(1, &name);
        d.color = GlName<deleteRenderbuffer>(name);
        d.framebuffer = newFramebuffer();
        glBindRenderbuffer(GL_RENDERBUFFER, name);
        glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, size.width(), size.height());
        glBindFramebuffer(GL_FRAMEBUFFER, d.framebuffer.get());
        glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, name);
        d.size = {};
        if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
            return Error{"size",
                         "OpenGL has no memory for a picture of " + std::to_string(size.width())
                             + " × " + std::to_string(size.height()) + " pixels"};
        d.size = size;
    }
    glBindFramebuffer(GL_FRAMEBUFFER, d.framebuffer.get());
    glViewport(0, 0, size.width(), size.height());
    return success();
}

QImage OffscreenContext::read()
{
    const auto& d = *m_private;
    QImage image(d.size, QImage::Format_RGBA8888_Premultiplied);
    if (image.isNull())
        return image;
    glBindFramebuffer(GL_READ_FRAMEBUFFER, d.framebuffer.get());
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    glReadPixels(0, 0, d.size.width(), d.size.height(), GL_RGBA, GL_UNSIGNED_BYTE, image.bits());
    return image.mirrored(false, true);
}

bool OffscreenContext::readOpaque(QImage& image)
{
    auto& d = *m_private;
    if (image.size() != d.size || image.format() != QImage::Format_RGB32 || !image.isDetached())
        image = QImage(d.size, QImage::Format_RGB32);
    const auto row = static_cast<std::size_t>(d.size.width()) * 4;
    d.rows.resize(row * static_cast<std::size_t>(d.size.height()));
    if (image.isNull())
        return false;
    glBindFramebuffer(GL_READ_FRAMEBUFFER, d.framebuffer.get());
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    // The order of bytes in which QRgb and most framebuffers lie in memory.
    glReadPixels(
        0, 0, d.size.width(), d.size.height(), GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV, d.rows.data());
    for (int y = 0; y < d.size.height(); ++y)
        std::memcpy(image.scanLine(y),
                    d.rows.data() + row * static_cast<std::size_t>(d.size.height() - 1 - y),
                    row);
    return true;
}

} // namespace scorefield::render
