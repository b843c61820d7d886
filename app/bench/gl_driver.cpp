// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/machine.h"
#include "ui/render/offscreen.h"

#include <epoxy/gl.h>

namespace scorefield::app {

GlDriver glDriver()
{
    const auto context = render::OffscreenContext::create();
    if (!context)
        return {.renderer = {}, .version = {}, .reason = context.error().sentence()};
    const auto text = [](GLenum name) {
        const auto* bytes = reinterpret_cast<const char*>(glGetString(name));
        return std::string(bytes != nullptr ? bytes : "unknown");
    };
    return {.renderer = text(GL_RENDERER), .version = text(GL_VERSION), .reason = {}};
}

} // namespace scorefield::app
