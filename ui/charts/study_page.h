// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Studies: choose one and what it sweeps, run it beside everything else, look at its charts, keep
// its table and figure.
#include "ui/charts/sweep_row.h"
#include "ui/document/study_runner.h"
#include "ui/plots/chart.h"

#include <QElapsedTimer>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace scorefield::ui {

class ChoiceBox;
class Document;

class StudyPage : public QWidget {
    Q_OBJECT
public:
    explicit StudyPage(Document& document, QWidget* parent = nullptr);

    StudyRunner& runner() { return m_runner; }
    /// The first of the charts; studies over two parameters have one per lane.
    plots::Chart* chart() const { return m_charts.front(); }
    void applyLook();
    /// The session was edited: new parameters, and a hint where the chart is of another one.
    void refreshSession();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void build();
    QWidget* buildForm();
    void chooseStudy();
    void toggleRun();
    void run();
    void showProgress(quint64 rows, quint64 total);
    void showTable();
    void showNotes();
    void refreshQuantities(const Table& table);
    void refreshCaption();
    void showCharts(const std::vector<plots::ChartSpec>& specs);
    std::vector<plots::Mark> marksOf(const plots::ChartSpec& spec) const;
    void say(const QString& sentence, bool isError);
    void copyTable();
    void saveTable();
    void saveFigure();
    bool isStale() const;

    Document& m_document;
    StudyRunner m_runner;
    QElapsedTimer m_elapsed;
    bool m_sessionShown = false; ///< whether the sweeps list the parameters of the session now
    QString m_ran;               ///< what the table is of
    QString m_meaning;           ///< of the marks and lines of the chart
    std::vector<Sweep> m_swept;  ///< by the study that ran last
    ChoiceBox *m_study = nullptr, *m_quantity = nullptr, *m_over = nullptr;
    SweepRow *m_first = nullptr, *m_second = nullptr;
    QPushButton *m_run = nullptr, *m_export = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel *m_message = nullptr, *m_caption = nullptr;
    QWidget* m_result = nullptr; ///< chart and what it shows
    QHBoxLayout* m_row = nullptr;
    std::vector<plots::Chart*> m_charts;
};

} // namespace scorefield::ui
