// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Moments of the component scores of a mixture in the plane, vectorised over points: all that the
// log-domain eigenframe and the ridge's Newton step need (theory 1.2, 1.4). One kernel per
// instruction set, compiled in its own translation unit and chosen at run time; plain data and
// function pointers, so that no inline function is shared between those units.
#include <cstddef>

namespace scorefield {

/// One noise level as the kernels read it, a row of doubles per component:
///   [log pi_k + log normaliser, mean 2, precision P_k 00 01 11]
struct PlaneTable {
    const double* rows = nullptr;
    int components = 0;
    bool common = true; ///< all P_k are equal
};
inline constexpr int kPlaneRow = 6;

/// Per point, each array at its number times the stride. k0 is the likeliest component, rho <= 0
/// the log of the next one's weight relative to it, w_k = weight relative to that next one
/// (k != k0), b_k = a_k - a_k0, total = 1 + e^rho sum w.
///   H = -P_k0 + e^rho G;  s = a_k0 + e^rho m;  third derivatives e^rho T
struct PlaneMoment {
    enum Array {
        LogTop, ///< log-weight of k0
        Rho,
        Total,
        A0, ///< a_k0
        A1,
        M0, ///< sum w b / total
        M1,
        G00,
        G01,
        G11,
        P00, ///< of k0
        P01,
        P11,
        T000, ///< only where asked for, to the end
        T001,
        T011,
        T111,
        Count
    };
};

/// Moments of n points; coordinates x0[n], x1[n]; `out` [PlaneMoment::Count, stride]. Every point
/// is computed by the same vector code, whatever n is.
using PlaneKernel = void (*)(const PlaneTable& table,
                             const double* x0,
                             const double* x1,
                             std::size_t n,
                             double* out,
                             std::size_t stride);

struct PlaneKernels {
    PlaneKernel frame; ///< without the third derivatives
    PlaneKernel third; ///< with them
};

/// The widest this machine has, at most the one named by SCOREFIELD_SIMD of the environment.
/// Decided once.
const PlaneKernels& bestPlaneKernels();

// Defined in plane_kernel_<name>.cpp.
extern const PlaneKernels kSse2PlaneKernels;
extern const PlaneKernels kAvx2PlaneKernels;
extern const PlaneKernels kAvx512PlaneKernels;

} // namespace scorefield
