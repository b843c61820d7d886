// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The components of a PlaneDensity, coordinate by coordinate, for log q at many points at once: the
// contours' thresholds of a thousand components are needed anew in every frame of a playback.
#include "ui/render/plane_density.h"

#include <QPointF>

#include <span>
#include <vector>

namespace scorefield::render {

class DensityTable {
public:
    explicit DensityTable(std::span<const PlaneDensity::Component> components);

    /// log q at every point, to 1e-6: terms in double precision, the exponentials of their
    /// differences to the largest one in float. The same bits whatever the machine's instructions.
    std::vector<double> logDensities(std::span<const QPointF> points) const;

private:
    void fillTerms(QPointF point, std::span<double> terms) const;

    std::size_t m_count = 0; ///< padded to whole blocks by components that count for nothing
    std::vector<double> m_x, m_y, m_w00, m_w01, m_w10, m_w11, m_logPeak;
};

} // namespace scorefield::render
