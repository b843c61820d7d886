// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The schedule editor above the time bar: the noise schedule or the guidance weights along it, with
// the choices of axes, snapping and presets. It folds down to its title; what is open and how it
// looks is remembered.
#include "core/session/session_run.h"
#include "ui/panels/schedule_canvas.h"
#include "ui/panels/weight_canvas.h"

#include <QWidget>

#include <memory>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace scorefield::ui {

class Document;
class IconButton;
class SegmentedControl;

class ScheduleEditor : public QWidget {
    Q_OBJECT
public:
    explicit ScheduleEditor(Document& document, QWidget* parent = nullptr);

    ScheduleCanvas* canvas() const { return m_canvas; }
    WeightCanvas* weights() const { return m_weights; }
    bool showsWeights() const;
    bool isOpen() const { return m_open; }

public Q_SLOTS:
    void setLane(int lane);
    /// The run that is played: its levels say which step the play position is.
    void setProduct(const std::shared_ptr<const scorefield::RunProduct>& product);
    void setOpen(bool open);
    /// The selected lane's process becomes the custom one with the same lambda(t).
    void editAsCustom();
    /// The selected lane's rule becomes a drawn weight that looks the same.
    void drawWeight();
    /// The grid of the lane becomes the noise levels of a file (NPY list, or text with one number
    /// after the other). What is wrong with them is said; the grid then stays.
    bool useLevelsFile(const QString& path);

Q_SIGNALS:
    void openChanged(bool open);
    void rejected(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    void build();
    void applyMetrics();
    void applyAxes();
    void refresh(const Changes& changes);
    void refreshButtons();
    void refreshPlayHead();
    void fillPresets(QMenu* menu);
    void fillSchedulePresets(QMenu* menu);
    void fillWeightPresets(QMenu* menu);
    void addPointResets(QMenu* menu);
    bool setChoice(const QString& text, Choice Lane::*part, const Choice& choice);
    void chooseLevelsFile();

    Document& m_document;
    int m_lane = 0;
    bool m_open = true;
    std::vector<std::vector<PathCoefficients>> m_levels; ///< of the run that is played
    QHBoxLayout* m_line = nullptr;
    IconButton* m_fold = nullptr;
    QLabel* m_title = nullptr;
    SegmentedControl *m_up = nullptr, *m_across = nullptr;
    QPushButton *m_snap = nullptr, *m_presets = nullptr, *m_custom = nullptr;
    QStackedWidget* m_stack = nullptr;
    ScheduleCanvas* m_canvas = nullptr;
    WeightCanvas* m_weights = nullptr;
    std::shared_ptr<const RunProduct> m_product;
};

} // namespace scorefield::ui
