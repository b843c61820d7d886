// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one control for a parameter, built from its descriptor: label with symbol, slider and number
// field; a switch; or a list. It holds no value: it shows that of its source, the document as a
// rule, and hands edits to it.
#include "core/base/parameter.h"
#include "core/session/session.h"

#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QMenu;

namespace scorefield::ui {

class Document;
class KeyDiamond;
class NumberField;
class ParameterSource;
class SymbolLabel;
class ValueSlider;

class ParameterRow : public QWidget {
    Q_OBJECT
public:
    /// `label` replaces the descriptor's label ("Density" for the opacity of that layer).
    ParameterRow(Document& document,
                 const QString& key,
                 QWidget* parent = nullptr,
                 const QString& label = {});
    ParameterRow(ParameterSource& source,
                 const QString& key,
                 QWidget* parent = nullptr,
                 const QString& label = {});

    QString key() const { return m_key; }
    const ParameterDescriptor& descriptor() const { return m_descriptor; }
    /// The sentence shown under the row, or empty.
    QString errorText() const;
    /// Shows a sentence under the row; an empty one takes it away. The next edit does too.
    void showError(const QString& sentence);
    /// Puts a small button in front of the label (visibility of a layer) or behind the row (new
    /// noise).
    void addLeading(QWidget* widget);
    void addTrailing(QWidget* widget);
    /// Label, slider and field without the label column (for tool bars).
    void setLabelVisible(bool visible);
    /// Width of the label column in design pixels (92).
    void setLabelWidth(double width);

    ValueSlider* slider() const { return m_slider; }
    NumberField* field() const { return m_field; }
    QComboBox* choice() const { return m_choice; }
    QCheckBox* toggle() const { return m_toggle; }

public Q_SLOTS:
    void resetToDefault();
    /// Reads descriptor, value and applicability again.
    void refresh();

protected:
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void build();
    void buildControl();
    void changeControl();
    void buildNumber();
    void buildChoice();
    void buildToggle();
    void applyMetrics();
    void fillChoices();
    void setFromControl(double value);
    void refreshToolTip(const QString& disabledReason);
    /// Whether the control does already.
    bool shows(double value) const;
    QString gestureText() const;

    // The diamond of what films move (parameter_row_motion.cpp).
    void refreshMotion();
    void placeDiamond();
    void addMotionEntry(QMenu& menu);

    ParameterSource& m_source;
    QString m_key, m_labelText;
    ParameterDescriptor m_descriptor;
    QHBoxLayout* m_line = nullptr;
    SymbolLabel* m_label = nullptr;
    ValueSlider* m_slider = nullptr;
    NumberField* m_field = nullptr;
    QComboBox* m_choice = nullptr;
    QCheckBox* m_toggle = nullptr;
    QLabel* m_error = nullptr;
    KeyDiamond* m_diamond = nullptr; ///< over the end of the label
    std::vector<ChoiceItem>
        m_shownChoices; ///< as the list shows them, with icons of the current theme
    std::optional<QString> m_shownReason; ///< why it is disabled, or empty; nothing before refresh
    double m_labelWidth = 92;
};

} // namespace scorefield::ui
