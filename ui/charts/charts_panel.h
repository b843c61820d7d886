// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The content of the charts dock: what the current run says over time, its collapse read-outs, its
// basins with and without guidance, its way to the ridge and along it, and studies. Nothing is
// computed while it is hidden, and only what the page in sight shows.
#include "core/session/session.h"
#include "ui/document/analyst.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace scorefield::ui {

class BasinsPage;
class CollapsePage;
class Document;
class OverTimePage;
class RidgePage;
class SegmentedControl;
class StudyPage;

class ChartsPanel : public QWidget {
    Q_OBJECT
public:
    enum Page { OverTimeCurves, Collapse, Basins, Ridge, Studies };

    explicit ChartsPanel(Document& document, QWidget* parent = nullptr);

    Analyst& analyst() { return m_analyst; }
    OverTimePage* overTime() const { return m_overTime; }
    CollapsePage* collapse() const { return m_collapse; }
    BasinsPage* basins() const { return m_basins; }
    RidgePage* ridge() const { return m_ridge; }
    StudyPage* studies() const { return m_studies; }
    int page() const;
    void setPage(int page);

Q_SIGNALS:
    /// The page in sight as a figure.
    void figureRequested(scorefield::FigureContent content);

public Q_SLOTS:
    void setProduct(const std::shared_ptr<const scorefield::RunProduct>& product);
    void setLane(int lane);
    void setPinned(int particle); ///< -1: none

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void build();
    void askFor();
    void present(const std::shared_ptr<const RunAnalysis>& analysis);
    void onSessionChanged(const Changes& changes);

    Document& m_document;
    Analyst m_analyst;
    std::shared_ptr<const RunProduct> m_product;
    RidgeThresholds m_thresholds; ///< of the session, when it last changed
    SegmentedControl* m_pages = nullptr;
    QPushButton *m_copy = nullptr, *m_figure = nullptr;
    QStackedWidget* m_stack = nullptr;
    OverTimePage* m_overTime = nullptr;
    CollapsePage* m_collapse = nullptr;
    BasinsPage* m_basins = nullptr;
    RidgePage* m_ridge = nullptr;
    StudyPage* m_studies = nullptr;
};

} // namespace scorefield::ui
