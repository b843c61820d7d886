// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/materials.h"

#include "core/field/kernel.h"

#include <QtGlobal>

#include <algorithm>

namespace scorefield::app {

namespace {

struct Material {
    std::string name, version, licence, use;
};

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

} // namespace

std::string materialsText()
{
    const Material materials[] = {
#include "materials.inc"
    };
    std::size_t name = 0, version = 0, licence = 0;
    for (const Material& of : materials) {
        name = std::max(name, of.name.size());
        version = std::max(version, of.version.size());
        licence = std::max(licence, of.licence.size());
    }
    std::string text = "Licence: GPL-3.0-or-later. Made of, as built (NOASSERTION: see its own "
                       "terms):\n";
    for (const Material& of : materials)
        text += "  " + padded(of.name, name) + "  " + padded(of.version, version) + "  "
                + padded(of.licence, licence) + "  " + of.use + "\n";
    return text + "Here: kernels for " + bestFieldKernels().name + ", Qt " + qVersion() + "\n";
}

} // namespace scorefield::app
