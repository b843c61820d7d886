// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How the particles of a run move relative to the ridge, state by state: what stages, ledgers and
// laws are made from. All of it in x~ = x/alpha, over nu = log sigma~.
#include "core/geometry/ridge_point.h"
#include "core/sampler/simulate.h"

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

namespace scorefield {

/// A block of particles [rows, K+1]; NaN at levels without a ridge (sigma~ = 0 or infinite) and
/// where the frame is degenerate. In the plane distance, normalError and tangentError are signed
/// along axes that turn with the particle's frame; in more dimensions they are lengths.
struct RidgeMotion {
    using Values = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic>;

    Values distance; ///< delta, first order
    Values speed;    ///< V_n, the ridge's own along the normal per unit of nu; 0 not in the plane
    Values kappa1, kappa2, gap;
    Values normalError, tangentError; ///< e_m = D followed - D exact, along n and v
    Values rate;                      ///< rho = 1 - d_v m_v of what is followed; exact: -kappa_1
    /// Of the step from this state to the next: |n.dx~ - V_n dnu| with the ridge's own speed V_n,
    /// and |v.dx~|.
    Values across, along;

    void resize(Eigen::Index rows, Eigen::Index levels);
};

/// Reads the motion of a run. The exact law and, where the lane follows another field (an error of
/// the score, or guidance), that one too, so that e_m is what it adds to the exact mean of the
/// data.
class RidgeMotionReader {
public:
    /// What simulate() gave for `plan`, whose error is prepared; both are kept by reference.
    /// Dimension >= 2. Not in the plane, every particle costs some hundred times as much.
    RidgeMotionReader(const SimulationPlan& plan, const Trajectories& run);
    ~RidgeMotionReader();

    /// sigma~ at the states of the run; those that are 0 or infinite have no ridge.
    const std::vector<double>& noise() const { return m_noise; }
    bool hasRidge(std::size_t level) const
    {
        return m_noise[level] > 0 && std::isfinite(m_noise[level]);
    }
    /// Whether e_m can be anything but 0.
    bool followsExactMean() const;
    /// Particles first, first + stride, …, `rows` of them. Thread-safe.
    void read(std::size_t first, std::size_t stride, Eigen::Index rows, RidgeMotion& motion) const;

private:
    struct Planar;
    struct Spatial;
    struct Followed;
    void
    readPlane(std::size_t first, std::size_t stride, Eigen::Index rows, RidgeMotion& motion) const;
    void readSpace(std::size_t particle, Eigen::Index row, RidgeMotion& motion) const;

    const SimulationPlan& m_plan;
    const Trajectories& m_run;
    std::vector<double> m_noise;
    std::unique_ptr<Planar> m_planar;
    std::unique_ptr<Spatial> m_spatial;
    std::unique_ptr<Followed> m_followed;
};

} // namespace scorefield
