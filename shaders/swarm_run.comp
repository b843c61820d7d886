#version 430 core
// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of a run in two dimensions, a particle per invocation: core/sampler/device_run.h says what the numbers mean, ui/render/gpu_run.cpp hands them in.
// The field is that of core/field/kernel_impl.h: log-sum-exp over rows of floats, the target class and the others in groups of their own.
#include "common_philox.glsl"
layout(local_size_x = 64) in;

struct Step {
    float a, b, c;
    uint evaluations;
    float p, q, r, s;
};
struct Level {
    float weight;
    uint members, others, centred;
};
struct Start {
    uint below;
    float meanX, meanY, root00, root01, root11, unused0, unused1;
};
layout(std430, binding = 0) buffer States { vec4 states[]; }; // of each particle: before the last step taken, and after it
layout(std430, binding = 1) readonly buffer Rows { float rows[]; };
layout(std430, binding = 2) readonly buffer Steps { Step steps[]; };
layout(std430, binding = 3) readonly buffer Levels { Level levels[]; };
layout(std430, binding = 4) readonly buffer Starts { Start starts[]; };
uniform uint uFirstParticle; // number of the first particle of this dispatch: that of states[0]
uniform uint uCount;         // of them
uniform int uFrom;           // steps already taken; -1: there is no start yet
uniform int uTo;             // steps to have taken
uniform int uStarts;
uniform int uComponents;     // rows of a level
uniform uint uSeedLow;
uniform uint uSeedHigh;

const int kRow = 11; // constant, centre 2, triangle 3, mean 2, gain 3
const uint kInitialStream = 0u, kStepStream = 1u, kPriorStream = 2u;

struct Sum {
    float maximum, total;
    vec2 weighted;
};

vec2 offsetOf(int row, vec2 x, bool centred)
{
    return centred ? x - vec2(rows[row + 1], rows[row + 2]) : x;
}

float logWeight(int row, vec2 y, bool centred)
{
    vec3 t = vec3(rows[row + 3], rows[row + 4], rows[row + 5]);
    if (centred) {
        float z0 = fma(t.y, y.y, t.x * y.x), z1 = t.z * y.y;
        return rows[row] - fma(z0, z0, z1 * z1);
    }
    float linear = fma(rows[row + 2], y.y, fma(rows[row + 1], y.x, rows[row]));
    return linear - fma(y.x, fma(t.y + t.y, y.y, t.x * y.x), t.z * y.y * y.y);
}

/// Twice over the rows: a second look costs less than a second exponential.
Sum sumOf(int first, int count, vec2 x, bool centred)
{
    Sum sum = Sum(-3.0e38, 0.0, vec2(0.0));
    int end = (first + count) * kRow;
    for (int row = first * kRow; row < end; row += kRow)
        sum.maximum = max(sum.maximum, logWeight(row, offsetOf(row, x, centred), centred));
    for (int row = first * kRow; row < end; row += kRow) {
        vec2 y = offsetOf(row, x, centred);
        float weight = exp(logWeight(row, y, centred) - sum.maximum);
        vec3 g = vec3(rows[row + 8], rows[row + 9], rows[row + 10]);
        sum.total += weight;
        sum.weighted += weight * vec2(fma(g.y, y.y, fma(g.x, y.x, rows[row + 6])), fma(g.z, y.y, fma(g.y, y.x, rows[row + 7])));
    }
    return sum;
}

/// The guided posterior mean. Each group has its own maximum: D_c stays exact where the class has no weight at all.
vec2 denoise(int number, vec2 x)
{
    Level level = levels[number];
    bool centred = level.centred != 0u;
    int first = number * uComponents;
    Sum members = sumOf(first, int(level.members), x, centred);
    vec2 conditional = members.weighted / members.total;
    if (level.others == 0u)
        return conditional;
    Sum others = sumOf(first + int(level.members), int(level.others), x, centred);
    float maximum = max(members.maximum, others.maximum);
    float memberScale = exp(members.maximum - maximum), otherScale = exp(others.maximum - maximum);
    float total = fma(memberScale, members.total, otherScale * others.total);
    vec2 unconditional = (memberScale * members.weighted + otherScale * others.weighted) / total;
    return unconditional + level.weight * (conditional - unconditional);
}

vec2 startOf(uint particle, uvec2 seed)
{
    vec2 z = philoxNormals(seed, kInitialStream, particle, 0u);
    int low = 0, high = uStarts - 1;
    if (high > 0) {
        uint word = philoxWords(uvec4(particle, 0u, 0u, kPriorStream), seed).x;
        while (low < high) { // the first component that the word is below, or the last
            int middle = (low + high) / 2;
            if (word < starts[middle].below)
                high = middle;
            else
                low = middle + 1;
        }
    }
    Start start = starts[low];
    return vec2(start.meanX + fma(start.root01, z.y, start.root00 * z.x), start.meanY + fma(start.root11, z.y, start.root01 * z.x));
}

void main()
{
    uint i = gl_GlobalInvocationID.x;
    if (i >= uCount)
        return;
    uint particle = uFirstParticle + i;
    uvec2 seed = uvec2(uSeedLow, uSeedHigh);
    vec2 before, x;
    int taken = uFrom;
    if (taken < 0) {
        x = startOf(particle, seed);
        before = x;
        taken = 0;
    } else {
        before = states[i].xy;
        x = states[i].zw;
    }
    for (; taken < uTo; ++taken) {
        Step step = steps[taken];
        before = x;
        vec2 mean = denoise(taken, x);
        vec2 y = step.a * x + step.b * mean;
        if (step.c != 0.0)
            y += step.c * philoxNormals(seed, kStepStream, particle, uint(taken));
        x = step.evaluations == 1u ? y : step.p * x + step.q * mean + step.r * y + step.s * denoise(taken + 1, y);
    }
    states[i] = vec4(before, x);
}
