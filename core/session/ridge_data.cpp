// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ridge_data.h"

#include "core/base/csv_text.h"
#include "core/base/npy.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/session/json_document.h"

#include <cmath>
#include <limits>

namespace scorefield {

namespace {

using json::Json;

std::vector<std::string> columnNames(const RidgeFile& file)
{
    std::vector<std::string> names{"line", "component", "closed"};
    names.insert(names.end(), file.names.begin(), file.names.end());
    names.insert(names.end(), {"kappa1", "kappa2", "log10_gap"});
    return names;
}

/// One row a vertex.
Eigen::MatrixXd vertexRows(const RidgeFile& file)
{
    Eigen::Index count = 0;
    for (const RidgeLine& line : file.ridge.lines)
        count += line.points.rows();
    Eigen::MatrixXd rows(count, static_cast<Eigen::Index>(file.names.size()) + 6);
    Eigen::Index row = 0;
    for (std::size_t l = 0; l < file.ridge.lines.size(); ++l) {
        const RidgeLine& line = file.ridge.lines[l];
        for (Eigen::Index i = 0; i < line.points.rows(); ++i)
            rows.row(row++) << static_cast<double>(l), line.component, line.closed ? 1. : 0.,
                file.alpha * line.points.row(i), line.kappa1(i), line.kappa2(i), line.logGap(i);
    }
    return rows;
}

std::string asRecords(const RidgeFile& file)
{
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const RowMajor rows = vertexRows(file);
    return npyRecordBytes(columnNames(file), {rows.data(), static_cast<std::size_t>(rows.size())});
}

/// What is not finite is null: JSON has no other word for it.
Json listOf(const Eigen::VectorXd& values)
{
    Json list = Json::array();
    for (const double value : values)
        list.push_back(std::isfinite(value) ? Json(value) : Json());
    return list;
}

Json placesOf(const std::vector<Eigen::Vector2d>& places, double alpha)
{
    Json list = Json::array();
    for (const Eigen::Vector2d& place : places)
        list.push_back(listOf(alpha * place));
    return list;
}

Json lineAsJson(const RidgeLine& line, double alpha)
{
    Json points = Json::array();
    for (Eigen::Index i = 0; i < line.points.rows(); ++i)
        points.push_back(listOf(alpha * line.points.row(i).transpose()));
    return {{"component", line.component},
            {"closed", line.closed},
            {"length", alpha * line.length()},
            {"points", std::move(points)},
            {"kappa1", listOf(line.kappa1.matrix())},
            {"kappa2", listOf(line.kappa2.matrix())},
            {"log10_gap", listOf(line.logGap.matrix())}};
}

std::string asJson(const RidgeFile& file)
{
    const auto& [ridge, alpha, names] = file;
    Json lines = Json::array(), critical = Json::array();
    for (const RidgeLine& line : ridge.lines)
        lines.push_back(lineAsJson(line, alpha));
    // log q_t(x_t) = log q~(x~) - d log alpha.
    const double shift = static_cast<double>(names.size()) * std::log(alpha);
    for (const CriticalPoint& point : ridge.critical) {
        const char* kind = point.kind == CriticalKind::Mode     ? "mode"
                           : point.kind == CriticalKind::Saddle ? "saddle"
                                                                : "minimum";
        critical.push_back({{"kind", kind},
                            {"point", listOf(alpha * point.point)},
                            {"log_density", point.logDensity - shift}});
    }
    const PlaneBox& box = ridge.request.box;
    return json::layout(
        {{"alpha", alpha},
         {"sigma", alpha * ridge.request.noise},
         {"beta", ridge.request.thresholds.beta},
         {"gamma", ridge.request.thresholds.gamma},
         {"box", listOf(alpha * Eigen::Vector4d(box.left, box.bottom, box.width, box.height))},
         {"names", names},
         {"components", ridge.components},
         {"length", alpha * ridge.length},
         {"lines", std::move(lines)},
         {"ends", placesOf(ridge.ends, alpha)},
         {"junctions", placesOf(ridge.junctions, alpha)},
         {"umbilics", placesOf(ridge.umbilics, alpha)},
         {"critical_points", std::move(critical)}});
}

} // namespace

std::string ridgeBytes(const RidgeFile& file, DataFormat format)
{
    switch (format) {
    case DataFormat::Npy:
        return asRecords(file);
    case DataFormat::Csv:
        return csvText(columnNames(file), vertexRows(file));
    case DataFormat::Json:
        break;
    }
    return asJson(file);
}

PlaneBox boxAroundData(const GaussianMixture& mixture, double noise)
{
    Eigen::Array2d low = Eigen::Array2d::Constant(std::numeric_limits<double>::infinity());
    Eigen::Array2d high = -low;
    for (const auto& component : mixture.components()) {
        const Eigen::MatrixXd& Q = component.eigenvectors;
        for (Eigen::Index axis = 0; axis < 2; ++axis) {
            const double variance =
                Q.row(axis).cwiseAbs2().dot(component.eigenvalues.transpose()) + noise * noise;
            low(axis) = std::min(low(axis), component.mean(axis) - 3 * std::sqrt(variance));
            high(axis) = std::max(high(axis), component.mean(axis) + 3 * std::sqrt(variance));
        }
    }
    return {low(0), low(1), high(0) - low(0), high(1) - low(1)};
}

RidgeSubject ridgeOfCoordinates(std::shared_ptr<const GaussianMixture> mixture)
{
    const Eigen::Index d = mixture->dimension();
    return {std::move(mixture), Eigen::MatrixXd::Identity(d, 2), Eigen::VectorXd::Zero(d)};
}

} // namespace scorefield
