// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cell_ledger.h"

namespace scorefield::app {

CellLedger::CellLedger(const PreparedStudy& study, StudyJournal* journal, Progress progress)
    : m_study(study)
    , m_journal(journal)
    , m_progress(std::move(progress))
    , m_assembly(study)
{
    if (journal != nullptr)
        for (const auto& [cell, measurement] : journal->finished())
            m_assembly.take(cell, measurement);
    for (std::size_t cell = 0; cell < study.cells().size(); ++cell)
        if (!m_assembly.has(cell))
            m_left.push_back(cell);
}

std::optional<std::size_t> CellLedger::next()
{
    const std::lock_guard lock(m_mutex);
    if (m_left.empty())
        return std::nullopt;
    const std::size_t cell = m_left.front();
    m_left.pop_front();
    return cell;
}

std::size_t CellLedger::left() const
{
    const std::lock_guard lock(m_mutex);
    return m_left.size();
}

void CellLedger::putBack(std::size_t cell)
{
    const std::lock_guard lock(m_mutex);
    m_left.push_front(cell);
}

void CellLedger::take(std::size_t cell, Result<Measurement> measured)
{
    const std::lock_guard lock(m_mutex);
    if (m_assembly.has(cell))
        return;
    // A failing cell is not kept: another run may have more memory.
    if (m_journal != nullptr && measured && m_journalFailure.empty())
        if (auto status = m_journal->append(m_study.cells()[cell], *measured); !status)
            m_journalFailure = status.error().sentence();
    const std::size_t before = m_assembly.rows();
    m_assembly.take(cell, std::move(measured));
    if (m_progress && m_assembly.rows() > before)
        m_progress(m_assembly.rows(), m_study.rows());
}

bool CellLedger::isComplete() const
{
    const std::lock_guard lock(m_mutex);
    return m_assembly.isComplete();
}

std::size_t CellLedger::rows() const
{
    const std::lock_guard lock(m_mutex);
    return m_assembly.rows();
}

std::size_t CellLedger::failures() const
{
    const std::lock_guard lock(m_mutex);
    return m_assembly.failures();
}

Result<Table> CellLedger::finished() const
{
    const std::lock_guard lock(m_mutex);
    return m_assembly.finished();
}

Status CellLedger::keepIn(const std::string& path) const
{
    const std::lock_guard lock(m_mutex);
    auto journal = StudyJournal::open(path, m_study);
    if (!journal)
        return journal.error();
    for (std::size_t cell = 0; cell < m_study.cells().size(); ++cell)
        if (const Measurement* measurement = m_assembly.measurement(cell))
            if (auto status = journal->append(m_study.cells()[cell], *measurement); !status)
                return status;
    return success();
}

std::string CellLedger::journalFailure() const
{
    const std::lock_guard lock(m_mutex);
    return m_journalFailure;
}

} // namespace scorefield::app
