// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/opengl_check.h"

#include <QGuiApplication>
#include <QOpenGLContext>
#include <QSurfaceFormat>

namespace scorefield::ui {

namespace {

constexpr std::pair kLeast{3, 3};
// Has compute shaders; some drivers give exactly the version that is asked for.
constexpr std::pair kWanted{4, 3};

} // namespace

void requestOpenGl()
{
    QSurfaceFormat format;
    format.setRenderableType(QSurfaceFormat::OpenGL);
    format.setVersion(kWanted.first, kWanted.second);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setSwapInterval(1);
    QSurfaceFormat::setDefaultFormat(format);
    // The shared context that the application then makes is the one that checkOpenGl looks at.
    QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
}

Status checkOpenGl()
{
    // They may make contexts, but cannot compose a widget that has one: Qt 6.4 crashes there.
    const QString platform = QGuiApplication::platformName();
    for (const char* without : {"offscreen", "minimal", "vnc", "linuxfb"})
        if (platform == QLatin1String(without))
            return Error{"",
                         "Qt's platform ‘" + platform.toStdString()
                             + "’ shows no OpenGL (3.3 is needed)"};
    const QOpenGLContext* shared = QOpenGLContext::globalShareContext();
    QOpenGLContext probe;
    if (!shared || !shared->isValid()) {
        // Not every platform gives less than it is asked for.
        QSurfaceFormat format = QSurfaceFormat::defaultFormat();
        format.setVersion(kLeast.first, kLeast.second);
        QSurfaceFormat::setDefaultFormat(format);
        probe.setFormat(format);
        if (!probe.create())
            return Error{
                "",
                "this display offers no OpenGL (3.3 is needed); install a graphics driver or Mesa"};
        shared = &probe;
    }
    const QSurfaceFormat format = shared->format();
    if (format.version() < kLeast)
        return Error{"",
                     "this display offers OpenGL " + std::to_string(format.majorVersion()) + "."
                         + std::to_string(format.minorVersion()) + ", 3.3 is needed"};
    return success();
}

} // namespace scorefield::ui
