// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/study_series.h"

#include "core/study/slope_fit.h"
#include "ui/plots/study_columns.h"
#include "ui/render/typeset.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <map>

namespace scorefield::plots {

namespace {

QString tr(const char* words)
{
    return QCoreApplication::translate("StudyChart", words);
}

QString joined(const QString& first, const QString& second)
{
    return first.isEmpty() || second.isEmpty() ? first + second
                                               : first + QStringLiteral(" · ") + second;
}

/// "lr 0.1", or of a choice its word alone.
QString placeText(const Column& column, std::size_t row)
{
    if (row < column.words.size() && !column.words[row].empty()) {
        const QString word = text(column.words[row]).replace(QLatin1Char('_'), QLatin1Char(' '));
        const bool isSwitch = word == QLatin1String("true") || word == QLatin1String("false");
        return isSwitch ? text(column.label) + QStringLiteral(" ") + word : word;
    }
    return text(column.label) + QStringLiteral(" ") + render::prettyNumber(column.values[row], 3);
}

SeriesRole roleOf(ColumnRole role)
{
    switch (role) {
    case ColumnRole::Part:
        return SeriesRole::Part;
    case ColumnRole::Curve:
        return SeriesRole::Curve;
    case ColumnRole::Bound:
        return SeriesRole::Bound;
    case ColumnRole::Floor:
        return SeriesRole::Floor;
    default:
        return SeriesRole::Measured;
    }
}

/// What a series is, whatever it is called.
QString roleText(const Column& column)
{
    switch (column.role) {
    case ColumnRole::Part:
        return tr("part");
    case ColumnRole::Curve:
        return tr("curve");
    case ColumnRole::Bound:
        return column.hiddenConstant ? tr("bound, constant unknown") : tr("bound");
    case ColumnRole::Floor:
        return tr("floor of the estimator");
    default:
        return tr("measured");
    }
}

/// Without the name of what it belongs to, which the axis has: "KL, exact draws" is "exact draws".
QString attachedName(const Column& column, const Column& measured)
{
    const QString whole = text(measured.label) + QStringLiteral(", ");
    const QString label = text(column.label);
    return label.startsWith(whole) ? label.mid(whole.size()) : label;
}

QString helpOf(const Table& table, const Column& column)
{
    QStringList lines{axisLabel(column)};
    for (const std::string& each : {column.help, table.source})
        if (!each.empty())
            lines << text(each);
    return lines.join(QLatin1Char('\n'));
}

Series seriesOf(const Subject& subject, const Column& column, const Line& line, int variant)
{
    Series series;
    series.role = roleOf(column.role);
    series.lane = column.lane;
    series.variant = variant;
    series.isVague = column.hiddenConstant;
    series.help = helpOf(subject.table, column);
    std::vector<std::size_t> rows = line.rows;
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        return subject.order.values[a] < subject.order.values[b];
    });
    for (const std::size_t row : rows) {
        series.x.push_back(subject.over.values[row]);
        series.y.push_back(column.values[row]);
        if (!column.errors.empty())
            series.errors.push_back(column.errors[row]);
    }
    return series;
}

bool alike(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
        return x == y || (std::isnan(x) && std::isnan(y));
    });
}

/// Lanes and variants mostly share their bound, their floor and some parts: drawn once, and where
/// lanes share it, as nobody's.
void addOnce(ChartSpec& spec, Series series)
{
    for (Series& other : spec.series)
        if (other.role == series.role
            && (other.label == series.label || series.role == SeriesRole::Bound)
            && alike(other.x, series.x) && alike(other.y, series.y)) {
            if (other.lane != series.lane)
                other.lane = -1;
            return;
        }
    spec.series.push_back(std::move(series));
}

/// "slope −1.98 ± 0.03", both with the decimals that the error leaves.
QString slopeText(const SlopeFit& fit)
{
    constexpr double kNoError = 5e-4; // then three decimals say it
    const bool isExact = !std::isfinite(fit.error) || fit.error < kNoError;
    const int decimals =
        isExact ? 3 : std::max(0, static_cast<int>(std::ceil(-std::log10(fit.error))));
    QString slope = QString::number(fit.slope, 'f', decimals);
    slope.replace(QLatin1Char('-'), QStringLiteral("−"));
    return isExact ? tr("slope %1").arg(slope)
                   : tr("slope %1 ± %2").arg(slope, QString::number(fit.error, 'f', decimals));
}

/// The fit of this column whose rows lie on this line; made anew over another column than the
/// table's fits are over.
std::optional<SlopeFit> fitOf(const Subject& subject, const Line& line)
{
    for (const SlopeFit& fit : subject.table.slopes) {
        const bool isHere =
            fit.column == subject.column.id && fit.over == subject.order.id
            && std::all_of(fit.rows.begin(), fit.rows.end(), [&](std::size_t row) {
                   return std::find(line.rows.begin(), line.rows.end(), row) != line.rows.end();
               });
        if (isHere)
            return subject.over.id == subject.order.id ? fit
                                                       : fitOver(subject.table, fit, subject.over);
    }
    return std::nullopt;
}

/// Straight from one end of its rows to the other, a little beyond both.
Series fitSeries(const Subject& subject, const SlopeFit& fit, int variant)
{
    Series series;
    series.role = SeriesRole::Fit;
    series.lane = subject.column.lane;
    series.variant = variant;
    double low = INFINITY, high = 0;
    for (const std::size_t row : fit.rows) {
        low = std::min(low, subject.over.values[row]);
        high = std::max(high, subject.over.values[row]);
    }
    constexpr double kBeyond = 0.06; // of the logarithm
    const double more = std::pow(high / low, kBeyond);
    for (const double x : {low / more, high * more}) {
        series.x.push_back(x);
        series.y.push_back(fit.factor * std::pow(x, fit.slope));
    }
    return series;
}

/// Of all parts of the table: those of one name have one mark, whatever they are parts of.
int partIndex(const Table& table, const Column& part)
{
    std::vector<std::string> labels;
    for (const Column& column : table.columns)
        if (column.role == ColumnRole::Part
            && std::find(labels.begin(), labels.end(), column.label) == labels.end())
            labels.push_back(column.label);
    return static_cast<int>(std::find(labels.begin(), labels.end(), part.label) - labels.begin());
}

/// A bound is tagged once, not for every lane.
void tagBound(const ChartSpec& spec, Series& bound, const QString& tag)
{
    int tagged = 0;
    for (const Series& other : spec.series) {
        if (other.role == SeriesRole::Bound && other.label == bound.label)
            return;
        tagged += other.tag.isEmpty() ? 0 : 1;
    }
    bound.tag = tag;
    bound.part = tagged;
}

void addAttached(ChartSpec& spec, const Subject& subject, const Line& line, int variant)
{
    for (const Column& column : subject.table.columns) {
        const bool belongs = column.role != ColumnRole::Parameter
                             && column.role != ColumnRole::Measured
                             && column.of == subject.column.id && hasNumber(column);
        if (!belongs)
            continue;
        Series series = seriesOf(subject, column, line, variant);
        series.label = joined(attachedName(column, subject.column), roleText(column));
        if (series.role == SeriesRole::Part)
            series.part = partIndex(subject.table, column);
        if (series.role == SeriesRole::Bound)
            tagBound(spec, series, roleText(column));
        addOnce(spec, std::move(series));
    }
}

} // namespace

std::vector<Line> linesOf(const Table& table, const std::vector<const Column*>& others)
{
    std::map<std::vector<double>, std::size_t> known;
    std::vector<Line> lines;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        std::vector<double> place;
        QStringList name;
        for (const Column* other : others) {
            place.push_back(other->values[row]);
            name << placeText(*other, row);
        }
        const auto [at, isNew] = known.emplace(place, lines.size());
        if (isNew)
            lines.push_back({name.join(QStringLiteral(", ")), {}});
        lines[at->second].rows.push_back(row);
    }
    return lines;
}

void addSubject(ChartSpec& spec, const Subject& subject, const std::vector<Line>& lines)
{
    const QString lane = laneName(subject.table, subject.column.lane);
    std::vector<Series> measured;
    for (std::size_t i = 0; i < lines.size(); ++i)
        measured.push_back(seriesOf(subject, subject.column, lines[i], static_cast<int>(i)));
    // What the other sweeps do not touch is drawn once.
    const bool isOne = std::all_of(measured.begin(), measured.end(), [&](const Series& series) {
        return alike(series.x, measured.front().x) && alike(series.y, measured.front().y);
    });
    for (std::size_t i = 0; i < (isOne ? std::min<std::size_t>(1, lines.size()) : lines.size());
         ++i) {
        const int variant = static_cast<int>(i);
        const QString name = isOne || lines[i].name.isEmpty() ? lane
                             : lane.isEmpty()                 ? lines[i].name
                                              : lane + QStringLiteral(", ") + lines[i].name;
        measured[i].label = measuredName(name.isEmpty() ? text(subject.column.label) : name);
        const auto fit = fitOf(subject, lines[i]);
        if (fit && spec.x.logarithmic && spec.y.logarithmic) {
            measured[i].slope = slopeText(*fit);
            spec.series.push_back(fitSeries(subject, *fit, variant));
        }
        spec.series.push_back(measured[i]);
        if (subject.hasTheory)
            addAttached(spec, subject, lines[i], variant);
    }
}

QString measuredName(const QString& name)
{
    return joined(name, tr("measured"));
}

QString noteOf(const ChartSpec& spec)
{
    const auto has = [&](auto isIt) {
        return std::any_of(spec.series.begin(), spec.series.end(), isIt);
    };
    const auto hasRole = [&](SeriesRole role) {
        return has([&](const Series& series) { return series.role == role; });
    };
    QStringList sentences;
    if (has([](const Series& s) { return s.role == SeriesRole::Measured && !s.errors.empty(); }))
        sentences << tr("Large marks: measured, ± one standard error.");
    else if (hasRole(SeriesRole::Measured))
        sentences << tr("Large marks: measured.");
    if (hasRole(SeriesRole::Part))
        sentences << tr("Small marks: its parts, each computed by itself.");
    if (hasRole(SeriesRole::Fit))
        sentences << tr("Short dashes: power laws through the points that stand clear of floor and "
                        "error.");
    if (hasRole(SeriesRole::Curve))
        sentences << tr("Dash-dotted: theory.");
    if (has([](const Series& s) { return s.role == SeriesRole::Bound && !s.isVague; }))
        sentences << tr("Hatched: bound, on whose hatched side no value can lie.");
    if (has([](const Series& s) { return s.role == SeriesRole::Bound && s.isVague; }))
        sentences << tr("Dashed and hatched: bound whose constant nobody states: its slope "
                        "counts, its height says nothing.");
    if (hasRole(SeriesRole::Floor))
        sentences << tr(
            "Long dashes: floor of the estimator, what it gives where nothing is wrong.");
    return sentences.join(QLatin1Char(' '));
}

} // namespace scorefield::plots
