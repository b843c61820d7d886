// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/eigenframe.h"

#include "core/base/linear_algebra.h"

#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Eigenvalues of a precision that agree to this, relative to the largest, are one: a few roundings
/// of an eigensolver, far below any gap of interest.
constexpr double kEqual = 1e-13;

/// Descending eigenvalues with their vectors as columns.
struct Spectrum {
    VectorXd values;
    MatrixXd vectors;
};
Spectrum spectrum(const MatrixXd& symmetric)
{
    const SymmetricEigen solver = symmetricEigen(symmetric);
    return {solver.values.reverse(), solver.vectors.rowwise().reverse()};
}

/// A sign for every vector, so that the same place always gives the same frame: the largest entry
/// of each is positive, in the plane instead v_2 = (-v_1y, v_1x) with v_1x >= 0.
void fixSigns(MatrixXd& vectors)
{
    const Index d = vectors.rows();
    if (d == 2) {
        if (vectors(0, 0) < 0 || (vectors(0, 0) == 0 && vectors(1, 0) < 0))
            vectors.col(0) = -vectors.col(0);
        vectors(0, 1) = -vectors(1, 0);
        vectors(1, 1) = vectors(0, 0);
        return;
    }
    for (Index j = 0; j < d; ++j) {
        Index largest = 0;
        vectors.col(j).cwiseAbs().maxCoeff(&largest);
        if (vectors(largest, j) < 0)
            vectors.col(j) = -vectors.col(j);
    }
}

} // namespace

/// The components with S_k = Sigma_k + sigma~^2 I, factorised.
struct RidgeField::Components {
    std::vector<VectorXd> means;
    std::vector<MatrixXd> precisions;
    std::vector<bool> isotropic;
    std::vector<double> logNormalisers;
    bool common = true; ///< all precisions are equal
    std::vector<double> rows;
    PlaneTable table;

    Components(const GaussianMixture& mixture, double noise);
};

RidgeField::Components::Components(const GaussianMixture& mixture, double noise)
{
    const int d = mixture.dimension();
    for (const auto& component : mixture.components()) {
        const VectorXd variances = component.eigenvalues.array() + noise * noise;
        const bool round = variances.maxCoeff() - variances.minCoeff() <= kEqual * variances(d - 1);
        MatrixXd precision;
        if (round) {
            precision = MatrixXd::Identity(d, d) / variances(d - 1);
        } else {
            const MatrixXd& Q = component.eigenvectors;
            precision = Q * variances.cwiseInverse().asDiagonal() * Q.transpose();
            precision = (precision + precision.transpose()).eval() / 2;
        }
        means.push_back(component.mean);
        isotropic.push_back(round);
        logNormalisers.push_back(component.logWeight - variances.array().log().sum() / 2
                                 - d * std::log(2 * std::numbers::pi) / 2);
        precisions.push_back(precision);
        const double largest = precisions.front().cwiseAbs().maxCoeff();
        common =
            common && (precision - precisions.front()).cwiseAbs().maxCoeff() <= kEqual * largest;
    }
    if (d != 2)
        return;
    for (std::size_t k = 0; k < means.size(); ++k) {
        const MatrixXd& P = precisions[common ? 0 : k];
        rows.insert(rows.end(),
                    {logNormalisers[k], means[k](0), means[k](1), P(0, 0), P(0, 1), P(1, 1)});
    }
    table = {rows.data(), mixture.componentCount(), common};
}

namespace {

/// The component scores at a place, relative to the likeliest component k0 (theory 1.2):
/// w_k = e^(l_k - l_k0 - rho), rho = max over k != k0 of l_k - l_k0, b_k = a_k - a_k0.
struct Moments {
    Index top = 0;
    double logTop = 0, rho = -kInfinity, small = 0, total = 1; ///< small = e^rho
    VectorXd weights;                                          ///< w_k/total, 0 for k0 [K]
    MatrixXd relative;                                         ///< b_k, columns [d,K]
    VectorXd topScore, mean;                                   ///< a_k0; sum w b/total [d]
};

template <class Components>
Moments moments(const Components& components, const VectorXd& x)
{
    const auto count = static_cast<Index>(components.means.size());
    Moments m;
    VectorXd logs(count);
    m.relative.resize(x.size(), count);
    for (Index k = 0; k < count; ++k) {
        const auto index = static_cast<std::size_t>(k);
        const VectorXd y = x - components.means[index];
        m.relative.col(k) = -(components.precisions[index] * y);
        logs(k) = components.logNormalisers[index] + y.dot(m.relative.col(k)) / 2;
    }
    m.logTop = logs.maxCoeff(&m.top);
    for (Index k = 0; k < count; ++k)
        if (k != m.top)
            m.rho = std::max(m.rho, logs(k) - m.logTop);
    m.small = std::exp(m.rho);
    m.topScore = m.relative.col(m.top);
    if (components.common) // b = P (mean_k - mean_k0), whatever the place
        for (Index k = 0; k < count; ++k)
            m.relative.col(k) = components.precisions.front()
                                * (components.means[static_cast<std::size_t>(k)]
                                   - components.means[static_cast<std::size_t>(m.top)]);
    else
        m.relative.colwise() -= m.topScore;
    m.weights = VectorXd::Zero(count);
    for (Index k = 0; k < count; ++k)
        if (k != m.top)
            m.weights(k) = std::exp(logs(k) - m.logTop - m.rho);
    m.total = 1 + m.small * m.weights.sum();
    m.weights /= m.total;
    m.mean = m.relative * m.weights;
    return m;
}

/// G of H = -P_k0 + e^rho G: the covariance of the component scores less the excess of the
/// precisions, over e^rho.
template <class Components>
MatrixXd scaledExcess(const Components& components, const Moments& m)
{
    const MatrixXd centred = m.relative.colwise() - m.small * m.mean;
    MatrixXd G = centred * m.weights.asDiagonal() * centred.transpose()
                 + (m.small / m.total) * m.mean * m.mean.transpose();
    if (!components.common)
        for (Index k = 0; k < m.weights.size(); ++k)
            G -= m.weights(k)
                 * (components.precisions[static_cast<std::size_t>(k)]
                    - components.precisions[static_cast<std::size_t>(m.top)]);
    return (G + G.transpose()) / 2;
}

/// T[a, b, .] / e^rho.
template <class Components>
VectorXd
scaledThird(const Components& components, const Moments& m, const VectorXd& a, const VectorXd& b)
{
    const VectorXd shift = m.small * m.mean;
    VectorXd T = -(m.small * m.small / m.total) * m.mean.dot(a) * m.mean.dot(b) * m.mean;
    const MatrixXd& P0 = components.precisions[static_cast<std::size_t>(m.top)];
    for (Index k = 0; k < m.weights.size(); ++k) {
        if (m.weights(k) == 0)
            continue;
        const VectorXd c = m.relative.col(k) - shift;
        const double ca = c.dot(a), cb = c.dot(b);
        T += m.weights(k) * ca * cb * c;
        if (components.common)
            continue;
        const MatrixXd excess = components.precisions[static_cast<std::size_t>(k)] - P0;
        const VectorXd excessA = excess * a;
        T -= m.weights(k) * (ca * (excess * b) + cb * excessA + c * excessA.dot(b));
    }
    return T;
}

double log10Of(double value)
{
    return value > 0 ? std::log10(value) : -kInfinity;
}

/// Curvatures, gaps and vectors where the gaps inside an eigenspace of P_k0 may underflow: each
/// such eigenspace is split by G alone. `groups` of P_k0: all of space where it is isotropic.
void splitFrame(const MatrixXd& P0,
                bool isotropic,
                const MatrixXd& G,
                const Moments& m,
                double variance,
                Eigenframe& frame)
{
    const Index d = P0.rows();
    const Spectrum base =
        isotropic ? Spectrum{-P0.diagonal(), MatrixXd::Identity(d, d)} : spectrum(-P0);
    const double logSmall = m.rho * std::numbers::log10e;
    frame.vectors.resize(d, d);
    frame.kappa.resize(d);
    frame.logGap.resize(d - 1);
    for (Index first = 0, end = 0; first < d; first = end) {
        end = first + 1;
        while (end < d
               && base.values(first) - base.values(end)
                      <= kEqual * base.values.cwiseAbs().maxCoeff())
            ++end;
        const MatrixXd basis = base.vectors.middleCols(first, end - first);
        const Spectrum inside = spectrum(basis.transpose() * G * basis);
        frame.vectors.middleCols(first, end - first) = basis * inside.vectors;
        for (Index i = first; i < end; ++i) {
            const double excess = inside.values(i - first);
            frame.kappa(i) = variance * (base.values(first) + m.small * excess);
            if (i + 1 < end)
                frame.logGap(i) =
                    logSmall + log10Of(variance * (excess - inside.values(i - first + 1)));
        }
        if (first > 0)
            frame.logGap(first - 1) = log10Of(frame.kappa(first - 1) - frame.kappa(first));
    }
}

} // namespace

RidgeField::RidgeField(std::shared_ptr<const GaussianMixture> mixture, double noise)
    : m_mixture(std::move(mixture))
    , m_noise(noise)
    , m_scale(std::hypot(m_mixture->scale(), noise))
    , m_components(std::make_unique<const Components>(*m_mixture, noise))
{
    assert(noise > 0);
}

RidgeField::~RidgeField() = default;

const PlaneTable& RidgeField::planeTable() const
{
    assert(dimension() == 2);
    return m_components->table;
}

Eigenframe RidgeField::frame(const VectorXd& x) const
{
    const Moments m = moments(*m_components, x);
    const auto top = static_cast<std::size_t>(m.top);
    const MatrixXd& P0 = m_components->precisions[top];
    const bool isotropic = m_components->isotropic[top];
    const double variance = m_noise * m_noise;
    const MatrixXd G = scaledExcess(*m_components, m);
    Eigenframe frame;
    frame.logDensity = m.logTop + std::log(m.total);
    frame.score = m.topScore + m.small * m.mean;
    frame.hessian = -P0 + m.small * G;
    frame.precision = (1 / m.total) * P0;
    for (Index k = 0; k < m.weights.size(); ++k)
        frame.precision +=
            m.small * m.weights(k) * m_components->precisions[static_cast<std::size_t>(k)];
    // Beyond e^-30 the excess is below the rounding of P_k0.
    if (isotropic || m.rho < -30) {
        splitFrame(P0, isotropic, G, m, variance, frame);
    } else {
        const Spectrum whole = spectrum(frame.hessian);
        const Index gaps = x.size() - 1;
        frame.vectors = whole.vectors;
        frame.kappa = variance * whole.values;
        frame.logGap = (frame.kappa.head(gaps) - frame.kappa.tail(gaps)).unaryExpr(&log10Of);
    }
    fixSigns(frame.vectors);
    frame.plainFrameFails =
        (frame.logGap.array() < kPlainFrameLimit && frame.logGap.array() > -kInfinity).any();
    return frame;
}

VectorXd RidgeField::third(const VectorXd& x, const VectorXd& a, const VectorXd& b) const
{
    const Moments m = moments(*m_components, x);
    return m.small * scaledThird(*m_components, m, a, b);
}

MatrixXd RidgeField::thirdOverGaps(const VectorXd& x, const Eigenframe& frame) const
{
    const Moments m = moments(*m_components, x);
    MatrixXd rows(x.size() - 1, x.size());
    for (Index j = 1; j < x.size(); ++j) {
        // log of lambda_1 - lambda_j, the sum of the gaps between them.
        const Eigen::ArrayXd gaps = frame.logGap.head(j).array() * std::numbers::ln10;
        const double largest = gaps.maxCoeff();
        const double logGap =
            largest + std::log((gaps - largest).exp().sum()) - 2 * std::log(m_noise);
        rows.row(j - 1) =
            -std::exp(m.rho - logGap)
            * scaledThird(*m_components, m, frame.vectors.col(0), frame.vectors.col(j)).transpose();
    }
    return rows;
}

} // namespace scorefield
