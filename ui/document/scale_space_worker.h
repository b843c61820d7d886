// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the scale-space strip: the latest request, level by level, so that the strip
// fills while it works. A request for other data or thresholds cancels the one before.
#include "core/session/lane_ridge.h"

#include <QObject>

#include <memory>

namespace scorefield::ui {

class ScaleSpaceWorker : public QObject {
    Q_OBJECT
public:
    /// `threads` 0: half of the processors; ridges at the play-head matter more.
    explicit ScaleSpaceWorker(unsigned threads = 0, QObject* parent = nullptr);
    ~ScaleSpaceWorker() override; ///< stops and joins

    /// Cheap if it asks for what is there or on its way. A null run drops everything.
    void request(const std::shared_ptr<const RunProduct>& run, const ViewSpec& view);
    /// What is known so far; null: nothing, or `note` says why there will be nothing.
    std::shared_ptr<const ScaleSpace> result() const { return m_result; }
    /// The result is of an earlier request; nothing is known yet of the latest.
    bool isStale() const { return m_isStale && m_result; }
    const QString& note() const { return m_note; }
    bool isBusy() const { return m_busy; }

Q_SIGNALS:
    void changed();

private:
    struct Private;
    void accept(unsigned long long number, const std::shared_ptr<const ScaleSpace>& result);

    std::unique_ptr<Private> m_private;
    std::shared_ptr<const ScaleSpace> m_result;
    QString m_note;
    unsigned long long m_requests = 0;
    bool m_busy = false, m_isStale = false;
};

} // namespace scorefield::ui
