// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The numbers and lists of a figure: content, page, type, parts, drawing.
#include "ui/exports/spec_form.h"
#include "ui/exports/spec_source.h"

class QLineEdit;

namespace scorefield::ui {

class LaneChecks;

class FigureForm : public SpecForm {
    Q_OBJECT
public:
    explicit FigureForm(QWidget* parent = nullptr);

    const FigureSpec& figure() const { return m_source.spec(); }
    ExportSpec spec() const override { return figure(); }
    void setSpec(const ExportSpec& spec) override;
    Status check() const override;

protected:
    void refreshRows() override;

private:
    void buildContent();
    void buildPage();
    void buildType();
    void buildParts();
    void changed();
    /// Numbers that make sense in the units of the clock, for a new one.
    void suggestMoments();
    void readMoments(const QString& text);
    void set(const std::function<void(FigureSpec&)>& change);

    SpecSource<FigureSpec> m_source;
    LaneChecks* m_lanes = nullptr;
    FormRow *m_lanesRow = nullptr, *m_momentsRow = nullptr;
    QLineEdit *m_moments = nullptr, *m_title = nullptr;
    ChoiceBox* m_font = nullptr;
    QString m_momentsProblem;
    double m_lastContent = 0, m_lastClock = 0;
    bool m_quiet = false; ///< while the spec is set as a whole
};

} // namespace scorefield::ui
