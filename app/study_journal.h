// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The finished cells of a study in a file beside its table, one line each as they come, so that
// what a run was killed with is not measured again. The first line says what was measured.
#include "core/study/measured_cell.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace scorefield::app {

/// Of everything that decides the cells of a study.
std::string digestOf(const PreparedStudy& study);

class StudyJournal {
public:
    /// "table.csv" -> "table.csv.journal".
    static std::string nameBeside(const std::string& output);

    /// Begins one, or goes on with the one that is there; a last line that a killed run left torn
    /// is cut off. Errors: it belongs to other work, another run writes it, it cannot be written.
    static Result<StudyJournal> open(const std::string& path, const PreparedStudy& study);
    ~StudyJournal();
    StudyJournal(StudyJournal&& other) noexcept;
    StudyJournal& operator=(StudyJournal&&) = delete;
    StudyJournal(const StudyJournal&) = delete;
    StudyJournal& operator=(const StudyJournal&) = delete;

    const std::string& path() const { return m_path; }
    /// Number of the cell and what it came to.
    const std::vector<std::pair<std::size_t, Measurement>>& finished() const { return m_finished; }
    Status append(const StudyCell& cell, const Measurement& measurement);
    void remove();

private:
    StudyJournal(std::string path, int file) : m_path(std::move(path)), m_file(file) {}
    Status read(const PreparedStudy& study);
    Status write(const std::string& line);

    std::string m_path;
    int m_file = -1;
    std::vector<std::pair<std::size_t, Measurement>> m_finished;
    std::chrono::steady_clock::time_point m_synchronised{};
};

} // namespace scorefield::app
