// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/feature_gram.h"

#include "core/base/linear_algebra.h"
#include "core/base/philox.h"
#include "core/field/feature_kernel.h"
#include "core/field/score_field.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr int kLogarithmicTimes = 40;
constexpr double kUniformFrom = .05; ///< of the OU clock: the law changes over log t below it
constexpr int kLeastUniformTimes = 500;
constexpr double kPlacesPerTime = 4000;  ///< of all components: bounds the work
constexpr int kMostDraws = 256;          ///< of one component, above three dimensions
constexpr std::size_t kBatch = 512;      ///< samples: the panels of 512 features stay in cache
constexpr std::size_t kPanelGroup = 8;   ///< panels a task multiplies: 64 features
constexpr Eigen::Index kMeanChunk = 256; ///< samples a task asks the exact field about

PathCoefficients ouLevel(double t)
{
    PathCoefficients level;
    level.t = t;
    level.alpha = std::exp(-t);
    level.sigma = std::sqrt(-std::expm1(-2 * t));
    return level;
}

/// The places of one time: samples [S,d] of every component with their weights.
struct Places {
    Eigen::ArrayXXd x;         // [S,d]
    Eigen::ArrayXXd target;    // alpha E[x_0|x] [S,d]
    Eigen::ArrayXd rootWeight; // sqrt(dt w pi_k node weight) [S]
};

Places placesAt(const GaussianMixture& mixture, const TimeNode& time, const NormalNodes& nodes)
{
    const PathCoefficients level = ouLevel(time.t);
    const Eigen::Index m = nodes.points.rows(), d = mixture.dimension();
    Places places;
    places.x.resize(m * mixture.componentCount(), d);
    places.target.resizeLike(places.x);
    places.rootWeight.resize(places.x.rows());
    Eigen::Index row = 0;
    for (const auto& component : mixture.components()) {
        const Eigen::ArrayXd spread =
            (level.alpha * level.alpha * component.eigenvalues.array() + level.sigma * level.sigma)
                .sqrt();
        const Eigen::MatrixXd root = component.eigenvectors * spread.matrix().asDiagonal()
                                     * component.eigenvectors.transpose();
        places.x.middleRows(row, m) =
            ((nodes.points * root).rowwise() + level.alpha * component.mean.transpose()).array();
        places.rootWeight.segment(row, m) =
            (time.weight * component.weight * nodes.weights.array()).sqrt();
        row += m;
    }
    return places;
}

/// Panels of features and targets of a batch, and the lower triangle of their tiles.
class GramSum {
public:
    GramSum(const RandomFeatures& features, WorkerPool& pool)
        : m_features(features)
        , m_pool(pool)
        , m_dimension(static_cast<std::size_t>(features.place.cols()))
        , m_width(static_cast<std::size_t>(features.place.rows()))
        , m_featurePanels((m_width + kFeaturePanel - 1) / kFeaturePanel)
        , m_panels(m_featurePanels + (m_dimension + kFeaturePanel - 1) / kFeaturePanel)
        , m_groups((m_panels + kPanelGroup - 1) / kPanelGroup)
        , m_weights(m_featurePanels * kFeaturePanel * m_dimension, 0.)
        , m_bias(m_featurePanels * kFeaturePanel, 0.)
        , m_batch(m_panels * kFeaturePanel * kBatch)
        , m_tiles(m_panels * (m_panels + 1) / 2 * kFeaturePanel * kFeaturePanel, 0.)
        , m_samples(kBatch * m_dimension)
        , m_kernels(bestFeatureKernels())
    {
        for (std::size_t j = 0; j < m_width; ++j)
            for (std::size_t c = 0; c < m_dimension; ++c)
                m_weights[(j / kFeaturePanel * m_dimension + c) * kFeaturePanel
                          + j % kFeaturePanel] =
                    features.place(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(c));
    }

    void setTime(double t)
    {
        const Eigen::VectorXd bias = m_features.bias(t);
        std::copy(bias.begin(), bias.end(), m_bias.begin());
    }

    /// Adds rows first … first + count - 1 of `places`; count <= kBatch.
    void add(const Places& places, Eigen::Index first, Eigen::Index count)
    {
        const auto n = static_cast<std::size_t>(count);
        for (std::size_t s = 0; s < n; ++s)
            for (std::size_t c = 0; c < m_dimension; ++c)
                m_samples[s * m_dimension + c] =
                    places.x(first + static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(c));
        m_pool.parallelFor(m_groups, [&](std::size_t group) {
            forEachPanel(group, [&](std::size_t panel) { fill(panel, places, first, n); });
        });
        m_pool.parallelFor(m_groups * (m_groups + 1) / 2, [&](std::size_t task) {
            // Task number of the triangle of groups: row r holds r + 1 of them.
            std::size_t r = 0;
            while ((r + 1) * (r + 2) / 2 <= task)
                ++r;
            forEachPanel(r, [&](std::size_t a) {
                forEachPanel(task - r * (r + 1) / 2, [&](std::size_t b) {
                    if (b <= a)
                        m_kernels.gram(panelAt(a), panelAt(b), n, tileAt(a, b));
                });
            });
        });
    }

    Eigen::MatrixXd sum() const
    {
        const auto size = static_cast<Eigen::Index>(m_width + m_dimension);
        Eigen::MatrixXd all(size, size);
        for (Eigen::Index i = 0; i < size; ++i)
            for (Eigen::Index j = 0; j <= i; ++j) {
                const std::size_t a = columnOf(i), b = columnOf(j);
                all(i, j) = all(j, i) = tileAt(
                    a / kFeaturePanel,
                    b / kFeaturePanel)[a % kFeaturePanel * kFeaturePanel + b % kFeaturePanel];
            }
        return all;
    }

private:
    template <class Work>
    void forEachPanel(std::size_t group, const Work& work) const
    {
        const std::size_t end = std::min(m_panels, (group + 1) * kPanelGroup);
        for (std::size_t panel = group * kPanelGroup; panel < end; ++panel)
            work(panel);
    }

    void fill(std::size_t panel, const Places& places, Eigen::Index first, std::size_t n)
    {
        double* to = panelAt(panel);
        const double* scale = places.rootWeight.data() + first;
        if (panel < m_featurePanels) {
            m_kernels.features({m_samples.data(), scale, n, static_cast<int>(m_dimension)},
                               &m_weights[panel * m_dimension * kFeaturePanel],
                               &m_bias[panel * kFeaturePanel],
                               to);
            return;
        }
        const std::size_t from = (panel - m_featurePanels) * kFeaturePanel;
        for (std::size_t s = 0; s < n; ++s)
            for (std::size_t i = 0; i < kFeaturePanel; ++i)
                to[s * kFeaturePanel + i] =
                    from + i < m_dimension
                        ? scale[s]
                              * places.target(first + static_cast<Eigen::Index>(s),
                                              static_cast<Eigen::Index>(from + i))
                        : 0;
    }

    double* panelAt(std::size_t panel) { return &m_batch[panel * kFeaturePanel * kBatch]; }
    std::size_t tileOffset(std::size_t a, std::size_t b) const
    {
        return (a * (a + 1) / 2 + b) * kFeaturePanel * kFeaturePanel;
    }
    double* tileAt(std::size_t a, std::size_t b) { return &m_tiles[tileOffset(a, b)]; }
    const double* tileAt(std::size_t a, std::size_t b) const { return &m_tiles[tileOffset(a, b)]; }
    /// Where feature or target number i stands among the padded columns.
    std::size_t columnOf(Eigen::Index i) const
    {
        const auto index = static_cast<std::size_t>(i);
        return index < m_width ? index : m_featurePanels * kFeaturePanel + index - m_width;
    }

    const RandomFeatures& m_features;
    WorkerPool& m_pool;
    std::size_t m_dimension, m_width, m_featurePanels, m_panels, m_groups;
    std::vector<double> m_weights, m_bias; // [panel][d][8], [panel][8]; padded features are 0
    std::vector<double> m_batch, m_tiles, m_samples;
    const FeatureKernels& m_kernels;
};

} // namespace

std::vector<TimeNode> trainingTimes(const RandomFeatureSpec& spec)
{
    const auto weightAt = [&](double t) {
        const double variance = -std::expm1(-2 * t);
        return spec.scoreWeighted ? 1 / (variance * variance) : 1;
    };
    std::vector<TimeNode> nodes;
    const double step = std::log(kUniformFrom / kFirstTrainedTime) / (kLogarithmicTimes - 1);
    for (int i = 0; i < kLogarithmicTimes; ++i) {
        const double t = kFirstTrainedTime * std::exp(i * step);
        const double share = i == 0 || i + 1 == kLogarithmicTimes ? .5 : 1;
        nodes.push_back({t, share * step * t * weightAt(t)}); // dt = t d log t
    }
    const int count = std::max(kLeastUniformTimes, 8 * spec.frequencies);
    const double width = (spec.horizon - kUniformFrom) / count;
    nodes.back().weight += width / 2 * weightAt(kUniformFrom);
    for (int i = 1; i <= count; ++i) {
        const double t = kUniformFrom + i * width;
        nodes.push_back({t, (i < count ? 1 : .5) * width * weightAt(t)});
    }
    return nodes;
}

NormalNodes gaussHermiteNodes(int dimension, int perAxis)
{
    // Golub–Welsch: the Jacobi matrix of the probabilists' Hermite polynomials has sqrt(k) beside
    // its diagonal.
    Eigen::VectorXd diagonal = Eigen::VectorXd::Zero(perAxis), beside(perAxis - 1);
    for (int k = 1; k < perAxis; ++k)
        beside[k - 1] = std::sqrt(static_cast<double>(k));
    const SymmetricEigen solver = tridiagonalEigen(diagonal, beside);
    const Eigen::VectorXd weights = solver.vectors.row(0).array().square();
    Eigen::Index count = 1;
    for (int c = 0; c < dimension; ++c)
        count *= perAxis;
    NormalNodes nodes{Eigen::MatrixXd(count, dimension), Eigen::VectorXd::Ones(count)};
    for (Eigen::Index i = 0; i < count; ++i) {
        Eigen::Index rest = i;
        for (int c = 0; c < dimension; ++c, rest /= perAxis) {
            nodes.points(i, c) = solver.values[rest % perAxis];
            nodes.weights[i] *= weights[rest % perAxis];
        }
    }
    return nodes;
}

NormalNodes trainingNodes(const GaussianMixture& mixture, std::uint64_t seed, int time)
{
    const int d = mixture.dimension();
    const double share = kPlacesPerTime / mixture.componentCount();
    if (d <= 3) {
        const int most = d == 1 ? 20 : d == 2 ? 10 : 6;
        const int perAxis = static_cast<int>(std::pow(share, 1. / d) + 1e-9); // 1000^(1/3) = 9.99…
        return gaussHermiteNodes(d, std::clamp(perAxis, 2, most));
    }
    const int pairs = std::clamp(static_cast<int>(share / 2), 2, kMostDraws / 2);
    NormalNodes nodes{Eigen::MatrixXd(2 * pairs, d),
                      Eigen::VectorXd::Constant(2 * pairs, .5 / pairs)};
    for (int i = 0; i < pairs; ++i)
        for (int c = 0; c < d; ++c) {
            nodes.points(2 * i, c) = philoxNormal(seed,
                                                  Stream::Data,
                                                  static_cast<std::uint32_t>(i),
                                                  static_cast<std::uint32_t>(time),
                                                  static_cast<std::uint32_t>(c));
            nodes.points(2 * i + 1, c) = -nodes.points(2 * i, c);
        }
    return nodes;
}

std::optional<Eigen::MatrixXd> featureGram(const RandomFeatureSpec& spec,
                                           const RandomFeatures& features,
                                           const std::shared_ptr<const GaussianMixture>& mixture,
                                           WorkerPool& pool,
                                           const std::stop_token& stop,
                                           const std::function<void(double)>& progress)
{
    const std::vector<TimeNode> times = trainingTimes(spec);
    GramSum sum(features, pool);
    NormalNodes nodes;
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (i == 0 || mixture->dimension() > 3)
            nodes = trainingNodes(*mixture, spec.seed, static_cast<int>(i));
        const PathCoefficients level = ouLevel(times[i].t);
        const auto exact = makeExactField<double>(mixture, makeUnguided(), {level});
        Places places = placesAt(*mixture, times[i], nodes);
        const Eigen::Index rows = places.x.rows();
        pool.parallelFor(
            static_cast<std::size_t>((rows + kMeanChunk - 1) / kMeanChunk), [&](std::size_t chunk) {
                const Eigen::Index first = static_cast<Eigen::Index>(chunk) * kMeanChunk,
                                   count = std::min(kMeanChunk, rows - first);
                const Block<double> x = places.x.middleRows(first, count);
                Block<double> denoised(count, x.cols());
                exact->denoise(level, x, denoised);
                places.target.middleRows(first, count) = level.alpha * denoised;
            });
        sum.setTime(times[i].t);
        const auto batch = static_cast<Eigen::Index>(kBatch);
        for (Eigen::Index first = 0; first < rows; first += batch) {
            if (stop.stop_requested())
                return std::nullopt;
            sum.add(places, first, std::min(batch, rows - first));
        }
        if (progress)
            progress(static_cast<double>(i + 1) / static_cast<double>(times.size()));
    }
    return sum.sum();
}

} // namespace scorefield
