// SPDX-License-Identifier: GPL-3.0-or-later
// In one dimension the second axis is a single node, whose kernel is 1.
#include "core/field/tilt_grid.h"

#include "core/field/tilt_region.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kNothing = 40; // of the largest over one that is left out of a sum: 4e-18
constexpr double kNearest =
    1e6; // by how much the near nodes must outweigh the bound for the others

/// Weights of the cubic through four equally spaced nodes at `share` between the middle two.
std::array<double, 4> cubic(double share)
{
    const double a = share + 1, b = share, c = share - 1, d = share - 2;
    return {-b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6};
}

} // namespace

TiltGrid::TiltGrid(const GaussianMixture& mixture, int target, double w)
{
    const int d = mixture.dimension();
    if (d > 2) {
        m_problem = "the exact tilt is a sum over a grid in one or two dimensions, the data have "
                    + std::to_string(d) + ": choose another rule or other data";
        return;
    }
    for (const auto& component : mixture.components())
        if (!(component.eigenvalues.minCoeff() > 0)) {
            m_problem = "the exact tilt needs the density of the data, and a component has no "
                        "extent in some direction: choose another rule or other data";
            return;
        }
    choose(mixture, target, w);
}

/// Nodes fine enough for the region, or a problem.
void TiltGrid::choose(const GaussianMixture& mixture, int target, double w)
{
    const int d = mixture.dimension();
    const TiltDensity densities(mixture, target);
    const TiltRegion region = tiltRegion(mixture, densities, w);
    const double most = d == 1 ? 4096 : 224;
    // Below a fifth of a deviation an expansion in the noise does: see finestNoise().
    double wanted =
        std::max(64.0, (region.high - region.low).maxCoeff() / (0.2 * region.narrowest));
    for (bool done = false; !done; wanted *= 2) {
        const int nodes = static_cast<int>(std::min(wanted, most));
        const Eigen::Vector2d spacing = (region.high - region.low) / (nodes - 1);
        m_x = {region.low(0), spacing(0), nodes};
        m_y = d == 2 ? Axis{region.low(1), spacing(1), nodes} : Axis{};
        m_logTilt.resize(m_y.nodes, m_x.nodes);
        for (int i = 0; i < m_x.nodes; ++i)
            for (int j = 0; j < m_y.nodes; ++j)
                m_logTilt(j, i) = densities.tilted(w, {m_x.at(i), m_y.at(j)});
        m_logTilt -= m_logTilt.maxCoeff();
        m_tilt = m_logTilt.exp().matrix();
        done = isResolved();
        if (!done && nodes >= most) {
            m_problem = "the exact tilt is too narrow for a grid of " + std::to_string(nodes)
                        + " nodes a side over the class: choose a smaller w or wider components";
            done = true;
        }
    }
    sumUp();
}

void TiltGrid::sumUp()
{
    m_total = m_tilt.sum();
    for (int stride = 2; stride <= 16; stride *= 2) {
        double sum = 0;
        for (int i = 0; i < m_x.nodes; i += stride)
            for (int j = 0; j < m_y.nodes; j += stride)
                sum += m_tilt(j, i);
        if (std::abs(sum * stride * (m_y.nodes > 1 ? stride : 1) / m_total - 1) > 1e-7)
            break;
        m_stride = stride;
    }
    m_mean.setZero();
    for (int i = 0; i < m_x.nodes; ++i)
        for (int j = 0; j < m_y.nodes; ++j)
            m_mean += m_tilt(j, i) / m_total * Eigen::Vector2d(m_x.at(i), m_y.at(j));
}

/// Sums over smooth densities converge faster than any power of the spacing: where every second
/// line of nodes gives the same but for 1e-2, all of them give far more. The neighbours of the
/// largest value tell a peak from a single node.
bool TiltGrid::isResolved() const
{
    double columns = 0, rows = 0;
    for (int i = 0; i < m_x.nodes; i += 2)
        columns += 2 * m_tilt.col(i).sum();
    for (int j = 0; j < m_y.nodes; j += 2)
        rows += 2 * m_tilt.row(j).sum();
    const double total = m_tilt.sum();
    if (std::abs(columns / total - 1) > 1e-2
        || (m_y.nodes > 1 && std::abs(rows / total - 1) > 1e-2))
        return false;
    Eigen::Index j = 0, i = 0;
    m_tilt.maxCoeff(&j, &i);
    const auto bend = [&](Eigen::Index dj, Eigen::Index di) { // in units of the spacing
        return -m_logTilt(j - dj, i - di) - m_logTilt(j + dj, i + di);
    };
    if (i == 0 || i + 1 == m_x.nodes || (m_y.nodes > 1 && (j == 0 || j + 1 == m_y.nodes)))
        return false; // the ends are far from every mean
    // 1.2 spacings and less are a deviation that sums of nodes hold to 1e-6.
    return bend(0, 1) <= 1.44 && (m_y.nodes == 1 || bend(1, 0) <= 1.44);
}

Eigen::Vector2d TiltGrid::denoisedAt(double sigmaTilde, const Eigen::Vector2d& X) const
{
    if (!std::isfinite(sigmaTilde))
        return m_mean;
    const auto exponents = [&](const Axis& axis, double at) {
        Eigen::ArrayXd result(axis.nodes);
        for (int i = 0; i < axis.nodes; ++i)
            result(i) = axis.nodes == 1 ? 0 : -std::pow((axis.at(i) - at) / sigmaTilde, 2) / 2;
        return result;
    };
    const Eigen::ArrayXd x = exponents(m_x, X(0)), y = exponents(m_y, X(1));
    double highest = -std::numeric_limits<double>::infinity();
    for (int i = 0; i < m_x.nodes; ++i)
        highest = std::max(highest, (m_logTilt.col(i) + y).maxCoeff() + x(i));
    double total = 0;
    Eigen::Vector2d sum(0, 0);
    for (int i = 0; i < m_x.nodes; ++i)
        for (int j = 0; j < m_y.nodes; ++j) {
            const double exponent = m_logTilt(j, i) + y(j) + x(i) - highest;
            if (exponent < -kNothing)
                continue;
            const double weight = std::exp(exponent);
            total += weight;
            sum += weight * Eigen::Vector2d(m_x.at(i), m_y.at(j));
        }
    return sum / total;
}

/// `reach` noise deviations about X; false if what is farther away might count.
bool TiltGrid::sumNear(double sigmaTilde,
                       double reach,
                       const Eigen::Vector2d& X,
                       Eigen::Vector2d& mean) const
{
    const auto window = [&](const Axis& axis, double at, Eigen::ArrayXd& kernel) {
        if (axis.nodes == 1) {
            kernel.setOnes(1);
            return 0;
        }
        const double radius = reach * sigmaTilde;
        const double from = std::clamp((at - radius - axis.low) / axis.spacing, 0.0, 1e6);
        const double to =
            std::clamp((at + radius - axis.low) / axis.spacing, -1.0, axis.nodes - 1.0);
        const int first = static_cast<int>(std::ceil(from)),
                  last = static_cast<int>(std::floor(to));
        kernel.resize(std::max(0, last - first + 1));
        for (int i = 0; i < kernel.size(); ++i)
            kernel(i) = std::exp(-std::pow((axis.at(first + i) - at) / sigmaTilde, 2) / 2);
        return first;
    };
    thread_local Eigen::ArrayXd x, y, offsets;
    const int firstX = window(m_x, X(0), x), firstY = window(m_y, X(1), y);
    if (x.size() == 0 || y.size() == 0)
        return false;
    offsets = Eigen::ArrayXd::LinSpaced(y.size(), 0, static_cast<double>(y.size()) - 1) * y;
    double total = 0, sumX = 0, sumY = 0;
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        const auto column = m_tilt.col(firstX + i).segment(firstY, y.size()).array();
        const double line = x(i) * (column * y).sum();
        total += line;
        sumX += line * static_cast<double>(i);
        sumY += x(i) * (column * offsets).sum();
    }
    const double others = m_total * std::exp(-reach * reach / 2);
    if (!(total > kNearest * others))
        return false;
    mean = {m_x.at(firstX) + m_x.spacing * sumX / total,
            m_y.at(firstY) + m_y.spacing * sumY / total};
    return true;
}

/// Sums over nodes for a grid of X, two matrix products for each moment; as few of them as hold the
/// tilt and the noise.
TiltGrid::Table TiltGrid::makeTable(double sigmaTilde) const
{
    Table table;
    const auto axisOf = [&](const Axis& data) {
        if (data.nodes == 1)
            return data;
        const double range = data.spacing * (data.nodes - 1), span = range + 12 * sigmaTilde;
        // Between two modes the mean changes within sigma~^2/distance.
        const double wanted = span * 4 * range / (sigmaTilde * sigmaTilde);
        const int nodes =
            static_cast<int>(std::clamp(wanted, 64.0, m_y.nodes == 1 ? 4096.0 : 128.0));
        return Axis{data.low - 6 * sigmaTilde, span / (nodes - 1), nodes};
    };
    table.x = axisOf(m_x);
    table.y = axisOf(m_y);
    int stride = 1;
    while (2 * stride <= m_stride && 4 * stride * m_x.spacing <= sigmaTilde)
        stride *= 2;
    const auto every = [&](const Axis& data) {
        const int nodes = (data.nodes + stride - 1) / stride;
        return Axis{data.low, data.spacing * stride, nodes};
    };
    const Axis dataX = every(m_x), dataY = every(m_y);
    Eigen::MatrixXd tilt(dataX.nodes, dataY.nodes);
    for (int i = 0; i < dataX.nodes; ++i)
        for (int j = 0; j < dataY.nodes; ++j)
            tilt(i, j) = m_tilt(j * stride, i * stride);
    const auto kernel = [&](const Axis& at, const Axis& data, Eigen::MatrixXd& moment) {
        Eigen::MatrixXd result(at.nodes, data.nodes);
        moment.resize(at.nodes, data.nodes);
        for (int i = 0; i < data.nodes; ++i)
            for (int m = 0; m < at.nodes; ++m) {
                const double z = data.nodes == 1 ? 0 : (at.at(m) - data.at(i)) / sigmaTilde;
                result(m, i) = std::exp(-z * z / 2);
                moment(m, i) = result(m, i) * i;
            }
        return result;
    };
    Eigen::MatrixXd momentX, momentY;
    const Eigen::MatrixXd kernelX = kernel(table.x, dataX, momentX);
    const Eigen::MatrixXd kernelY = kernel(table.y, dataY, momentY);
    const Eigen::MatrixXd along = kernelX * tilt; // [table x, data y]
    const Eigen::ArrayXXd total = (along * kernelY.transpose()).array();
    const Eigen::ArrayXXd sumX = (momentX * tilt * kernelY.transpose()).array();
    const Eigen::ArrayXXd sumY = (along * momentY.transpose()).array();
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    table.meanX = (total > 1e-250).select(dataX.low + dataX.spacing * sumX / total, nothing);
    table.meanY = (total > 1e-250).select(dataY.low + dataY.spacing * sumY / total, nothing);
    return table;
}

bool TiltGrid::interpolate(const Table& table,
                           const Eigen::Vector2d& X,
                           Eigen::Vector2d& mean) const
{
    const auto place = [](const Axis& axis, double at, std::array<double, 4>& weights) {
        weights = {1, 0, 0, 0};
        if (axis.nodes == 1)
            return 0;
        const double position = (at - axis.low) / axis.spacing;
        if (!(position >= 1 && position <= axis.nodes - 2.0))
            return -1;
        const int first = std::min(static_cast<int>(position), axis.nodes - 3) - 1;
        weights = cubic(position - first - 1);
        return first;
    };
    std::array<double, 4> x, y;
    const int firstX = place(table.x, X(0), x), firstY = place(table.y, X(1), y);
    if (firstX < 0 || firstY < 0)
        return false;
    mean.setZero();
    const int countY = table.y.nodes == 1 ? 1 : 4;
    for (int j = 0; j < countY; ++j)
        for (int i = 0; i < 4; ++i) {
            const double weight = x[static_cast<std::size_t>(i)] * y[static_cast<std::size_t>(j)];
            mean(0) += weight * table.meanX(firstX + i, firstY + j);
            mean(1) += weight * table.meanY(firstX + i, firstY + j);
        }
    return mean.allFinite();
}

void TiltGrid::denoise(double sigmaTilde, const Block<double>& X, Block<double>& denoised) const
{
    const Eigen::Index d = X.cols();
    // 16 x 3 nodes about a point are fewer than a table takes.
    const bool near = sigmaTilde < 3 * std::max(m_x.spacing, m_y.spacing);
    const Table* table = nullptr;
    if (!near && std::isfinite(sigmaTilde))
        table = m_tables.find({0, 1, sigmaTilde, 0, 0}, [this](const PathCoefficients& level) {
            return makeTable(level.sigma);
        });
    Eigen::Vector2d at(0, 0), mean(0, 0);
    for (Eigen::Index i = 0; i < X.rows(); ++i) {
        at.head(d) = X.row(i).transpose().matrix();
        bool found = table != nullptr && interpolate(*table, at, mean);
        // Where the tilt has little, more of it counts.
        for (double reach = 8; near && !found && reach <= 32; reach *= 2)
            found = sumNear(sigmaTilde, reach, at, mean);
        if (!found)
            mean = denoisedAt(sigmaTilde, at);
        denoised.row(i) = mean.head(d).transpose().array();
    }
}

} // namespace scorefield
