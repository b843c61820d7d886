// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A study cut into cells: one lane in one row, measured by itself. A cell comes to the same numbers
// in any process, on any thread and in any order, so cells can be shared out and put together again
// (core/study/table_assembly.h).
#include "core/study/study.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace scorefield {

struct StudyCell {
    std::size_t row = 0;
    int lane = 0;
};

class PreparedStudy {
public:
    /// Without `sweeps` the study's own. Every place of the grid is planned once, so that nothing
    /// is measured where a value could have been refused at once. Errors (path = key).
    static Result<PreparedStudy>
    create(const StudyKind& kind, const Session& session, std::vector<Sweep> sweeps);

    const StudyKind& kind() const { return *m_kind; }
    const Session& session() const { return m_session; }
    const std::vector<Sweep>& sweeps() const { return m_sweeps; }
    std::size_t rows() const { return m_rows; }
    int lanes() const { return static_cast<int>(m_session.lanes.size()); }

    /// What has to be measured, in the order of the rows. A lane that a sweep leaves as it is has
    /// no cell of its own along that sweep.
    const std::vector<StudyCell>& cells() const { return m_cells; }
    /// The number of the cell that `lane` has in `row`.
    std::size_t cellOf(std::size_t row, int lane) const;
    /// How many cells can be measured at a time without filling the memory with runs, at most
    /// `threads`.
    unsigned abreast(unsigned threads) const;

    /// Error: why it cannot be measured, a failing allocation among the reasons. What it returns
    /// after a stop request is nothing.
    Result<Measurement> measure(std::size_t cell,
                                WorkerPool& pool,
                                std::stop_token stop,
                                const RunModels& models,
                                StudyCache& cache) const;

private:
    PreparedStudy(const StudyKind& kind, Session session, std::vector<Sweep> sweeps);
    Status planCells();
    std::vector<std::vector<bool>> findIdleSweeps() const;
    std::optional<std::size_t> cellBefore(std::size_t row,
                                          int lane,
                                          const Session& at,
                                          const std::vector<std::vector<bool>>& idle) const;
    Result<std::shared_ptr<const GaussianMixture>> mixtureAt(const Session& at) const;

    const StudyKind* m_kind;
    Session m_session;
    std::vector<Sweep> m_sweeps;
    std::size_t m_rows = 0;
    std::shared_ptr<const GaussianMixture> m_mixture; ///< of the session's own data
    std::shared_ptr<const NoiseTape> m_tape;          ///< null unless a row uses it
    std::vector<StudyCell> m_cells;
    std::vector<std::size_t> m_cellOf; ///< [rows][lanes]
    double m_largest = 0;              ///< bytes of the states of one cell
};

/// Measures the cells that `next` names, several at a time, until it names none or a stop is
/// requested. Both functions are called on all threads of the pool.
void measureCells(const PreparedStudy& study,
                  WorkerPool& pool,
                  const std::function<std::optional<std::size_t>()>& next,
                  const std::function<void(std::size_t cell, Result<Measurement>)>& take,
                  const std::stop_token& stop,
                  const RunModels& models);

} // namespace scorefield
