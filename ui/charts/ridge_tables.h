// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The tables of the Ridge page: what the lanes' samples are, with the clocks of the data, and the
// ledger of one particle.
#include "core/session/run_analysis.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace scorefield::ui {

class RidgeReadouts : public QWidget {
    Q_OBJECT
public:
    explicit RidgeReadouts(QWidget* parent = nullptr);

    void setAnalysis(const RunAnalysis& analysis);
    void applyLook();
    QTableWidget* table() const { return m_table; }
    QString text() const; ///< tab-separated

private:
    void set(int row, int column, const QString& text, const QString& toolTip);
    void fillLane(int lane, const LaneAnalysis& analysis);
    void fillClocks(int lane, const LaneAnalysis& analysis, const Analysed<Clocks>& clocks);

    QTableWidget* m_table;
};

class RidgeLedger : public QWidget {
    Q_OBJECT
public:
    explicit RidgeLedger(QWidget* parent = nullptr);

    /// The way of a particle in a lane; -1: asks for one to be clicked.
    void setParticle(const RunAnalysis& analysis, int lane, int particle);
    void applyLook();
    QTableWidget* table() const { return m_table; }
    QString caption() const;
    QString text() const;

private:
    QLabel* m_caption;
    QTableWidget* m_table;
};

} // namespace scorefield::ui
