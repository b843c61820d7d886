// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/measured_cell.h"

#include "core/base/text.h"
#include "core/session/json_document.h"
#include "core/session/session_json.h"

#include <cmath>

namespace scorefield {

namespace {

using json::Json;

/// Not json::number(): it keeps -0, and JSON has no infinities.
Json exactNumber(double value)
{
    if (std::isnan(value))
        return "nan"; // its sign says nothing
    return std::isfinite(value) ? Json(value) : Json(formatNumber(value));
}

double readExactNumber(const Json& value, const std::string& pointer, json::Problems& problems)
{
    if (!value.is_string())
        return json::readNumber(value, pointer, problems);
    const std::string word = value.get<std::string>();
    if (word == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    if (word == "inf" || word == "-inf")
        return word == "inf" ? HUGE_VAL : -HUGE_VAL;
    problems.add(pointer, "is '" + word + "', must be a number, nan, inf or -inf");
    return 0;
}

Measurement
readMeasurement(json::ObjectReader& object, const Json& numbers, json::Problems& problems)
{
    Measurement measurement;
    const std::string pointer = object.pointerTo("estimates");
    if (!numbers.is_array() || numbers.size() % 2 != 0) {
        problems.add(pointer, "must be a list of values, each with its error");
        return measurement;
    }
    for (std::size_t i = 0; i < numbers.size(); i += 2)
        measurement.estimates.push_back(
            {readExactNumber(numbers[i], json::child(pointer, i), problems),
             readExactNumber(numbers[i + 1], json::child(pointer, i + 1), problems)});
    if (const Json* note = object.require("note"))
        measurement.note = json::readText(*note, object.pointerTo("note"), problems);
    return measurement;
}

} // namespace

std::string lineOf(const MeasuredCell& cell)
{
    Json object;
    object["row"] = cell.cell.row;
    object["lane"] = cell.cell.lane;
    if (cell.measured) {
        Json numbers = Json::array();
        for (const StudyValue& estimate : cell.measured->estimates) {
            numbers.push_back(exactNumber(estimate.value));
            numbers.push_back(exactNumber(estimate.error));
        }
        object["estimates"] = std::move(numbers);
        object["note"] = cell.measured->note;
    } else {
        object["error"] = {cell.measured.error().path, cell.measured.error().message};
    }
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<MeasuredCell> measuredCellFrom(std::string_view line)
{
    const auto document = json::parse(line);
    if (!document)
        return document.error();
    json::Problems problems;
    json::ObjectReader object(*document, "", problems);
    MeasuredCell cell{{}, Measurement{}};
    if (const Json* row = object.require("row"))
        cell.cell.row =
            static_cast<std::size_t>(std::max(0, json::readWhole(*row, "/row", problems)));
    if (const Json* lane = object.require("lane"))
        cell.cell.lane = json::readWhole(*lane, "/lane", problems);
    if (const Json* error = object.find("error")) {
        const auto texts = json::readTexts(*error, "/error", problems);
        if (texts.size() == 2)
            cell.measured = Error{texts[0], texts[1]};
        else
            problems.add("/error", "must be a path and a message");
    } else if (const Json* numbers = object.require("estimates")) {
        cell.measured = readMeasurement(object, *numbers, problems);
    }
    object.refuseUnknownKeys();
    if (problems.any())
        return problems.first();
    return cell;
}

std::string identityOf(const PreparedStudy& study)
{
    std::string text = "scorefield " SCOREFIELD_VERSION "\n" + study.kind().info.id;
    for (const QuantityInfo& quantity : study.kind().info.quantities)
        text += " " + quantity.id;
    for (const Sweep& sweep : study.sweeps()) {
        text += "\n" + sweep.key;
        for (const double value : sweep.values)
            text += " " + formatNumber(value);
    }
    return text + "\n" + sessionToJson(study.session());
}

} // namespace scorefield
