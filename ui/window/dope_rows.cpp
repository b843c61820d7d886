// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/dope_rows.h"

#include "core/session/film.h"
#include "core/session/parameter_table.h"
#include "ui/widgets/value_scale.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("DopeSheet", text);
}

std::vector<double> keyHeights(const KeyframeTrack& track, bool logarithmic)
{
    std::vector<double> heights;
    for (const Keyframe& key : track.keys)
        heights.push_back(logarithmic ? std::log(key.value) : key.value);
    if (heights.empty())
        return heights;
    const auto [least, most] = std::minmax_element(heights.begin(), heights.end());
    const double low = *least, range = *most - *least;
    for (double& height : heights)
        height = range > 0 ? (height - low) / range : .5;
    return heights;
}

DopeRow rowOf(const Session& session, const KeyframeTrack& track)
{
    DopeRow row;
    row.key = QString::fromStdString(track.key);
    row.place = placeOfKey(row.key);
    row.label =
        row.key.startsWith(QLatin1StringView("lanes.")) ? row.key.section(u'.', 2) : row.key;
    const auto keys = trackKeys(session, track);
    if (keys) {
        row.descriptor = *describe(session, keys->front());
        row.label = QString::fromStdString(row.descriptor.label);
        row.symbol = QString::fromStdString(row.descriptor.symbol);
    }
    if (const auto value = trackValue(session, track, 0); !value)
        row.problem = QString::fromStdString(value.error().message);
    row.jumps = row.descriptor.type == ParameterType::Boolean
                || row.descriptor.type == ParameterType::Choice;
    const bool factors = row.descriptor.scale == Scale::Logarithmic
                         && std::all_of(track.keys.begin(),
                                        track.keys.end(),
                                        [](const Keyframe& key) { return key.value > 0; });
    row.heights = keyHeights(track, factors);
    return row;
}

} // namespace

std::vector<DopeRow> dopeRows(const Session& session)
{
    std::vector<DopeRow> rows;
    for (const KeyframeTrack& track : session.keyframes)
        rows.push_back(rowOf(session, track));
    return rows;
}

QString placeOfKey(const QString& key)
{
    if (key.startsWith(QLatin1StringView("lanes."))) {
        const QString lane = key.section(u'.', 1, 1);
        return lane == QLatin1StringView("*") ? tr("all lanes")
                                              : tr("lane %1").arg(lane.toInt() + 1);
    }
    // A layer, the ridge: "Opacity" alone could be that of any.
    return key.count(u'.') > 1 ? key.section(u'.', 1, 1).replace(u'_', u' ') : QString();
}

QString valueText(const ParameterDescriptor& descriptor, double value)
{
    const bool named =
        descriptor.type == ParameterType::Boolean || descriptor.type == ParameterType::Choice;
    return named ? QString::fromStdString(descriptor.format(value))
                 : ValueScale(descriptor).text(value);
}

QString easingText(Easing easing)
{
    switch (easing) {
    case Easing::In:
        return tr("Starts slowly");
    case Easing::Out:
        return tr("Ends slowly");
    case Easing::InOut:
        return tr("In and out");
    case Easing::Hold:
        return tr("Holds");
    case Easing::Linear:
        break;
    }
    return tr("Linear");
}

double snapped(double share, const std::vector<double>& candidates, double reach)
{
    double nearest = std::clamp(std::round(share * 10) / 10, 0., 1.);
    for (const double candidate : candidates)
        if (std::abs(candidate - share) < std::abs(nearest - share))
            nearest = candidate;
    return std::abs(nearest - share) <= reach ? nearest : std::clamp(share, 0., 1.);
}

} // namespace scorefield::ui
