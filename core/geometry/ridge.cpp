// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/ridge.h"

#include "core/geometry/plane_ridge.h"
#include "core/geometry/ridge_trace.h"

namespace scorefield {

double RidgeLine::length() const
{
    double sum = 0;
    for (Eigen::Index i = 1; i < places.rows(); ++i)
        sum += (places.row(i) - places.row(i - 1)).norm();
    if (closed && places.rows() > 1)
        sum += (places.row(0) - places.row(places.rows() - 1)).norm();
    return sum;
}

Ridge findRidge(const RidgeSubject& subject,
                const RidgeRequest& request,
                WorkerPool& pool,
                std::stop_token stop)
{
    Ridge empty;
    empty.request = request;
    const int d = subject.mixture->dimension();
    if (d < 2)
        return empty;
    Ridge ridge =
        d > 2 ? traceRidge(subject, request, pool, stop)
              : findPlaneRidge(RidgeField(subject.mixture, request.noise), request, pool, stop);
    return stop.stop_requested() ? empty : ridge;
}

} // namespace scorefield
