// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/table_assembly.h"

#include "core/base/text.h"
#include "core/session/parameter_table.h"
#include "core/study/lane_names.h"
#include "core/study/slope_fit.h"

#include <algorithm>
#include <limits>

namespace scorefield {

namespace {

std::string laneId(int lane, const std::string& quantity)
{
    return "lanes." + std::to_string(lane) + "." + quantity;
}

/// The key that a sweep's key stands for in this lane, if it stands for one there.
std::string keyInLane(const std::string& key, int lane)
{
    const std::string every = "lanes.*.";
    if (!key.starts_with("lanes."))
        return key;
    if (key.starts_with(every))
        return laneId(lane, key.substr(every.size()));
    return key.starts_with(laneId(lane, "")) ? key : std::string();
}

/// "Steps K"
std::string nameOf(const ParameterDescriptor& row)
{
    return row.symbol.empty() ? row.label : row.label + " " + row.symbol;
}

Column ownColumn(const Session& session, const Sweep& sweep)
{
    const ParameterDescriptor& row = sweep.own->row;
    Column column{sweep.key, nameOf(row), row.unit, ColumnRole::Parameter};
    column.help = row.help;
    column.logarithmic = sweep.logarithmic;
    column.current.assign(session.lanes.size(), sweep.own->current(session));
    return column;
}

Column parameterColumn(const Session& session, const Sweep& sweep)
{
    if (sweep.own != nullptr)
        return ownColumn(session, sweep);
    const std::vector<std::string> keys = keysOf(session, sweep.key);
    const ParameterDescriptor row = describe(session, keys.front()).value();
    Column column{sweep.key, nameOf(row), row.unit, ColumnRole::Parameter};
    column.help = row.help;
    column.logarithmic = sweep.logarithmic;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane)
        if (sweep.key.starts_with(laneId(lane, "")))
            column.lane = lane;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        const std::string own = keyInLane(sweep.key, lane);
        const bool isOfLane = std::find(keys.begin(), keys.end(), own) != keys.end();
        column.current.push_back(isOfLane ? parameterValue(session, own).value()
                                          : std::numeric_limits<double>::quiet_NaN());
    }
    return column;
}

Table emptyTable(const PreparedStudy& study)
{
    const StudyInfo& info = study.kind().info;
    Table table{info.id, info.label, info.source, {}, {}};
    table.over = info.over;
    table.lanes = laneNames(study.session(), study.sweeps());
    for (const Sweep& sweep : study.sweeps())
        table.columns.push_back(parameterColumn(study.session(), sweep));
    for (int lane = 0; lane < study.lanes(); ++lane)
        for (const QuantityInfo& quantity : info.quantities) {
            Column column{laneId(lane, quantity.id), quantity.label, quantity.unit, quantity.role};
            column.of = quantity.of.empty() ? "" : laneId(lane, quantity.of);
            column.help = quantity.help;
            column.lane = lane;
            column.logarithmic = quantity.logarithmic;
            column.hiddenConstant = quantity.hiddenConstant;
            table.columns.push_back(std::move(column));
        }
    return table;
}

std::optional<ParameterDescriptor> wordsOf(const Session& session, const Sweep& sweep)
{
    const auto row = sweep.own != nullptr ? Result<ParameterDescriptor>(sweep.own->row)
                                          : describe(session, keysOf(session, sweep.key).front());
    if (row && (row->type == ParameterType::Choice || row->type == ParameterType::Boolean))
        return *row;
    return std::nullopt;
}

template <class T>
void insertAt(std::vector<T>& values, std::size_t place, T value)
{
    values.insert(values.begin() + static_cast<std::ptrdiff_t>(place), std::move(value));
}

void addNote(Table& table, int lane, const std::string& note)
{
    const std::string sentence = "lanes." + std::to_string(lane) + ": " + note;
    if (!note.empty()
        && std::find(table.notes.begin(), table.notes.end(), sentence) == table.notes.end())
        table.notes.push_back(sentence);
}

/// "3–5, 8" of ascending rows, counted from 1.
std::string rangesOf(const std::vector<std::size_t>& rows)
{
    std::string text;
    for (std::size_t i = 0; i < rows.size();) {
        std::size_t last = i;
        while (last + 1 < rows.size() && rows[last + 1] == rows[last] + 1)
            ++last;
        text += (text.empty() ? "" : ", ") + std::to_string(rows[i] + 1);
        if (last > i)
            text += "–" + std::to_string(rows[last] + 1);
        i = last + 1;
    }
    return text;
}

} // namespace

TableAssembly::TableAssembly(const PreparedStudy& study)
    : m_study(study)
    , m_empty(emptyTable(study))
    , m_measured(study.cells().size())
    , m_missing(study.rows(), study.lanes())
    , m_rowsOf(study.cells().size())
    , m_table(m_empty)
{
    for (const Sweep& sweep : study.sweeps())
        m_words.push_back(wordsOf(study.session(), sweep));
    for (std::size_t row = 0; row < study.rows(); ++row)
        for (int lane = 0; lane < study.lanes(); ++lane)
            m_rowsOf[study.cellOf(row, lane)].push_back(row);
}

void TableAssembly::take(std::size_t cell, Result<Measurement> measured)
{
    if (m_measured[cell])
        return;
    if (measured)
        measured->estimates.resize(m_study.kind().info.quantities.size());
    m_failures += measured ? 0 : 1;
    m_measured[cell] = std::move(measured);
    ++m_taken;
    for (const std::size_t row : m_rowsOf[cell]) {
        if (--m_missing[row] > 0)
            continue;
        const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), row);
        const auto place = static_cast<std::size_t>(at - m_rows.begin());
        m_rows.insert(at, row);
        insertRow(row, place, m_table);
    }
}

void TableAssembly::insertRow(std::size_t row, std::size_t place, Table& table) const
{
    const std::vector<Sweep>& sweeps = m_study.sweeps();
    for (std::size_t i = 0; i < sweeps.size(); ++i) {
        const double value = valueAt(sweeps, i, row);
        insertAt(table.columns[i].values, place, value);
        if (m_words[i])
            insertAt(table.columns[i].words, place, m_words[i]->format(value));
    }
    const std::vector<QuantityInfo>& quantities = m_study.kind().info.quantities;
    std::size_t column = sweeps.size();
    for (int lane = 0; lane < m_study.lanes(); ++lane) {
        const auto& measured = m_measured[m_study.cellOf(row, lane)];
        const bool has = measured && measured->ok();
        for (std::size_t i = 0; i < quantities.size(); ++i, ++column) {
            const StudyValue estimate = has ? (*measured)->estimates[i] : StudyValue{};
            insertAt(table.columns[column].values, place, estimate.value);
            if (quantities[i].hasError)
                insertAt(table.columns[column].errors, place, estimate.error);
        }
        if (has)
            addNote(table, lane, (*measured)->note);
    }
}

/// One sentence for all rows of a lane that are missing for one reason.
void TableAssembly::addFailures(Table& table) const
{
    for (int lane = 0; lane < m_study.lanes(); ++lane) {
        std::vector<std::pair<std::string, std::vector<std::size_t>>> reasons;
        for (std::size_t row = 0; row < m_study.rows(); ++row) {
            const auto& measured = m_measured[m_study.cellOf(row, lane)];
            if (measured && measured->ok())
                continue;
            const std::string why = measured ? measured->error().sentence() : "it was not measured";
            auto same = std::find_if(reasons.begin(), reasons.end(), [&](const auto& reason) {
                return reason.first == why;
            });
            if (same == reasons.end())
                same = reasons.insert(reasons.end(), {why, {}});
            same->second.push_back(row);
        }
        for (const auto& [why, rows] : reasons)
            addNote(table,
                    lane,
                    (rows.size() == 1 ? "row " : "rows ") + rangesOf(rows) + " of "
                        + std::to_string(m_study.rows())
                        + (rows.size() == 1 ? " is missing: " : " are missing: ") + why);
    }
}

Result<Table> TableAssembly::finished() const
{
    if (m_failures > 0 && m_failures == m_measured.size())
        return m_measured.front()->error();
    Table table = m_empty;
    for (std::size_t row = 0; row < m_study.rows(); ++row)
        insertRow(row, row, table);
    addFailures(table);
    if (m_study.kind().finish != nullptr)
        m_study.kind().finish(m_study.session(), m_study.sweeps(), table);
    table.slopes = fitSlopes(m_study.kind().info, m_study.sweeps(), table);
    return table;
}

} // namespace scorefield
