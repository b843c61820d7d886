// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/film_runs.h"

namespace scorefield::render {

FilmRuns::FilmRuns(const Session& session, const VideoSpec& spec, const ExportHooks& hooks)
    : m_session(session)
    , m_spec(spec)
    , m_models(hooks.models)
    , m_outerStop(hooks.stop, [this] { m_stop.request_stop(); })
    , m_pool(hooks.threads)
    , m_similar(hooks.previous)
{
    if (!m_models.library) // networks are trained once, not for every run
        m_models.library = std::make_shared<ModelLibrary>();
}

FilmRuns::~FilmRuns()
{
    m_stop.request_stop(); // what is being prepared, nobody will ask for
    if (m_next.valid())
        m_next.wait();
}

FilmRuns::Made FilmRuns::makeRun(const Session& session, std::shared_ptr<const RunProduct> previous)
{
    auto run = runSession(session, m_pool, m_stop.get_token(), previous, 0, m_models);
    if (m_stop.stop_requested())
        return Error{"", "cancelled"};
    if (run)
        for (const auto& lane : (*run)->lanes)
            if (lane->outcome.kind == Outcome::Kind::Refused)
                return Error{"", lane->outcome.message};
    return run;
}

bool FilmRuns::isCurrent(const Session& session) const
{
    if (!m_run)
        return false;
    const Changes changes = diff(m_run->session, session);
    return !changes.data && !changes.laneCount && !changes.anySimulation();
}

Result<FilmMoment> FilmRuns::at(long long frame)
{
    auto session = sessionAtShare(m_session, m_spec, frameShare(m_spec, frame));
    if (!session)
        return session.error();
    if (m_next.valid()) {
        Made next = m_next.get(); // of another frame, it still is a run whose lanes may serve
        if (!next && m_prepared == frame)
            return next.error();
        if (next)
            m_run = *next;
    }
    if (!isCurrent(*session)) {
        auto run = makeRun(*session, m_run ? m_run : m_similar);
        if (!run)
            return run.error();
        m_run = *run;
        m_similar = nullptr;
    }
    if (m_stop.stop_requested())
        return Error{"", "cancelled"};
    return FilmMoment{std::move(*session), m_run};
}

void FilmRuns::prepare(long long frame)
{
    if (m_next.valid() || m_session.keyframes.empty() || frame >= filmFrames(m_spec))
        return;
    auto session = sessionAtShare(m_session, m_spec, frameShare(m_spec, frame));
    if (!session || isCurrent(*session))
        return; // an error is told when the frame is asked for
    m_prepared = frame;
    m_next = std::async(std::launch::async, [this, session = std::move(*session), run = m_run] {
        return makeRun(session, run);
    });
}

} // namespace scorefield::render
