// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/double_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace scorefield {

namespace {

/// The eigenvalue that belongs to each coordinate, if every eigenvector is a coordinate axis;
/// else nothing. One variance for all directions is one of the coordinates too.
std::vector<int> axesOf(const GaussianMixture::Component& component)
{
    const auto d = component.eigenvalues.size();
    std::vector<int> axes(static_cast<std::size_t>(d), -1);
    const bool isotropic = component.eigenvalues(0) == component.eigenvalues(d - 1);
    for (Eigen::Index i = 0; i < d; ++i) {
        const auto column = component.eigenvectors.col(i);
        if (!isotropic && (column.array() != 0).count() != 1)
            return {};
        Eigen::Index place = i;
        if (!isotropic)
            column.cwiseAbs().maxCoeff(&place);
        axes[static_cast<std::size_t>(place)] = static_cast<int>(i);
    }
    return axes;
}

DoubleForm formOf(const GaussianMixture::Component& component, const std::vector<int>& axes)
{
    if (axes.empty())
        return DoubleForm::Full;
    const auto& l = component.eigenvalues;
    return l(0) == l(l.size() - 1) ? DoubleForm::Isotropic : DoubleForm::Diagonal;
}

/// Q^T in groups of four rows, [group][column][4], zeros beyond d.
void packRotation(const Eigen::MatrixXd& Q, double* out)
{
    const auto d = Q.rows();
    for (Eigen::Index i = 0; i < d; i += kRotationRows)
        for (Eigen::Index j = 0; j < d; ++j)
            for (Eigen::Index r = i; r < i + kRotationRows; ++r)
                *out++ = r < d ? Q(j, r) : 0;
}

/// v and g = alpha l/v of a component at a level.
struct Noised {
    Eigen::Array<double, Eigen::Dynamic, 1, 0, kMaxDimension, 1> variance, gain; // no allocation

    void set(const GaussianMixture::Component& component, const PathCoefficients& level)
    {
        const auto& l = component.eigenvalues.array();
        variance = level.alpha * level.alpha * l + level.sigma * level.sigma;
        gain = level.alpha * l / variance;
    }
};

/// The rows q_i/sqrt(2 v_i) and the upper triangle of Q diag(g) Q^T.
double* writeFull(const Eigen::MatrixXd& Q, const Noised& noised, double* out)
{
    const auto d = Q.rows();
    for (Eigen::Index i = 0; i < d; ++i)
        for (Eigen::Index j = 0; j < d; ++j)
            *out++ = Q(j, i) / std::sqrt(2 * noised.variance(i));
    for (Eigen::Index i = 0; i < d; ++i)
        for (Eigen::Index j = i; j < d; ++j)
            *out++ = (Q.row(i).array() * Q.row(j).array() * noised.gain.transpose()).sum();
    return out;
}

/// 1/(2v) and g of each coordinate, or in the order of the eigenvalues; each as long as `padded`.
double* writeDiagonal(const std::vector<int>& axes, const Noised& noised, int padded, double* out)
{
    const auto d = std::min<Eigen::Index>(noised.variance.size(), padded);
    std::fill(out, out + 2 * padded, 0.);
    for (Eigen::Index c = 0; c < d; ++c) {
        const auto i = axes.empty() ? c : axes[static_cast<std::size_t>(c)];
        out[c] = 1 / (2 * noised.variance(i));
        out[padded + c] = noised.gain(i);
    }
    return out + 2 * padded;
}

} // namespace

DoubleTables::DoubleTables(std::shared_ptr<const GaussianMixture> mixture, ComponentOrder order)
    : m_mixture(std::move(mixture))
    , m_order(std::move(order))
{
    const int d = m_mixture->dimension();
    std::size_t full = 0;
    for (const int k : m_order.components) {
        const auto& component = m_mixture->components()[static_cast<std::size_t>(k)];
        m_axes.push_back(axesOf(component));
        m_form = std::max(m_form, formOf(component, m_axes.back()));
        full += m_axes.back().empty() ? 1 : 0;
    }
    if (d <= kFixedDimension)
        return;
    const std::size_t size =
        static_cast<std::size_t>(d) * static_cast<std::size_t>(doublePadded(d));
    m_packed.resize(full * size);
    double* out = m_packed.data();
    for (std::size_t i = 0; i < m_axes.size(); ++i) {
        m_rotations.push_back(m_axes[i].empty() ? out : nullptr);
        if (!m_axes[i].empty())
            continue;
        const auto k = static_cast<std::size_t>(m_order.components[i]);
        packRotation(m_mixture->components()[k].eigenvectors, out);
        out += size;
    }
}

std::size_t DoubleTables::bytes() const
{
    return m_order.components.size() * sizeof(double)
           * static_cast<std::size_t>(doubleRowSize(m_mixture->dimension(), m_form));
}

void DoubleTables::fill(const PathCoefficients& level, std::vector<double>& rows) const
{
    const int d = m_mixture->dimension();
    rows.resize(bytes() / sizeof(double));
    double* out = rows.data();
    Noised noised;
    for (std::size_t i = 0; i < m_axes.size(); ++i) {
        const auto k = static_cast<std::size_t>(m_order.components[i]);
        const auto& component = m_mixture->components()[k];
        noised.set(component, level);
        *out++ = component.logWeight - noised.variance.log().sum() / 2;
        for (int c = 0; c < d; ++c)
            *out++ = level.alpha * component.mean(c);
        out = std::copy(component.mean.begin(), component.mean.end(), out);
        if (d > kFixedDimension)
            out = writeDiagonal(m_axes[i], noised, doublePadded(d), out);
        else if (m_form == DoubleForm::Full)
            out = writeFull(component.eigenvectors, noised, out);
        else
            out = writeDiagonal(m_axes[i], noised, m_form == DoubleForm::Diagonal ? d : 1, out);
    }
}

DoubleMixture DoubleTables::mixture(const std::vector<double>& rows) const
{
    const int d = m_mixture->dimension();
    return {rows.data(),
            m_rotations.data(),
            doubleRowSize(d, m_form),
            d,
            m_order.members,
            m_order.others(),
            m_form};
}

} // namespace scorefield
