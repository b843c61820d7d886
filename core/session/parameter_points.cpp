// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters that are lists of points: control points of custom curves, given noise levels.
#include "core/session/parameter_table.h"
#include "core/session/table_rows.h"

namespace scorefield {

namespace {

struct PointsPlace {
    const Choice* choice;
    const PointsInfo* info;
};

Result<PointsPlace> placeOf(const Session& session, std::string_view key)
{
    table::LaneKey parts;
    const Error unknown{std::string(key), "is no list of points"};
    if (!table::splitLaneKey(key, parts) || parts.lane < 0
        || parts.lane >= static_cast<int>(session.lanes.size()))
        return unknown;
    const table::Family* family = table::findFamily(parts.family);
    if (family == nullptr)
        return unknown;
    const Choice& choice = session.lanes[static_cast<std::size_t>(parts.lane)].*(family->choice);
    const VariantInfo* info = table::findVariant(*family, choice.kind);
    if (info == nullptr || !info->points || info->points->key != parts.local)
        return unknown;
    return PointsPlace{&choice, &*info->points};
}

} // namespace

std::vector<std::string> pointsKeys(const Session& session)
{
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < session.lanes.size(); ++i)
        for (const table::Family& family : table::families()) {
            const VariantInfo* info =
                table::findVariant(family, (session.lanes[i].*(family.choice)).kind);
            if (info != nullptr && info->points)
                keys.push_back("lanes." + std::to_string(i) + "." + family.name + "."
                               + info->points->key);
        }
    return keys;
}

Result<PointsInfo> describePoints(const Session& session, std::string_view key)
{
    const auto place = placeOf(session, key);
    if (!place)
        return place.error();
    PointsInfo info = *place->info;
    info.key = std::string(key);
    return info;
}

Result<std::vector<CurvePoint>> pointsValue(const Session& session, std::string_view key)
{
    const auto place = placeOf(session, key);
    if (!place)
        return place.error();
    return place->choice->points;
}

Status setPoints(Session& session, std::string_view key, std::vector<CurvePoint> points)
{
    const auto info = describePoints(session, key);
    if (!info)
        return info.error();
    if (info->list)
        for (std::size_t i = 0; i < points.size(); ++i)
            points[i].x = static_cast<double>(i);
    if (auto status = info->validate(points); !status)
        return status;
    table::LaneKey parts;
    table::splitLaneKey(key, parts);
    Lane& lane = session.lanes[static_cast<std::size_t>(parts.lane)];
    (lane.*(table::findFamily(parts.family)->choice)).points = std::move(points);
    return success();
}

} // namespace scorefield
