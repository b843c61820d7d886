// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Reach, align, slide over the play clock: shares of the stages of the selected lane with the
// clocks of the data, distance to the ridge beside its laws, accumulated slide; the pinned
// particle's own way; read-outs and ledger as tables.
#include "core/session/run_analysis.h"
#include "ui/plots/chart.h"
#include "ui/plots/clock_axis.h"

#include <QWidget>

namespace scorefield::ui {

class RidgeLedger;
class RidgeReadouts;

class RidgePage : public QWidget {
    Q_OBJECT
public:
    explicit RidgePage(QWidget* parent = nullptr);

    void setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis, const Timeline& timeline);
    void setTimeline(const Timeline& timeline); ///< the play head, or another clock
    void setLane(int lane);
    void setPinned(int particle); ///< -1: none
    void applyLook();
    QList<plots::Chart*> charts() const { return {m_stages, m_distance, m_slide}; }
    RidgeReadouts* readouts() const { return m_readouts; }
    RidgeLedger* ledger() const { return m_ledger; }
    QString text() const; ///< of the tables

private:
    void refresh();
    void showMarks();

    std::shared_ptr<const RunAnalysis> m_analysis;
    plots::LaneLevels m_levels;
    Timeline m_timeline;
    int m_lane = 0, m_pinned = -1;
    plots::Chart *m_stages, *m_distance, *m_slide;
    RidgeReadouts* m_readouts;
    RidgeLedger* m_ledger;
};

} // namespace scorefield::ui
