// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A line of an export form that is no single number: label, control, and a sentence below when
// something is wrong with it. Stands in the columns of ParameterRow.
#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace scorefield::ui {

class SymbolLabel;

class FormRow : public QWidget {
    Q_OBJECT
public:
    /// `key` is the object name of the control, `help` its tool tip.
    FormRow(const QString& key,
            const QString& label,
            const QString& help,
            QWidget* control,
            QWidget* parent = nullptr);

    QString key() const { return m_key; }
    QWidget* control() const { return m_control; }
    void setLabelWidth(double width); ///< design pixels
    QString errorText() const;
    void showError(const QString& sentence);
    /// Why the control has no effect now; empty: it is enabled.
    void setReason(const QString& reason);

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyMetrics();

    QString m_key, m_labelText, m_help, m_reason;
    QHBoxLayout* m_line = nullptr;
    SymbolLabel* m_label = nullptr;
    QWidget* m_control;
    QLabel* m_error = nullptr;
    double m_labelWidth = 92;
};

} // namespace scorefield::ui
