// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/contour_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace scorefield::render {
namespace {

constexpr double kThinnestPixels = .6; // as in the density layer
constexpr double kFinest = .5;         // pixels between grid lines around thin components
constexpr double kNegligible = 40;     // nats below the top, as in PlaneDensity
constexpr double kMostWork = 8e7;      // grid places times components: half a second
constexpr int kRootSteps = 12;         // each gains two or three digits
constexpr double kOnLevel = 1e-4;      // pixels: a hundredth of a dot at 1200 dpi

/// The mixture in pixels: z = W (p - m), with sub-pixel components widened.
struct PixelComponent {
    double x, y, w00, w01, w10, w11, peak;
};

class PixelDensity {
public:
    PixelDensity(const PlaneDensity& density, const ViewTransform& transform)
    {
        const double unit = 1 / transform.pixelsPerUnit(); // data units of a pixel
        m_thinnest = std::numeric_limits<double>::infinity();
        for (const auto& c : density.components()) {
            const QPointF at = transform.toPixels({c.x, density.dimension() == 1 ? 0 : c.y});
            PixelComponent out{at.x(), at.y(), 0, 0, 0, 0, c.logPeak};
            const auto row = [&](double wx, double wy, double& x, double& y) {
                const double deviation = 1 / std::max(std::hypot(wx, wy) * unit, 1e-300);
                if (deviation >= 1e299)
                    return; // the free direction of one dimension
                m_thinnest = std::min(m_thinnest, deviation);
                const double factor = std::min(1., deviation / kThinnestPixels);
                x = factor * wx * unit;
                y = -factor * wy * unit; // pixels grow downwards
            };
            row(c.w00, c.w01, out.w00, out.w01);
            row(c.w10, c.w11, out.w10, out.w11);
            m_components.push_back(out);
        }
    }

    double thinnest() const { return m_thinnest; } ///< deviation of any component, pixels
    std::size_t size() const { return m_components.size(); }

    struct Value {
        double log;
        QPointF gradient; ///< of log q per pixel
    };
    Value at(QPointF p) const
    {
        double top = -std::numeric_limits<double>::infinity(), sum = 0, gx = 0, gy = 0;
        for (const auto& c : m_components) {
            const double rx = p.x() - c.x, ry = p.y() - c.y;
            const double z1 = c.w00 * rx + c.w01 * ry, z2 = c.w10 * rx + c.w11 * ry;
            const double term = c.peak - .5 * (z1 * z1 + z2 * z2);
            if (term <= top - kNegligible)
                continue;
            double share = 1;
            if (term > top) {
                const double shrink = std::exp(top - term);
                sum *= shrink;
                gx *= shrink;
                gy *= shrink;
                top = term;
            } else {
                share = std::exp(term - top);
            }
            sum += share;
            gx -= share * (c.w00 * z1 + c.w10 * z2);
            gy -= share * (c.w01 * z1 + c.w11 * z2);
        }
        return {top + std::log(sum), QPointF(gx, gy) / sum};
    }

    /// log q at `count` places beginning at `first`, `step` pixels apart from left to right.
    void row(QPointF first, double step, std::size_t count, double* out) const
    {
        m_top.assign(count, -std::numeric_limits<double>::infinity());
        m_sum.assign(count, 0);
        for (const bool isSum : {false, true})
            for (const auto& c : m_components) {
                const double rx = first.x() - c.x, ry = first.y() - c.y;
                const double z1 = c.w00 * rx + c.w01 * ry, d1 = c.w00 * step;
                const double z2 = c.w10 * rx + c.w11 * ry, d2 = c.w10 * step;
                for (std::size_t i = 0; i < count; ++i) {
                    const auto k = static_cast<double>(i);
                    const double a = z1 + k * d1, b = z2 + k * d2;
                    const double term = c.peak - .5 * (a * a + b * b);
                    if (!isSum)
                        m_top[i] = std::max(m_top[i], term);
                    else if (term > m_top[i] - kNegligible)
                        m_sum[i] += std::exp(term - m_top[i]);
                }
            }
        for (std::size_t i = 0; i < count; ++i)
            out[i] = m_top[i] + std::log(m_sum[i]);
    }

private:
    std::vector<PixelComponent> m_components;
    double m_thinnest;
    mutable std::vector<double> m_top, m_sum;
};

/// Values at the corners of cells, and names of their edges.
struct Grid {
    QPointF origin;
    double dx, dy;
    int nx, ny; ///< cells
    std::vector<double> values;

    double value(int i, int j) const
    {
        return values[static_cast<std::size_t>(j) * static_cast<std::size_t>(nx + 1)
                      + static_cast<std::size_t>(i)];
    }
    QPointF corner(int i, int j) const { return origin + QPointF(i * dx, j * dy); }
    /// Edges from corner (i, j) to the right and down.
    long right(int i, int j) const { return 2L * (static_cast<long>(j) * (nx + 1) + i); }
    long down(int i, int j) const { return right(i, j) + 1; }
};

Grid gridOf(const PixelDensity& density, const ContourGrid& wanted, int dimension)
{
    // Half a deviation between grid lines misses no bump.
    double spacing = std::clamp(
        .8 * std::max(density.thinnest(), kThinnestPixels), kFinest, std::max(wanted.spacing, .1));
    const double area = wanted.box.width() * wanted.box.height();
    spacing = std::max(spacing, std::sqrt(area * static_cast<double>(density.size()) / kMostWork));
    Grid grid;
    grid.nx = std::max(1, static_cast<int>(std::ceil(wanted.box.width() / spacing)));
    grid.ny = dimension == 1
                  ? 1
                  : std::max(1, static_cast<int>(std::ceil(wanted.box.height() / spacing)));
    grid.origin = wanted.box.topLeft();
    grid.dx = wanted.box.width() / grid.nx;
    grid.dy = wanted.box.height() / grid.ny;
    const std::size_t across = static_cast<std::size_t>(grid.nx) + 1;
    grid.values.resize(across * (static_cast<std::size_t>(grid.ny) + 1));
    for (int j = 0; j <= grid.ny; ++j)
        density.row(grid.corner(0, j),
                    grid.dx,
                    across,
                    grid.values.data() + static_cast<std::size_t>(j) * across);
    return grid;
}

/// Where the level is crossed between two places on different sides of it: regula falsi with the
/// Illinois correction (Dowell and Jarratt 1971).
QPointF
crossing(const PixelDensity& density, double level, QPointF a, QPointF b, double fa, double fb)
{
    double from = 0, to = 1;
    const double length = std::hypot(b.x() - a.x(), b.y() - a.y());
    double share = .5;
    int side = 0;
    for (int step = 0; step < kRootSteps; ++step) {
        const double last = share;
        share = (from * fb - to * fa) / (fb - fa);
        const double f = density.at(a + share * (b - a)).log - level;
        if (f == 0 || (step > 0 && std::abs(share - last) * length < kOnLevel))
            break;
        if ((f > 0) == (fb > 0)) {
            to = share;
            fb = f;
            fa *= side == 1 ? .5 : 1;
            side = 1;
        } else {
            from = share;
            fa = f;
            fb *= side == -1 ? .5 : 1;
            side = -1;
        }
    }
    return a + share * (b - a);
}

/// The lines of one level, as a graph of crossed edges of which each has one or two neighbours.
class LevelGraph {
public:
    LevelGraph(const PixelDensity& density, const Grid& grid, double level)
        : m_density(density)
        , m_grid(grid)
        , m_level(level)
    {
        for (int j = 0; j < grid.ny; ++j)
            for (int i = 0; i < grid.nx; ++i)
                addCell(i, j);
    }

    void appendLines(std::vector<ContourLine>& lines)
    {
        for (const bool fromEnds : {true, false}) // then what is left are closed lines
            for (const long edge : m_order) {
                const Node& node = m_nodes.at(edge);
                if (!node.visited && (!fromEnds || node.next[1] < 0))
                    lines.push_back(walk(edge));
            }
    }

private:
    struct Node {
        QPointF place;
        std::array<long, 2> next{-1, -1};
        bool visited = false;
    };

    void addCell(int i, int j)
    {
        const std::array<double, 4> f{m_grid.value(i, j) - m_level,
                                      m_grid.value(i + 1, j) - m_level,
                                      m_grid.value(i + 1, j + 1) - m_level,
                                      m_grid.value(i, j + 1) - m_level};
        const int sides = (f[0] >= 0) + 2 * (f[1] >= 0) + 4 * (f[2] >= 0) + 8 * (f[3] >= 0);
        if (sides == 0 || sides == 15)
            return;
        const std::array<std::array<int, 2>, 4> corner{
            {{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}}};
        const std::array<long, 4> edge{
            m_grid.right(i, j), m_grid.down(i + 1, j), m_grid.right(i, j + 1), m_grid.down(i, j)};
        std::array<int, 4> crossed{};
        int count = 0;
        for (int e = 0; e < 4; ++e) {
            const auto a = static_cast<std::size_t>(e), b = static_cast<std::size_t>((e + 1) % 4);
            if ((f[a] >= 0) == (f[b] >= 0))
                continue;
            crossed[static_cast<std::size_t>(count++)] = e;
            // From the corner with the smaller index, so that both cells of an edge agree.
            const bool isForward = e < 2;
            const auto p = isForward ? a : b, q = isForward ? b : a;
            addNode(edge[a],
                    m_grid.corner(corner[p][0], corner[p][1]),
                    m_grid.corner(corner[q][0], corner[q][1]),
                    f[p],
                    f[q]);
        }
        const auto link = [&](int a, int b) {
            connect(edge[static_cast<std::size_t>(a)], edge[static_cast<std::size_t>(b)]);
        };
        if (count == 2)
            return link(crossed[0], crossed[1]);
        // A saddle: its middle says which corners belong together.
        const QPointF middle = m_grid.corner(i, j) + .5 * QPointF(m_grid.dx, m_grid.dy);
        const bool isHigh = m_density.at(middle).log >= m_level;
        if (isHigh == (f[0] >= 0)) { // corners 0 and 2 are joined: cut off 1 and 3
            link(0, 1);
            link(2, 3);
        } else {
            link(3, 0);
            link(1, 2);
        }
    }

    void addNode(long edge, QPointF a, QPointF b, double fa, double fb)
    {
        const auto [at, isNew] = m_nodes.try_emplace(edge);
        if (!isNew)
            return;
        at->second.place = crossing(m_density, m_level, a, b, fa, fb);
        m_order.push_back(edge);
    }

    void connect(long a, long b)
    {
        for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
            auto& next = m_nodes.at(from).next;
            next[next[0] < 0 ? 0 : 1] = to;
        }
    }

    ContourLine walk(long start)
    {
        ContourLine line;
        long edge = start, before = -1;
        while (edge >= 0) {
            Node& node = m_nodes.at(edge);
            if (node.visited) {
                line.closed = edge == start && line.points.size() > 2;
                break;
            }
            node.visited = true;
            line.points.push_back(node.place);
            const long next = node.next[0] == before && before >= 0 ? node.next[1] : node.next[0];
            before = edge;
            edge = next;
        }
        setDirections(line);
        return line;
    }

    /// Along the level, in the order of the points.
    void setDirections(ContourLine& line) const
    {
        const auto count = line.points.size();
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t before = i > 0 ? i - 1 : line.closed ? count - 1 : 0;
            const std::size_t after = i + 1 < count ? i + 1 : line.closed ? 0 : count - 1;
            const QPointF chord = line.points[after] - line.points[before];
            const QPointF gradient = m_density.at(line.points[i]).gradient;
            QPointF along(-gradient.y(), gradient.x());
            if (QPointF::dotProduct(along, chord) < 0)
                along = -along;
            const double length = std::hypot(along.x(), along.y());
            const double chordLength = std::max(std::hypot(chord.x(), chord.y()), 1e-12);
            // At a saddle of the density there is no one direction.
            const bool isClear =
                length > 0 && QPointF::dotProduct(along, chord) > .5 * length * chordLength;
            line.directions.push_back(isClear ? along / length : chord / chordLength);
        }
    }

    const PixelDensity& m_density;
    const Grid& m_grid;
    double m_level;
    std::unordered_map<long, Node> m_nodes;
    std::vector<long> m_order; ///< as found: lines do not depend on how a table is hashed
};

} // namespace

std::vector<ContourLine> contourLines(const PlaneDensity& density,
                                      const ViewTransform& transform,
                                      const ContourGrid& wanted,
                                      const std::vector<double>& levels)
{
    std::vector<ContourLine> lines;
    if (wanted.box.isEmpty() || density.components().empty())
        return lines;
    const PixelDensity pixels(density, transform);
    const Grid grid = gridOf(pixels, wanted, density.dimension());
    for (const double level : levels)
        LevelGraph(pixels, grid, level).appendLines(lines);
    return lines;
}

} // namespace scorefield::render
