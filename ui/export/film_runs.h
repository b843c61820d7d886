// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The simulation behind every frame of a film: one run for all of them, or a new one wherever
// keyframes move what is simulated; the next one is then made while a frame is drawn.
#include "core/base/worker_pool.h"
#include "core/session/film.h"
#include "ui/export/export_run.h"

#include <future>

namespace scorefield::render {

/// What one frame shows.
struct FilmMoment {
    Session session; ///< with the keyframes' values and the play position
    std::shared_ptr<const RunProduct> run;
};

class FilmRuns {
public:
    FilmRuns(const Session& session, const VideoSpec& spec, const ExportHooks& hooks);
    ~FilmRuns();
    FilmRuns(const FilmRuns&) = delete;
    FilmRuns& operator=(const FilmRuns&) = delete;

    /// Error: a keyframe's or the session's, a lane that refuses to run, or "cancelled".
    Result<FilmMoment> at(long long frame);
    /// Begins what at(frame) will need.
    void prepare(long long frame);

private:
    using Made = Result<std::shared_ptr<const RunProduct>>;
    Made makeRun(const Session& session, std::shared_ptr<const RunProduct> previous);
    bool isCurrent(const Session& session) const;

    Session m_session;
    VideoSpec m_spec;
    RunModels m_models;
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_outerStop;
    WorkerPool m_pool;
    std::shared_ptr<const RunProduct> m_similar; ///< made elsewhere: its lanes may serve
    std::shared_ptr<const RunProduct> m_run;     ///< of the last frame
    long long m_prepared = -1;
    std::future<Made> m_next; ///< of frame m_prepared
};

} // namespace scorefield::render
