// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Body of the kernels of plane_kernel.h, compiled once per instruction set. As in
// core/field/kernel_impl.h nothing here may become a function that the linker shares between units:
// everything is in the anonymous namespace or a template over the xsimd architecture.
#include "core/geometry/plane_kernel.h"

#include <xsimd/xsimd.hpp>

#include <cstdint>

namespace scorefield {
namespace {

/// e^x for x <= 0: 2^n e^r with |r| <= log(2)/2, e^r by its series to r^13 (remainder below 1e-17).
/// Below -708 the smallest normal number.
template <class B>
inline B expNonPositive(B x)
{
    using Int = xsimd::batch<int64_t, typename B::arch_type>;
    x = xsimd::max(x, B(-708.0));
    // 1.5 2^52: the whole part falls into the low bits.
    const B shifted = xsimd::fma(x, B(1.4426950408889634), B(6755399441055744.0));
    const B n = shifted - B(6755399441055744.0);
    // log 2 in two parts, the first exact in the product.
    const B r = xsimd::fma(n, B(-1.9082149292705877e-10), xsimd::fma(n, B(-0.6931471803691238), x));
    B p = B(1.0 / 6227020800);
    p = xsimd::fma(p, r, B(1.0 / 479001600));
    p = xsimd::fma(p, r, B(1.0 / 39916800));
    p = xsimd::fma(p, r, B(1.0 / 3628800));
    p = xsimd::fma(p, r, B(1.0 / 362880));
    p = xsimd::fma(p, r, B(1.0 / 40320));
    p = xsimd::fma(p, r, B(1.0 / 5040));
    p = xsimd::fma(p, r, B(1.0 / 720));
    p = xsimd::fma(p, r, B(1.0 / 120));
    p = xsimd::fma(p, r, B(1.0 / 24));
    p = xsimd::fma(p, r, B(1.0 / 6));
    p = xsimd::fma(p, r, B(0.5));
    p = xsimd::fma(p, r * r, r + B(1.0));
    const Int exponent = xsimd::bitwise_cast<Int>(shifted) << 52; // only n is left of the bits
    return xsimd::bitwise_cast<B>(xsimd::bitwise_cast<Int>(p) + exponent);
}

/// One component at a vector of points.
template <class B>
struct PlaneTerm {
    B y0, y1, u0, u1, logWeight; // y = x - mean, u = P y

    inline PlaneTerm(const double* row, B x0, B x1)
    {
        y0 = x0 - B(row[1]);
        y1 = x1 - B(row[2]);
        u0 = xsimd::fma(B(row[3]), y0, B(row[4]) * y1);
        u1 = xsimd::fma(B(row[4]), y0, B(row[5]) * y1);
        logWeight = xsimd::fma(B(-0.5), xsimd::fma(y0, u0, y1 * u1), B(row[0]));
    }
};

/// The likeliest component of each point and the log-weight of the next.
template <class B>
struct PlaneTop {
    B number = B(-1.0), log = B(-1e300), next = B(-1e300);
    B mean0, mean1, p00, p01, p11;

    inline PlaneTop(const PlaneTable& table, B x0, B x1)
    {
        mean0 = mean1 = p00 = p01 = p11 = B(0.0);
        const double* row = table.rows;
        for (int k = 0; k < table.components; ++k, row += kPlaneRow) {
            const PlaneTerm<B> term(row, x0, x1);
            const auto above = term.logWeight > log;
            next = xsimd::max(next, xsimd::min(log, term.logWeight));
            log = xsimd::max(log, term.logWeight);
            number = xsimd::select(above, B(static_cast<double>(k)), number);
            mean0 = xsimd::select(above, B(row[1]), mean0);
            mean1 = xsimd::select(above, B(row[2]), mean1);
            p00 = xsimd::select(above, B(row[3]), p00);
            p01 = xsimd::select(above, B(row[4]), p01);
            p11 = xsimd::select(above, B(row[5]), p11);
        }
    }
};

/// Sums over k != k0 with the weights w_k.
template <class B, bool Common, bool Third>
struct PlaneSums {
    B w = B(0.0), m0 = B(0.0), m1 = B(0.0), q00 = B(0.0), q01 = B(0.0), q11 = B(0.0);
    B d00 = B(0.0), d01 = B(0.0), d11 = B(0.0);                   // w (P - P_k0)
    B c000 = B(0.0), c001 = B(0.0), c011 = B(0.0), c111 = B(0.0); // w b b b
    B n000 = B(0.0), n001 = B(0.0), n011 = B(0.0);                // w b_0 (P - P_k0)
    B n100 = B(0.0), n101 = B(0.0), n111 = B(0.0);                // w b_1 (P - P_k0)

    inline void add(const double* row, B weight, B b0, B b1, const PlaneTop<B>& top)
    {
        w += weight;
        const B wb0 = weight * b0, wb1 = weight * b1;
        m0 += wb0;
        m1 += wb1;
        const B s00 = wb0 * b0, s01 = wb0 * b1, s11 = wb1 * b1;
        q00 += s00;
        q01 += s01;
        q11 += s11;
        if constexpr (Third) {
            c000 = xsimd::fma(s00, b0, c000);
            c001 = xsimd::fma(s00, b1, c001);
            c011 = xsimd::fma(s11, b0, c011);
            c111 = xsimd::fma(s11, b1, c111);
        }
        if constexpr (!Common) {
            const B e00 = B(row[3]) - top.p00, e01 = B(row[4]) - top.p01, e11 = B(row[5]) - top.p11;
            d00 = xsimd::fma(weight, e00, d00);
            d01 = xsimd::fma(weight, e01, d01);
            d11 = xsimd::fma(weight, e11, d11);
            if constexpr (Third) {
                n000 = xsimd::fma(wb0, e00, n000);
                n001 = xsimd::fma(wb0, e01, n001);
                n011 = xsimd::fma(wb0, e11, n011);
                n100 = xsimd::fma(wb1, e00, n100);
                n101 = xsimd::fma(wb1, e01, n101);
                n111 = xsimd::fma(wb1, e11, n111);
            }
        }
    }
};

/// Central moments from the sums, as PlaneMoment names them.
template <class B, bool Common, bool Third>
inline void
finishPlane(const PlaneSums<B, Common, Third>& sum, const PlaneTop<B>& top, B x0, B x1, B* out)
{
    using M = PlaneMoment;
    const B rho = top.next - top.log;
    const B e = expNonPositive(rho);
    const B total = xsimd::fma(e, sum.w, B(1.0));
    const B inverse = B(1.0) / total;
    const B m0 = sum.m0 * inverse, m1 = sum.m1 * inverse;
    const B e0 = e * m0, e1 = e * m1; // mean of b over all components
    const B q00 = sum.q00 * inverse, q01 = sum.q01 * inverse, q11 = sum.q11 * inverse;
    const B d00 = sum.d00 * inverse, d01 = sum.d01 * inverse, d11 = sum.d11 * inverse;
    const B y0 = x0 - top.mean0, y1 = x1 - top.mean1;
    out[M::LogTop] = top.log;
    out[M::Rho] = rho;
    out[M::Total] = total;
    out[M::A0] = -xsimd::fma(top.p00, y0, top.p01 * y1);
    out[M::A1] = -xsimd::fma(top.p01, y0, top.p11 * y1);
    out[M::M0] = m0;
    out[M::M1] = m1;
    out[M::G00] = xsimd::fnma(e0, m0, q00) - d00;
    out[M::G01] = xsimd::fnma(e0, m1, q01) - d01;
    out[M::G11] = xsimd::fnma(e1, m1, q11) - d11;
    out[M::P00] = top.p00;
    out[M::P01] = top.p01;
    out[M::P11] = top.p11;
    if constexpr (Third) {
        const B two(2.0), three(3.0);
        out[M::T000] = sum.c000 * inverse - three * q00 * e0 + two * e0 * e0 * m0;
        out[M::T001] = sum.c001 * inverse - q00 * e1 - two * q01 * e0 + two * e0 * e0 * m1;
        out[M::T011] = sum.c011 * inverse - q11 * e0 - two * q01 * e1 + two * e0 * e1 * m1;
        out[M::T111] = sum.c111 * inverse - three * q11 * e1 + two * e1 * e1 * m1;
        if constexpr (!Common) {
            // B_i,jl = sum r c_i (P - P_k0)_jl
            const B b000 = sum.n000 * inverse - e0 * d00, b001 = sum.n001 * inverse - e0 * d01;
            const B b011 = sum.n011 * inverse - e0 * d11, b100 = sum.n100 * inverse - e1 * d00;
            const B b101 = sum.n101 * inverse - e1 * d01, b111 = sum.n111 * inverse - e1 * d11;
            out[M::T000] -= three * b000;
            out[M::T001] -= two * b001 + b100;
            out[M::T011] -= two * b101 + b011;
            out[M::T111] -= three * b111;
        }
    }
}

template <class B, bool Common, bool Third>
inline void planeVector(const PlaneTable& table, B x0, B x1, B* out)
{
    const PlaneTop<B> top(table, x0, x1);
    const B a0 = xsimd::fma(top.p00, x0 - top.mean0, top.p01 * (x1 - top.mean1)); // -a_k0
    const B a1 = xsimd::fma(top.p01, x0 - top.mean0, top.p11 * (x1 - top.mean1));
    PlaneSums<B, Common, Third> sum;
    const double* row = table.rows;
    for (int k = 0; k < table.components; ++k, row += kPlaneRow) {
        const PlaneTerm<B> term(row, x0, x1);
        const B relative = expNonPositive(xsimd::min(term.logWeight - top.next, B(0.0)));
        const B weight = xsimd::select(top.number == B(static_cast<double>(k)), B(0.0), relative);
        if constexpr (Common) { // b = P (mean_k - mean_k0), whatever the place
            const B y0 = B(row[1]) - top.mean0, y1 = B(row[2]) - top.mean1;
            sum.add(row,
                    weight,
                    xsimd::fma(B(row[3]), y0, B(row[4]) * y1),
                    xsimd::fma(B(row[4]), y0, B(row[5]) * y1),
                    top);
        } else {
            sum.add(row, weight, a0 - term.u0, a1 - term.u1, top);
        }
    }
    finishPlane<B, Common, Third>(sum, top, x0, x1, out);
}

template <class Arch, bool Common, bool Third>
inline void planePoints(const PlaneTable& table,
                        const double* x0,
                        const double* x1,
                        std::size_t n,
                        double* out,
                        std::size_t stride)
{
    using B = xsimd::batch<double, Arch>;
    constexpr std::size_t kWidth = B::size;
    constexpr std::size_t kArrays = Third ? PlaneMoment::Count : PlaneMoment::T000;
    B values[PlaneMoment::Count];
    std::size_t p = 0;
    for (; p + kWidth <= n; p += kWidth) {
        planeVector<B, Common, Third>(
            table, B::load_unaligned(x0 + p), B::load_unaligned(x1 + p), values);
        for (std::size_t i = 0; i < kArrays; ++i)
            values[i].store_unaligned(out + i * stride + p);
    }
    if (p == n)
        return;
    double tail0[kWidth], tail1[kWidth], result[kWidth]; // the last place fills the vector
    for (std::size_t i = 0; i < kWidth; ++i) {
        tail0[i] = x0[p + i < n ? p + i : n - 1];
        tail1[i] = x1[p + i < n ? p + i : n - 1];
    }
    planeVector<B, Common, Third>(
        table, B::load_unaligned(tail0), B::load_unaligned(tail1), values);
    for (std::size_t i = 0; i < kArrays; ++i) {
        values[i].store_unaligned(result);
        for (std::size_t j = 0; p + j < n; ++j)
            out[i * stride + p + j] = result[j];
    }
}

template <class Arch, bool Third>
void planeMoments(const PlaneTable& table,
                  const double* x0,
                  const double* x1,
                  std::size_t n,
                  double* out,
                  std::size_t stride)
{
    if (table.common)
        planePoints<Arch, true, Third>(table, x0, x1, n, out, stride);
    else
        planePoints<Arch, false, Third>(table, x0, x1, n, out, stride);
}

} // namespace
} // namespace scorefield
