// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/component_text.h"

#include "core/base/linear_algebra.h"
#include "ui/widgets/expression.h"
#include "ui/widgets/value_scale.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scorefield::ui {
namespace {

/// Off-diagonal entries below this share of the variances are rounding, not correlation.
constexpr double kNoCorrelation = 1e-12;
/// Deviations that differ by less are the same to every digit shown.
constexpr double kSameDeviation = 1e-9;
constexpr double kDegrees = 180 / std::numbers::pi;

Error problem(const QString& sentence)
{
    return {{}, sentence.toStdString()};
}

QString translated(const char* text)
{
    return QCoreApplication::translate("ComponentText", text);
}

/// With all its whole digits below a million: 1000 and 1003 are not both 1e3.
QString entryText(double value, int digits)
{
    const double whole = std::round(std::abs(value));
    const bool fits = whole >= 1 && whole < 1e6;
    return numberText(value,
                      fits ? std::max(digits, 1 + static_cast<int>(std::log10(whole))) : digits);
}

QString listText(const std::vector<double>& values, int digits, int shown)
{
    QStringList parts;
    const bool all = shown <= 0 || static_cast<int>(values.size()) <= shown;
    for (std::size_t i = 0; i < values.size() && (all || static_cast<int>(i) < shown); ++i)
        parts += entryText(values[i], digits);
    if (!all)
        parts += QStringLiteral("…");
    return parts.join(QStringLiteral(", "));
}

bool isDiagonal(const Eigen::MatrixXd& covariance)
{
    const double scale = covariance.diagonal().maxCoeff();
    Eigen::MatrixXd rest = covariance;
    rest.diagonal().setZero();
    return rest.cwiseAbs().maxCoeff() <= kNoCorrelation * scale;
}

Eigen::MatrixXd rotated(double first, double second, double degrees)
{
    const double angle = degrees / kDegrees;
    const Eigen::Vector2d u(std::cos(angle), std::sin(angle));
    const Eigen::Vector2d w(-u[1], u[0]);
    Eigen::MatrixXd covariance =
        first * first * u * u.transpose() + second * second * w * w.transpose();
    covariance(1, 0) = covariance(0, 1); // exactly symmetric
    return covariance;
}

/// New deviations with the correlations of `previous`.
Eigen::MatrixXd rescaled(const std::vector<double>& deviations, const Eigen::MatrixXd& previous)
{
    const Eigen::Index d = previous.rows();
    Eigen::MatrixXd covariance(d, d);
    for (Eigen::Index i = 0; i < d; ++i)
        for (Eigen::Index j = 0; j < d; ++j) {
            const double scale = std::sqrt(previous(i, i) * previous(j, j));
            const double correlation = i == j ? 1 : scale > 0 ? previous(i, j) / scale : 0;
            covariance(i, j) = correlation * deviations[static_cast<std::size_t>(i)]
                               * deviations[static_cast<std::size_t>(j)];
        }
    return covariance;
}

} // namespace

QString meanText(const Eigen::VectorXd& mean, int digits, int shown)
{
    return u'(' + listText({mean.data(), mean.data() + mean.size()}, digits, shown) + u')';
}

Result<Eigen::VectorXd> meanFromText(const QString& text, int dimension)
{
    const auto values = evaluateList(text);
    if (!values)
        return values.error();
    if (static_cast<int>(values->size()) != dimension)
        return problem(translated("The mean needs %1 numbers separated by commas, not %2.")
                           .arg(dimension)
                           .arg(values->size()));
    return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(values->data(), dimension));
}

QString spreadText(const Eigen::MatrixXd& covariance, int digits, int shown)
{
    const Eigen::VectorXd deviations = covariance.diagonal().cwiseMax(0).cwiseSqrt();
    const bool diagonal = isDiagonal(covariance);
    const double spread = deviations.maxCoeff() - deviations.minCoeff();
    if (diagonal && spread <= kSameDeviation * deviations.maxCoeff())
        return entryText(deviations[0], digits);
    if (covariance.rows() != 2 || diagonal)
        return listText({deviations.data(), deviations.data() + deviations.size()}, digits, shown);
    const SymmetricEigen eigen = symmetricEigen(covariance);
    const Eigen::Vector2d major = eigen.vectors.col(1);
    double degrees = std::atan2(major[1], major[0]) * kDegrees;
    if (degrees > 90)
        degrees -= 180;
    else if (degrees <= -90)
        degrees += 180;
    const auto deviation = [&](int i) { return std::sqrt(std::max(0., eigen.values[i])); };
    return listText({deviation(1), deviation(0)}, digits, 0) + QStringLiteral(", ")
           + numberText(degrees, digits) + QChar(0x00b0);
}

Result<Eigen::MatrixXd> spreadFromText(const QString& text, const Eigen::MatrixXd& previous)
{
    const int d = static_cast<int>(previous.rows());
    QString plain = text;
    plain.remove(QChar(0x00b0)).remove(QChar(0x03c3)); // the degree sign, and a σ typed in front
    const auto values = evaluateList(plain);
    if (!values)
        return values.error();
    const int count = static_cast<int>(values->size());
    const int deviations = d == 2 && count == 3 ? 2 : count;
    if (count != 1 && count != d && !(d == 2 && count == 3))
        return problem(d == 1   ? translated("One standard deviation is needed.")
                       : d == 2 ? translated(
                             "Type one standard deviation, two, or two and an angle in degrees.")
                                : translated("Type one standard deviation, or %1.").arg(d));
    for (int i = 0; i < deviations; ++i)
        if (!((*values)[static_cast<std::size_t>(i)] >= 0))
            return problem(translated("A standard deviation is 0 or more, not %1.")
                               .arg(numberText((*values)[static_cast<std::size_t>(i)])));
    const double first = values->front();
    if (count == 1)
        return Eigen::MatrixXd(first * first * Eigen::MatrixXd::Identity(d, d));
    if (d == 2)
        return rotated(first, (*values)[1], count == 3 ? (*values)[2] : 0);
    return rescaled(*values, previous);
}

Result<double> weightFromText(const QString& text)
{
    const auto value = evaluateExpression(text);
    if (value && *value < 0)
        return problem(translated("A weight is 0 or more, not %1.").arg(numberText(*value)));
    return value;
}

} // namespace scorefield::ui
