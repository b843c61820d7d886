// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Time, value and easing of the selected keys, as numbers: what the hand on the diamonds cannot do
// exactly.
#include <QWidget>

class QComboBox;
class QLabel;

namespace scorefield::ui {

class Document;
class DopeLanes;
class IconButton;
class NumberField;

class DopeKeyEditor : public QWidget {
    Q_OBJECT
public:
    DopeKeyEditor(Document& document, DopeLanes& lanes, QWidget* parent);

    /// To type the value; nothing where it is no number.
    void typeValue();

protected:
    void changeEvent(QEvent* event) override;

private:
    void build();
    void applyMetrics();
    void refresh();
    void refreshTime();
    void refreshValue();

    Document& m_document;
    DopeLanes& m_lanes;
    QLabel* m_hint = nullptr;
    NumberField *m_time = nullptr, *m_value = nullptr;
    QLabel* m_unit = nullptr;
    QComboBox* m_easing = nullptr;
    IconButton* m_delete = nullptr;
};

} // namespace scorefield::ui
