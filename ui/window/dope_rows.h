// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the rows of the dope sheet say: name, lane and range of each track's parameter, or why it
// cannot be moved, and how high its keys stand. Pure functions of the session.
#include "core/base/parameter.h"
#include "core/session/keyframe_edit.h"

#include <QString>

#include <vector>

namespace scorefield::ui {

struct DopeRow {
    QString key, label, symbol;
    QString place;   ///< "lane 2", "all lanes", "density"; empty where the label says it all
    QString problem; ///< why this track moves nothing; empty: it does
    ParameterDescriptor descriptor;
    bool jumps = false;          ///< a switch or a choice: there is nothing in between
    std::vector<double> heights; ///< of each key, 0 its track's lowest value … 1 the highest
    bool isNumeric() const { return problem.isEmpty() && !jumps; }
};

std::vector<DopeRow> dopeRows(const Session& session);
/// "lane 2" of "lanes.1.eta", "all lanes" of "lanes.*.eta", "density" of "view.density.opacity".
QString placeOfKey(const QString& key);
/// "3", "vp", as a person reads it.
QString valueText(const ParameterDescriptor& descriptor, double value);
/// "in and out": of a key, towards the next one.
QString easingText(Easing easing);

/// A share that a hand meant: the nearest of the candidates, the tenths and the ends within
/// `reach`, else itself.
double snapped(double share, const std::vector<double>& candidates, double reach);

} // namespace scorefield::ui
