#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
uniform float uWidth;
uniform float uOpacity;
in float vAcross;
in float vAlpha;
flat in vec3 vColor;
out vec4 oColor;

void main()
{
    float alpha = uOpacity * vAlpha * clamp(0.5 * uWidth + 0.5 - abs(vAcross), 0.0, 1.0);
    oColor = vec4(vColor * alpha, alpha);
}
