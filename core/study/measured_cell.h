// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What one cell of a study came to, as a line of text that another process or a later run reads
// back to the last bit.
#include "core/study/prepared_study.h"

#include <string>
#include <string_view>

namespace scorefield {

struct MeasuredCell {
    StudyCell cell;
    Result<Measurement> measured;
};

/// {"row":3,"lane":1,"estimates":[value,error,…],"note":"…"}, or with "error":[path,message] in
/// place of both; numbers with all their digits, "nan", "inf" and "-inf". No line break.
std::string lineOf(const MeasuredCell& cell);
/// Error: what is wrong with the line, e.g. that it is torn.
Result<MeasuredCell> measuredCellFrom(std::string_view line);

/// Everything that decides the cells of a study, as text: the same on every machine, another for
/// another study, session, sweep or version of this program.
std::string identityOf(const PreparedStudy& study);

} // namespace scorefield
