// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The right side of the window: everything about the selected lane, built from the parameter table.
// It knows families (process, grid, sampler, guidance) but no variant of them.
#include "ui/document/engine.h"

#include <QHash>
#include <QStringList>
#include <QWidget>

#include <memory>

class QLabel;
class QVBoxLayout;

namespace scorefield::ui {

class Document;
class ParameterRow;
class MatchPanel;
class Section;
class SegmentedControl;

class LanePanel : public QWidget {
    Q_OBJECT
public:
    explicit LanePanel(Document& document, QWidget* parent = nullptr);
    ~LanePanel() override;

    int selectedLane() const { return m_lane; }

public Q_SLOTS:
    void selectLane(int lane);
    /// The run whose figures stand at the foot of the panel.
    void setProduct(std::shared_ptr<const scorefield::RunProduct> product);
    /// 0…1 of the network that lanes wait for.
    void setTraining(double share);

Q_SIGNALS:
    void laneSelected(int lane);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QString shortLabel(const QString& key, const QString& family) const;
    double labelWidth() const;
    void refresh(const Changes& changes);
    void refreshTabs();
    void rebuild();
    void refreshFormulas();
    void refreshFacts();

    Document& m_document;
    std::shared_ptr<const RunProduct> m_product;
    int m_lane = 0;
    double m_training = 0;
    SegmentedControl* m_tabs = nullptr;
    MatchPanel* m_match = nullptr;
    QVBoxLayout* m_sections = nullptr;
    QStringList m_keys;                    ///< of the rows that exist
    QHash<QString, Section*> m_sectionOf;  ///< by family
    QHash<QString, QLabel*> m_formulaOf;   ///< by family
    QHash<QString, ParameterRow*> m_rowOf; ///< by key
    QLabel* m_facts = nullptr;
};

} // namespace scorefield::ui
