// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/fit_job.h"

#include "core/base/file.h"
#include "core/mixture/data_set.h"
#include "core/mixture/fit.h"

#include <QCoreApplication>

#include <algorithm>

namespace scorefield::ui {
namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("FitJob", text);
}

Error problem(const QString& sentence)
{
    return {{}, sentence.toStdString()};
}

/// The fields of the first line of a CSV file (RFC 4180 quotes).
QStringList firstFields(const QString& line)
{
    QStringList fields;
    QString field;
    bool quoted = false;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const QChar c = line[i];
        if (quoted && c == u'"' && i + 1 < line.size() && line[i + 1] == u'"') {
            field += c;
            ++i;
        } else if (c == u'"') {
            quoted = !quoted;
        } else if (c == u',' && !quoted) {
            fields += field.trimmed();
            field.clear();
        } else {
            field += c;
        }
    }
    return fields << field.trimmed();
}

bool isNumber(const QString& field)
{
    bool valid = false;
    field.toDouble(&valid);
    return valid;
}

QStringList numbered(qsizetype count)
{
    QStringList names;
    for (qsizetype i = 1; i <= count; ++i)
        names += QString::number(i);
    return names;
}

/// Projects `points` in place; the coordinates are then principal axes.
Status project(const FitRequest& request,
               Eigen::MatrixXd& points,
               std::vector<std::string>& names,
               FitReport& report)
{
    const int p = static_cast<int>(points.cols());
    if (request.dimension <= 0 || request.dimension >= p)
        return success();
    const auto axes = principalAxes(points, request.dimension);
    if (!axes)
        return axes.error();
    const Eigen::MatrixXd centred = points.rowwise() - axes->mean.transpose();
    const double total = centred.squaredNorm();
    points = centred * axes->axes;
    report.keptVariance = total > 0 ? points.squaredNorm() / total : 1;
    names.clear();
    for (int i = 1; i <= request.dimension; ++i)
        names.push_back("PC" + std::to_string(i));
    return success();
}

Result<MixtureSpec> fitted(const FitRequest& request,
                           const DataSet& data,
                           const Eigen::MatrixXd& points,
                           std::stop_token stop,
                           FitReport& report)
{
    if (request.method == FitMethod::Classes) {
        if (data.labels.empty())
            return problem(translated("One Gaussian per class needs a label column."));
        return fitClasses(points, data.labels);
    }
    if (request.method == FitMethod::Points)
        return smoothedPoints(
            points, data.labels, request.bandwidth > 0 ? request.bandwidth : report.silverman);
    FitOptions options;
    options.components = request.components;
    options.seed = request.seed;
    options.stop = std::move(stop);
    auto fit = fitMixture(points, options);
    if (!fit)
        return fit.error();
    report.logLikelihood = fit->totalLogLikelihood;
    report.iterations = fit->iterations;
    report.converged = fit->converged;
    return std::move(fit->mixture);
}

} // namespace

Result<FitReport> runFit(const FitRequest& request, std::stop_token stop)
{
    const auto data = readDataSet(request.path, {request.columns, request.label});
    if (!data)
        return data.error();
    FitReport report;
    report.points = data->points.rows();
    report.columns = static_cast<int>(data->points.cols());
    Eigen::MatrixXd points = data->points;
    std::vector<std::string> names = data->columnNames;
    if (const Status projected = project(request, points, names, report); !projected)
        return projected.error();
    report.silverman = silvermanBandwidth(points);
    if (stop.stop_requested())
        return Error{};
    auto mixture = fitted(request, *data, points, stop, report);
    if (stop.stop_requested())
        return Error{};
    if (!mixture)
        return mixture.error();
    report.mixture = std::move(*mixture);
    report.mixture.coordinateNames = names;
    if (request.method != FitMethod::Mixture)
        report.mixture.classNames = data->labelNames;
    return report;
}

Result<FileColumns> fileColumns(const std::filesystem::path& path)
{
    FileColumns result;
    if (path.extension() == ".npy") {
        const auto data = readDataSet(path);
        if (!data)
            return data.error();
        result.names = numbered(data->points.cols());
        return result;
    }
    constexpr std::size_t longest = 2 << 20; // two lines longer than this are no table
    const auto beginning = readBeginning(path, longest);
    if (!beginning)
        return beginning.error();
    const QStringList lines = QString::fromUtf8(beginning->data(),
                                                static_cast<qsizetype>(beginning->size()))
                                  .split(u'\n');
    QString line = lines[0].trimmed();
    if (line.startsWith(QChar(0xfeff)))
        line.remove(0, 1);
    const QStringList fields = firstFields(line);
    const bool header = !std::all_of(fields.begin(), fields.end(), isNumber);
    result.names = header ? fields : numbered(fields.size());
    if (!header)
        return result;
    // A column with text below the header is the obvious label.
    const QStringList second =
        lines.size() > 1 ? firstFields(lines[1].trimmed()) : QStringList();
    for (int i = 0; i < static_cast<int>(std::min(second.size(), fields.size())); ++i)
        if (!isNumber(second[i]) && !second[i].isEmpty())
            result.label = i;
    return result;
}

} // namespace scorefield::ui
