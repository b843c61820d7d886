// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// "Fit data…": a CSV or NPY file becomes the mixture. Every change of the form fits again on a
// worker thread and shows the result in words; OK makes it the session's data, as one undo step.
// Closing, or a newer change, cancels.
#include "core/base/parameter.h"
#include "ui/panels/fit_job.h"
#include "ui/widgets/quiet_children.h"

#include <QDialog>
#include <QTimer>

#include <memory>
#include <thread>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;

namespace scorefield::ui {

class Document;
class NumberField;
class SegmentedControl;

class FitDialog : public QDialog {
    Q_OBJECT
public:
    explicit FitDialog(Document& document, QWidget* parent = nullptr);
    ~FitDialog() override; ///< cancels and joins

    void setFile(const QString& path);
    /// What the form asks for now.
    FitRequest request() const;
    bool isRunning() const { return m_worker.joinable() && m_running; }

public Q_SLOTS:
    void accept() override;

Q_SIGNALS:
    /// A run has ended and its result, or its error, is shown.
    void fitted();

private:
    void buildForm();
    void buildFoot();
    void addNumber(NumberField*& field, QWidget* parent, const ParameterDescriptor& descriptor);
    void browse();
    void readColumns();
    void showMethod();
    void schedule();
    void start();
    void cancel();
    void finished(int serial, Result<FitReport> result);
    void showProblem(const QString& sentence);
    QString reportText(const FitReport& report) const;

    Document& m_document;
    QLineEdit* m_path = nullptr;
    QListWidget* m_columns = nullptr;
    QComboBox* m_label = nullptr;
    SegmentedControl* m_method = nullptr;
    QFormLayout* m_form = nullptr;
    NumberField *m_components = nullptr, *m_bandwidth = nullptr, *m_dimension = nullptr,
                *m_seed = nullptr;
    QLabel *m_preview = nullptr, *m_problem = nullptr, *m_hint = nullptr;
    QProgressBar* m_busy = nullptr;
    QPushButton* m_ok = nullptr;

    QTimer m_delay;
    std::jthread m_worker;
    FitRequest m_ran; ///< of the report
    std::unique_ptr<FitReport> m_report;
    int m_serial = 0;
    bool m_running = false, m_bandwidthTyped = false;
    QuietChildren m_quietChildren{*this};
};

} // namespace scorefield::ui
