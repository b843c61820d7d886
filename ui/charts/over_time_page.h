// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Curves along the run, all lanes on the axis of the play clock: class confidence, effective modes,
// guidance weight; the play head is a line.
#include "core/session/run_analysis.h"
#include "ui/plots/chart.h"

#include <QWidget>

class QBoxLayout;

namespace scorefield::ui {

class OverTimePage : public QWidget {
    Q_OBJECT
public:
    explicit OverTimePage(QWidget* parent = nullptr);

    void setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis, const Timeline& timeline);
    /// The play head, or another clock.
    void setTimeline(const Timeline& timeline);
    void applyLook();
    QList<plots::Chart*> charts() const { return {m_confidence, m_modes, m_weight}; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();

    std::shared_ptr<const RunAnalysis> m_analysis;
    std::vector<std::vector<PathCoefficients>> m_levels;
    Timeline m_timeline;
    QBoxLayout* m_layout;
    plots::Chart *m_confidence, *m_modes, *m_weight;
};

} // namespace scorefield::ui
