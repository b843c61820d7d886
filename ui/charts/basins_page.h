// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where the particles of the selected lane ended without guidance (rows) and with it (columns),
// from the same noise, as a heat map with counts.
#include "core/session/run_analysis.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace scorefield::ui {

class BasinsPage : public QWidget {
    Q_OBJECT
public:
    explicit BasinsPage(QWidget* parent = nullptr);

    void setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis);
    void setLane(int lane);
    void applyLook();
    QTableWidget* table() const { return m_table; }
    QString caption() const;

private:
    void refresh();
    void fill(const UnguidedTwin& twin);

    std::shared_ptr<const RunAnalysis> m_analysis;
    int m_lane = 0;
    QLabel* m_caption;
    QTableWidget* m_table;
};

} // namespace scorefield::ui
