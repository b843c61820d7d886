// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the status bar says: the size of the run, how long it took, how long a frame takes and on
// what, and the conventions.
#include "core/session/session_run.h"

#include <QObject>
#include <QTimer>

#include <memory>

class QLabel;
class QStatusBar;

namespace scorefield::ui {

class StatusLine : public QObject {
    Q_OBJECT
public:
    explicit StatusLine(QStatusBar& bar);

public Q_SLOTS:
    void setProduct(const std::shared_ptr<const scorefield::RunProduct>& product);
    /// `preview`: it left something out because it moved.
    void setFrame(double milliseconds, bool preview);
    void setRenderer(const QString& name);
    void setPinned(int particle);

private:
    void showSimulated();

    QLabel *m_size, *m_simulated, *m_frame, *m_renderer, *m_pinned;
    QTimer m_pause; ///< until the next time of a simulation may be shown
    double m_simulatedMs = 0;
    double m_smoothedMs = 0;
    int m_framesUnshown = 0;
    bool m_preview = false;
};

} // namespace scorefield::ui
