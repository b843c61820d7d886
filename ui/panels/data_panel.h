// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The left side of the window: what is simulated (preset, components, fit), how many particles, and
// which layers show it.
#include "core/session/session.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;
class QToolButton;
class QVBoxLayout;

namespace scorefield::ui {

class ComponentModel;
class Document;
class IconButton;
class ParameterRow;
class Section;

class DataPanel : public QWidget {
    Q_OBJECT
public:
    explicit DataPanel(Document& document, QWidget* parent = nullptr);
    ~DataPanel() override;

    /// The row of the table that is selected, -1: none.
    int selectedComponent() const;

public Q_SLOTS:
    /// Selects and shows a row; -1 clears. Emits componentSelected only if the selection changes.
    void selectComponent(int component);
    /// Opens the fit dialog, on this file if given (CSV or NPY dropped on the window).
    void fitFile(const QString& path = {});
    void addComponent();
    void duplicateComponent();
    void deleteComponent();
    /// A new random seed.
    void newNoise();

Q_SIGNALS:
    void componentSelected(int component);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void buildData(QVBoxLayout* column);
    void buildComponents(QVBoxLayout* column);
    void buildParticles(QVBoxLayout* column);
    void buildLayers(QVBoxLayout* column);
    void buildView(QVBoxLayout* column);
    void refresh(const Changes& changes);
    void refreshInfo();
    void refreshTable();
    void fitColumns();
    void loadPreset(int index);
    void chooseClass(int component, const QPoint& globalPosition);
    void editSets();
    void editClass(int component, int label);
    void showError(const QString& message);

    Document& m_document;
    QComboBox* m_preset = nullptr;
    QToolButton* m_about = nullptr;
    QLabel* m_description = nullptr;
    ComponentModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_tableError = nullptr;
    IconButton *m_duplicate = nullptr, *m_delete = nullptr;
    Section* m_viewSection = nullptr;
};

} // namespace scorefield::ui
