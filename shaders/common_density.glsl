// SPDX-License-Identifier: GPL-3.0-or-later
// log q(x) = log sum_k exp(c_k - |W_k (x - m_k)|^2 / 2) by a running log-sum-exp (one exp per component). Two entries per component: (m_x, m_y, c, 0) relative to
// the camera's centre, and the rows of W. With DIRECT a few components from a uniform block; else those of a tile (ui/render/density_tiles.h).
#ifdef DIRECT
layout(std140) uniform Components {
    vec4 uTable[32];
};
vec4 entry(int i)
{
    return uTable[i];
}
#else
uniform samplerBuffer uComponents;
vec4 entry(int i)
{
    return texelFetch(uComponents, i);
}
#endif

float logDensityOf(vec2 x, int first, int count)
{
    float top = -3.0e38, sum = 0.0;
    for (int k = first; k < first + count; ++k) {
        vec4 place = entry(2 * k);
        vec4 whiten = entry(2 * k + 1);
        vec2 r = x - place.xy;
        vec2 z = vec2(dot(whiten.xy, r), dot(whiten.zw, r));
        float term = place.z - 0.5 * dot(z, z);
        float ratio = exp(-abs(term - top));
        sum = term > top ? sum * ratio + 1.0 : sum + ratio;
        top = max(top, term);
    }
    return top + log(sum);
}
