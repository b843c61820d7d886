// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study.h"

#include "core/base/text.h"
#include "core/study/prepared_study.h"
#include "core/study/table_assembly.h"

#include <atomic>
#include <mutex>
#include <optional>

namespace scorefield {

Result<const StudyKind*> findStudy(const std::string& id)
{
    std::vector<std::string> ids;
    for (const StudyKind& kind : studyKinds()) {
        if (kind.info.id == id)
            return &kind;
        ids.push_back(kind.info.id);
    }
    const std::string near = nearestWord(id, ids);
    return Error{
        "",
        "'" + id + "' is no study; "
            + (near.empty() ? "there are " + listOfWords(ids) : "did you mean '" + near + "'?")};
}

Result<Table> runStudy(const StudyKind& study,
                       const Session& session,
                       std::vector<Sweep> sweeps,
                       WorkerPool& pool,
                       const StudyProgress& progress,
                       std::stop_token stop,
                       const RunModels& models)
{
    const auto prepared = PreparedStudy::create(study, session, std::move(sweeps));
    if (!prepared)
        return prepared.error();
    TableAssembly assembly(*prepared);
    std::mutex assembling;
    std::atomic<std::size_t> begun{0};
    const auto next = [&]() -> std::optional<std::size_t> {
        const std::size_t cell = begun++;
        return cell < prepared->cells().size() ? std::optional(cell) : std::nullopt;
    };
    const auto take = [&](std::size_t cell, Result<Measurement> measured) {
        const std::lock_guard lock(assembling);
        if (stop.stop_requested())
            return;
        const std::size_t before = assembly.rows();
        assembly.take(cell, std::move(measured));
        if (progress && assembly.rows() > before)
            progress(assembly.table(), assembly.rows(), prepared->rows());
    };
    measureCells(*prepared, pool, next, take, stop, models);
    if (!assembly.isComplete())
        return Error{"", "cancelled"};
    return assembly.finished();
}

} // namespace scorefield
