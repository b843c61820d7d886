// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The table of a study, put together from cells that come in any order. Cells that failed, or that
// nobody measured, leave their numbers empty and a note behind.
#include "core/study/prepared_study.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace scorefield {

class TableAssembly {
public:
    /// `study` outlives it.
    explicit TableAssembly(const PreparedStudy& study);

    /// What a cell came to; the first time counts.
    void take(std::size_t cell, Result<Measurement> measured);
    bool has(std::size_t cell) const { return m_measured[cell].has_value(); }
    /// What it came to; null: it failed, or did not come.
    const Measurement* measurement(std::size_t cell) const
    {
        return has(cell) && m_measured[cell]->ok() ? &m_measured[cell]->value() : nullptr;
    }
    bool isComplete() const { return m_taken == m_measured.size(); }
    /// How many of the cells that came have failed.
    std::size_t failures() const { return m_failures; }

    /// Rows of which every lane has come.
    std::size_t rows() const { return m_rows.size(); }
    /// These rows, in the order of the grid, without what the study's `finish` adds.
    const Table& table() const { return m_table; }
    /// All rows, the same whatever the order the cells came in. Error: why the first cell failed,
    /// where there is none that did not.
    Result<Table> finished() const;

private:
    void insertRow(std::size_t row, std::size_t place, Table& table) const;
    void addFailures(Table& table) const;

    const PreparedStudy& m_study;
    Table m_empty;                                           ///< the columns
    std::vector<std::optional<ParameterDescriptor>> m_words; ///< of sweeps whose values are words
    std::vector<std::optional<Result<Measurement>>> m_measured; ///< by cell
    std::size_t m_taken = 0, m_failures = 0;
    std::vector<std::size_t> m_rows;                ///< complete ones, ascending
    std::vector<int> m_missing;                     ///< lanes by row
    std::vector<std::vector<std::size_t>> m_rowsOf; ///< of a cell: once for every lane that has it
    Table m_table;
};

} // namespace scorefield
