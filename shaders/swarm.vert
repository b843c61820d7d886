#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// A square point per particle, on the straight line between its states before and after a step.
#include "common_view.glsl"
layout(location = 0) in vec4 aStates;
uniform float uFraction;
uniform float uDiameter; // pixels

void main()
{
    vec2 from = relativeToCentre(aStates.xy), to = relativeToCentre(aStates.zw);
    gl_Position = toClip(toPixels(mix(from, to, uFraction)));
    gl_PointSize = uDiameter;
}
