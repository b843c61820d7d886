#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
uniform float uWidth;
uniform vec4 uColor;
uniform float uDash; // length of a dash and of a gap in pixels; 0: solid
in float vAcross;
in float vArc;
out vec4 oColor;

void main()
{
    float alpha = uColor.a * clamp(0.5 * uWidth + 0.5 - abs(vAcross), 0.0, 1.0);
    if (uDash > 0.0) {
        float phase = mod(vArc, 2.0 * uDash);
        alpha *= clamp(min(phase, uDash - phase) + 0.5, 0.0, 1.0);
    }
    oColor = vec4(uColor.rgb * alpha, alpha);
}
