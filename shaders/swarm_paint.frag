#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// Ink as dark as there are particles in the pixel, relative to how many the top of the density's scale would have.
uniform sampler2D uCounts;
uniform vec4 uOrigin;     // pixel of the plot's lower left corner in the framebuffer (xy)
uniform float uTop;       // particles at the top of the scale
uniform float uLogRange;  // > 0: logarithmic scale over this many nats; 0: linear, with a soft end
uniform vec4 uInk;        // its alpha is the opacity
out vec4 oColor;

void main()
{
    float relative = texelFetch(uCounts, ivec2(gl_FragCoord.xy - uOrigin.xy), 0).r / uTop;
    float shade = 1.0 - exp(-2.3 * relative); // nine tenths at the top
    if (uLogRange > 0.0)
        shade = relative > 0.0 ? clamp(1.0 + log(relative) / uLogRange, 0.0, 1.0) : 0.0;
    float alpha = uInk.a * shade;
    oColor = vec4(uInk.rgb * alpha, alpha);
}
