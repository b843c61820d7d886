// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The collapse read-outs of all lanes as a table: value ± standard error, beside what exact draws
// of the class score.
#include "core/session/run_analysis.h"

#include <QWidget>

class QTableWidget;

namespace scorefield::ui {

class CollapsePage : public QWidget {
    Q_OBJECT
public:
    explicit CollapsePage(QWidget* parent = nullptr);

    void setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis);
    QTableWidget* table() const { return m_table; }
    /// Tab-separated, with a header.
    QString text() const;

private:
    void fillLane(int lane, const LaneAnalysis& analysis);

    QTableWidget* m_table;
};

} // namespace scorefield::ui
