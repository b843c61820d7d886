// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The matched comparison as a ladder: the switch, and while it is on what lanes share, each part
// with what it adds to the gap between the selected lane and the first.
#include "core/session/session_run.h"
#include "ui/document/ladder_worker.h"

#include <QWidget>

#include <array>
#include <memory>

class QLabel;
class QVBoxLayout;

namespace scorefield {
struct Changes;
}

namespace scorefield::ui {

class ContributionBar;
class Document;
class ParameterRow;

class MatchPanel : public QWidget {
    Q_OBJECT
public:
    explicit MatchPanel(Document& document, QWidget* parent = nullptr);
    ~MatchPanel() override;

    /// Compared with the first; the second while the first is selected.
    void selectLane(int lane);
    void setProduct(std::shared_ptr<const RunProduct> product);
    bool isComputing() const { return m_worker.isBusy(); }
    /// Of a part of view.match ("view.match.grid"); null: it is none.
    ContributionBar* barOf(const QString& key) const;

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Rung {
        MatchRung rung = MatchRung::Spacing;
        ParameterRow* row = nullptr;
        ContributionBar* bar = nullptr;
    };

    void addRung(Rung& rung, QVBoxLayout* column);
    void refresh(const Changes& changes);
    void refreshVisibility();
    void ask();
    void present(const std::shared_ptr<const LaneComparison>& comparison);
    void setStale();
    int comparedLane() const;

    Document& m_document;
    LadderWorker m_worker;
    std::shared_ptr<const RunProduct> m_product;
    std::shared_ptr<const LaneComparison> m_shown;
    int m_selected = 0;
    QWidget* m_ladder = nullptr;
    QLabel* m_summary = nullptr;
    std::array<Rung, kMatchRungs - 1> m_rungs{};
};

} // namespace scorefield::ui
