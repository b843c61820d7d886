// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Quantities of a guided field on a grid of the view plane. In more than two dimensions they are
// those of the whole field at the plane's own points, not marginals. Lanes of one noise level show
// the same numbers whatever their process: gradients are per unit of x/alpha, the coordinates of
// the clean data.
#include "core/base/worker_pool.h"
#include "core/field/score_error.h"
#include "core/metric/guided_density.h"

#include <Eigen/Core>

#include <stop_token>
#include <vector>

namespace scorefield {

/// A rectangle of the plane cut into equal cells; points are their middles.
struct PlaneGrid {
    double left = 0, bottom = 0, width = 1, height = 1;
    int columns = 1, rows = 1;

    bool operator==(const PlaneGrid&) const = default;
};

/// [rows * columns], row by row from the bottom; NaN where undefined or cancelled.
struct FieldMap {
    PlaneGrid grid;
    std::vector<float> values;
};

/// The field to map and the plane to map it on: x = alpha origin + axes y, axes [d,2] (d = 1:
/// [1,1], the vertical then means nothing and maps have one row).
struct MapSubject {
    GuidedOde ode;
    Eigen::MatrixXd axes;
    Eigen::VectorXd origin;
    /// Of the lane's score, prepared; null: none. Only differences and the error itself know it.
    std::shared_ptr<const ScoreError> error{};
};

/// alpha ‖s_c - s_u‖ at a level: how hard guidance pulls for each unit of weight, per unit of
/// x/alpha. 0 at alpha = 0; finite at sigma = 0 for regular covariances. Error: no target.
Result<FieldMap> strengthMap(const MapSubject& subject,
                             const PathCoefficients& level,
                             const PlaneGrid& grid,
                             WorkerPool& pool,
                             std::stop_token stop = {});
/// alpha^2 lambda_max(-(H_c - H_u)) at a level. Limits and Error as strengthMap.
Result<FieldMap> curvatureMap(const MapSubject& subject,
                              const PathCoefficients& level,
                              const PlaneGrid& grid,
                              WorkerPool& pool,
                              std::stop_token stop = {});
/// ‖D_theta - D‖: what the subject's score error does to the guided posterior mean at a level, in
/// data units. 0 without an error and at alpha = 0, NaN at sigma = 0. Error: it is not trained.
Result<FieldMap> errorMap(const MapSubject& subject,
                          const PathCoefficients& level,
                          const PlaneGrid& grid,
                          WorkerPool& pool,
                          std::stop_token stop = {});
/// ‖D - D'‖ of the (imperfect) guided posterior means of two lanes at one sigma~ and equal x/alpha
/// (at alpha = 0 both are constants); the grid is in x of the first. Every kind of rule; rules that
/// remember the run do so from nothing. NaN where sigma = 0. Error: `other` has no such level, or
/// one of them is not trained.
Result<FieldMap> differenceMap(const MapSubject& subject,
                               const PathCoefficients& level,
                               const MapSubject& other,
                               const PlaneGrid& grid,
                               WorkerPool& pool,
                               std::stop_token stop = {});
/// log q^ of the guided ODE at its data end (guidedDensityAt), nats. `peak`, if given, receives
/// the largest of the map and of some end points of the ODE in this plane: a collapsed density fits
/// between the cells. The map then has finer cells, exact where it comes near the peak and of the
/// wanted cell's value elsewhere. Errors as there.
Result<FieldMap> outputMap(const MapSubject& subject,
                           const PlaneGrid& grid,
                           WorkerPool& pool,
                           std::stop_token stop = {},
                           double* peak = nullptr);
/// int 1/2 w (w-1) g^2 |s_c - s_u|^2 dt along the path of the guided ODE that ends at the point.
/// Errors as outputMap, and no target.
Result<FieldMap> penaltyMap(const MapSubject& subject,
                            const PlaneGrid& grid,
                            WorkerPool& pool,
                            std::stop_token stop = {});
/// log p_c^w p_u^(1-w) at the data end, up to a constant. With the penalty and the prior's part it
/// is the output: log q^(x_0) = tilt(x_0) + [log prior - log p_c^w p_u^(1-w)](x_T) - penalty(x_0)
/// (theory O5, our derivation). Error: no target, no linear rule, w changes over the run, or no
/// density at the data end.
Result<FieldMap> tiltMap(const MapSubject& subject,
                         const PlaneGrid& grid,
                         WorkerPool& pool,
                         std::stop_token stop = {});

/// The class (or, of data with one class, the component) likeliest at F(x), the one-step map from
/// `level` down to the subject's data end (core/metric/one_step_map.h), as a whole number. Computed
/// anew on finer cells where neighbours differ. Error: as oneStepMap.
Result<FieldMap> basinMap(const MapSubject& subject,
                          const PathCoefficients& level,
                          const PlaneGrid& grid,
                          WorkerPool& pool,
                          std::stop_token stop = {});
/// Whether basins are those of classes.
bool basinsAreClasses(const GaussianMixture& mixture);
/// log10 of |dF/dx|_2 of the same map, anew on finer cells along its ridges. Error: as oneStepMap.
Result<FieldMap> stretchMap(const MapSubject& subject,
                            const PathCoefficients& level,
                            const PlaneGrid& grid,
                            WorkerPool& pool,
                            std::stop_token stop = {});

} // namespace scorefield
