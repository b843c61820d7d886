// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The rows behind core/session/parameter_table.h, private to core/session: for every parameter of
// the session its descriptor and the number it describes. Parameters that a variant owns (a
// process's horizon, a grid's rho) are not here: they come from the registries.
#include "core/session/session.h"

#include <string>
#include <vector>

namespace scorefield::table {

/// A parameter of the session as a whole; descriptor.key is the full key.
struct SessionRow {
    ParameterDescriptor descriptor;
    double& (*field)(Session&);
};
/// One section each, without defaults.
std::vector<SessionRow> particleRows();
std::vector<SessionRow> viewRows();
std::vector<SessionRow> matchRows();
std::vector<SessionRow> warpRows();
std::vector<SessionRow> swarmRows();
std::vector<SessionRow> timelineRows();
/// All of the above with their defaults, in the order of the window's sections.
const std::vector<SessionRow>& sessionRows();

/// A parameter of a lane that belongs to no variant; descriptor.key is local to the lane: "eta",
/// "camera.x".
struct LaneRow {
    ParameterDescriptor descriptor;
    double& (*field)(Lane&);
};
const std::vector<LaneRow>& laneRows();

/// A part of a lane that is one of several registered variants.
struct Family {
    std::string name;  ///< "process"
    std::string label; ///< "Process"
    std::string help;
    std::string defaultKind;
    Choice Lane::*choice;
    std::vector<const VariantInfo*> (*variants)();
    /// What tells a variant from its neighbours in a list, in a few words.
    std::string (*facts)(const VariantInfo&);
};
const std::vector<Family>& families();
const Family* findFamily(std::string_view name);
const VariantInfo* findVariant(const Family& family, std::string_view kind);

/// "lanes.2.grid.rho" taken apart; lane is -1 for "*".
struct LaneKey {
    int lane = 0;
    std::string rest;   ///< "grid.rho", "eta"
    std::string family; ///< "grid", or empty for the lane's own parameters
    std::string local;  ///< "rho", "eta"
};
/// Nothing when the key does not start with "lanes." and a number or *.
bool splitLaneKey(std::string_view key, LaneKey& parts);

/// Descriptors by hand, short enough that a table reads as a table. They leave the default open:
/// core/session/session.h initialises every number, and withDefaults reads it from there.
ParameterDescriptor realRow(std::string key,
                            std::string symbol,
                            std::string label,
                            std::string unit,
                            double minimum,
                            double maximum,
                            Scale scale,
                            std::string help,
                            Invalidates invalidates);
/// The same row for whole numbers.
ParameterDescriptor whole(ParameterDescriptor row);
ParameterDescriptor
switchRow(std::string key, std::string label, std::string help, Invalidates invalidates);
ParameterDescriptor choiceRow(std::string key,
                              std::string label,
                              std::vector<ChoiceItem> choices,
                              std::string help,
                              Invalidates invalidates);

/// The rows with their defaults: what an Owner (a Session, a Lane) holds when it is made.
template <class Owner, class Row>
std::vector<Row> withDefaults(std::vector<Row> rows)
{
    Owner owner;
    for (Row& row : rows)
        row.descriptor.defaultValue = row.field(owner);
    return rows;
}

} // namespace scorefield::table
