#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
uniform float uWidth;
uniform float uOpacity;
in float vAcross;
in float vAge;
flat in vec3 vColor;
out vec4 oColor;

void main()
{
    float youth = 1.0 - clamp(vAge, 0.0, 1.0);
    float alpha = uOpacity * youth * youth * clamp(0.5 * uWidth + 0.5 - abs(vAcross), 0.0, 1.0);
    oColor = vec4(vColor * alpha, alpha);
}
