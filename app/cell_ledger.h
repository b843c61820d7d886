// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which cells of a study are still to be measured, and what the others came to: the one place that
// threads and processes of a study come back to.
#include "app/study_journal.h"
#include "core/study/table_assembly.h"

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace scorefield::app {

/// Thread-safe.
class CellLedger {
public:
    using Progress = std::function<void(std::size_t rows, std::size_t total)>;

    /// `journal` may be null: cells that are in it are done. All outlive the ledger.
    CellLedger(const PreparedStudy& study, StudyJournal* journal, Progress progress);

    /// The next cell to measure, if one is left.
    std::optional<std::size_t> next();
    std::size_t left() const;
    /// A cell that its taker will not measure; it comes next.
    void putBack(std::size_t cell);
    void take(std::size_t cell, Result<Measurement> measured);

    bool isComplete() const;
    std::size_t rows() const;
    std::size_t failures() const;
    Result<Table> finished() const;
    /// Writes what was measured to a journal of this name.
    Status keepIn(const std::string& path) const;
    /// Why the journal lacks cells, or empty.
    std::string journalFailure() const;

private:
    const PreparedStudy& m_study;
    StudyJournal* m_journal;
    Progress m_progress;
    mutable std::mutex m_mutex;
    std::deque<std::size_t> m_left;
    TableAssembly m_assembly;
    std::string m_journalFailure;
};

} // namespace scorefield::app
