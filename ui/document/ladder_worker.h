// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the matched comparison: climbs the ladder of a session off the window's thread,
// the newest that was asked for.
#include "core/session/session_run.h"
#include "core/study/matched_comparison.h"

#include <QObject>

#include <memory>

namespace scorefield::ui {

/// What each part adds to the gap between two lanes, and the gap between them as they run.
struct LaneComparison {
    MatchLadder ladder;
    MatchSpec match{}; ///< what the lanes run with
    Estimate now;
    QString problem{}; ///< why there is none, one sentence; or empty
};

/// As many particles as keep a ladder below about a second; at least 64, at most 1000.
std::size_t ladderParticles(const Session& session);

class LadderWorker : public QObject {
    Q_OBJECT
public:
    explicit LadderWorker(unsigned threads = 1, QObject* parent = nullptr);
    ~LadderWorker() override; ///< stops and joins

    /// Of lane `lane` >= 1 of a run against its first; replaces whatever was asked before.
    void request(std::shared_ptr<const RunProduct> run, int lane);
    /// Nothing is wanted any more.
    void cancel();
    bool isBusy() const { return m_finished != m_requests; }

Q_SIGNALS:
    void compared(std::shared_ptr<const scorefield::ui::LaneComparison> comparison);

private:
    struct Private;
    void accept(const std::shared_ptr<const LaneComparison>& comparison, unsigned long long number);

    std::unique_ptr<Private> m_private;
    unsigned long long m_requests = 0, m_finished = 0;
};

} // namespace scorefield::ui
