// SPDX-License-Identifier: GPL-3.0-or-later
// log q(x) = log sum_k exp(c_k - |W_k (x - m_k)|^2 / 2) by a running log-sum-exp (one exp per component). Two entries per component: (m_x, m_y, c, 0) relative to
// the camera's centre, and the rows of W.
#ifdef MANY_COMPONENTS
uniform samplerBuffer uComponents;
vec4 entry(int i)
{
    return texelFetch(uComponents, i);
}
#else
layout(std140) uniform Components { // read faster than a buffer texture, but OpenGL promises no more than 16 KiB
    vec4 uTable[1024];
};
vec4 entry(int i)
{
    return uTable[i];
}
#endif
uniform int uCount;

float logDensityOf(vec2 x)
{
    float top = -3.0e38, sum = 0.0;
    for (int k = 0; k < uCount; ++k) {
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
