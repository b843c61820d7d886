// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/schedule_editor.h"

#include "core/session/lane_plan.h"
#include "ui/document/document.h"
#include "ui/panels/schedule_shapes.h"
#include "ui/panels/weight_shapes.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

namespace {

const QString kOpenKey = QStringLiteral("schedule/open");
const QString kUpKey = QStringLiteral("schedule/up");
const QString kStepsKey = QStringLiteral("schedule/steps");
const QString kSnapKey = QStringLiteral("schedule/snap");

enum Up { kLambdaUp, kNoiseUp, kWeightUp };

bool stored(const QString& key, bool otherwise)
{
    return QSettings().value(key, otherwise).toBool();
}

} // namespace

ScheduleEditor::ScheduleEditor(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
{
    setObjectName(QStringLiteral("scheduleEditor"));
    build();
    applyMetrics();
    m_up->setCurrentIndex(std::clamp(QSettings().value(kUpKey, 0).toInt(), 0, int{kWeightUp}));
    m_across->setCurrentIndex(stored(kStepsKey, false) ? 1 : 0);
    m_snap->setChecked(stored(kSnapKey, false));
    m_canvas->setSnapping(m_snap->isChecked());
    applyAxes();
    setOpen(stored(kOpenKey, true));
    connect(&m_document, &Document::sessionChanged, this, &ScheduleEditor::refresh);
    refreshButtons();
}

void ScheduleEditor::build()
{
    m_fold = new IconButton(QStringLiteral("chevron-right"),
                            tr("Show or hide the schedule"),
                            this,
                            QStringLiteral("chevron-down"));
    m_fold->setObjectName(QStringLiteral("scheduleFold"));
    m_fold->setCheckable(true);
    connect(m_fold, &IconButton::clicked, this, &ScheduleEditor::setOpen);
    m_title = new QLabel(tr("Schedule").toUpper(), this);
    m_title->setProperty("caps", true);
    m_title->setAccessibleName(tr("Schedule"));

    m_up =
        new SegmentedControl({QStringLiteral("λ"), QStringLiteral("σ̃"), QStringLiteral("w")}, this);
    m_up->setObjectName(QStringLiteral("scheduleUp"));
    m_up->setSegmentToolTip(0, tr("Up: log-SNR λ = log α/σ"));
    m_up->setSegmentToolTip(1, tr("Up: noise level σ̃ = σ/α, logarithmic"));
    m_up->setSegmentToolTip(2, tr("Up: guidance weight w, with the largest safe one"));
    m_across = new SegmentedControl({QStringLiteral("t/T"), tr("step")}, this);
    m_across->setObjectName(QStringLiteral("scheduleAcross"));
    m_across->setSegmentToolTip(0, tr("Across: time as a fraction of T"));
    m_across->setSegmentToolTip(1, tr("Across: steps of the selected lane"));
    for (SegmentedControl* control : {m_up, m_across})
        connect(control, &SegmentedControl::activated, this, [this] {
            QSettings settings;
            settings.setValue(kUpKey, m_up->currentIndex());
            settings.setValue(kStepsKey, m_across->currentIndex() == 1);
            applyAxes();
        });

    m_snap = new QPushButton(tr("Snap"), this);
    m_snap->setObjectName(QStringLiteral("scheduleSnap"));
    m_snap->setCheckable(true);
    m_snap->setToolTip(tr("Drags catch on decades and round values of σ̃, half λ, and the steps of "
                          "other lanes. Ctrl while dragging does the opposite."));
    connect(m_snap, &QPushButton::toggled, this, [this](bool on) {
        m_canvas->setSnapping(on);
        QSettings().setValue(kSnapKey, on);
    });
    m_presets = new QPushButton(tr("Presets"), this);
    m_presets->setObjectName(QStringLiteral("schedulePresets"));
    auto* menu = new QMenu(m_presets);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        fillPresets(menu);
    });
    m_presets->setMenu(menu);
    // The style sheet's default puts the arrow of a button with a menu into its lower corner.
    m_presets->setStyleSheet(
        QStringLiteral("QPushButton { padding-right: 22px; } QPushButton::menu-indicator { "
                       "subcontrol-position: center right; right: 7px; }"));
    m_custom = new QPushButton(tr("Edit as custom"), this);
    m_custom->setObjectName(QStringLiteral("scheduleCustom"));
    connect(m_custom, &QPushButton::clicked, this, [this] {
        showsWeights() ? drawWeight() : editAsCustom();
    });

    m_canvas = new ScheduleCanvas(m_document, this);
    connect(m_canvas, &ScheduleCanvas::rejected, this, &ScheduleEditor::rejected);
    connect(m_canvas, &ScheduleCanvas::contextMenuWanted, this, &ScheduleEditor::fillPresets);
    m_weights = new WeightCanvas(m_document, this);
    connect(m_weights, &WeightCanvas::rejected, this, &ScheduleEditor::rejected);
    connect(m_weights, &WeightCanvas::contextMenuWanted, this, &ScheduleEditor::fillPresets);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_canvas);
    m_stack->addWidget(m_weights);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_line = new QHBoxLayout;
    m_line->addWidget(m_fold);
    m_line->addWidget(m_title);
    m_line->addStretch(1);
    for (QWidget* control : {static_cast<QWidget*>(m_up),
                             static_cast<QWidget*>(m_across),
                             static_cast<QWidget*>(m_snap),
                             static_cast<QWidget*>(m_presets),
                             static_cast<QWidget*>(m_custom)})
        m_line->addWidget(control);
    column->addLayout(m_line);
    column->addWidget(m_stack);
}

void ScheduleEditor::applyMetrics()
{
    m_line->setContentsMargins(px(8), px(4), px(12), px(2));
    m_line->setSpacing(px(8));
    m_title->setFont(capsFont());
}

void ScheduleEditor::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::StyleChange && m_line != nullptr)
        applyMetrics();
    QWidget::changeEvent(event);
}

void ScheduleEditor::applyAxes()
{
    m_canvas->setAxes(m_across->currentIndex() == 1, m_up->currentIndex() == kNoiseUp);
    m_weights->setSteps(m_across->currentIndex() == 1);
    m_stack->setCurrentWidget(showsWeights() ? static_cast<QWidget*>(m_weights) : m_canvas);
    m_snap->setVisible(m_open && !showsWeights());
    refreshButtons();
    refreshPlayHead();
}

bool ScheduleEditor::showsWeights() const
{
    return m_up->currentIndex() == kWeightUp;
}

void ScheduleEditor::setOpen(bool open)
{
    const bool changed = open != m_open;
    m_open = open;
    m_fold->setChecked(open);
    m_stack->setVisible(open);
    for (QWidget* control : {static_cast<QWidget*>(m_up),
                             static_cast<QWidget*>(m_across),
                             static_cast<QWidget*>(m_snap),
                             static_cast<QWidget*>(m_presets),
                             static_cast<QWidget*>(m_custom)})
        control->setVisible(open && (control != m_snap || !showsWeights()));
    setSizePolicy(QSizePolicy::Preferred, open ? QSizePolicy::Preferred : QSizePolicy::Fixed);
    if (!changed)
        return;
    QSettings().setValue(kOpenKey, open);
    if (open) {
        m_canvas->rebuild();
        m_weights->rebuild();
    }
    Q_EMIT openChanged(open);
}

void ScheduleEditor::setLane(int lane)
{
    m_lane = lane;
    m_canvas->setLane(lane);
    m_weights->setLane(lane);
    refreshButtons();
    refreshPlayHead();
}

void ScheduleEditor::setProduct(const std::shared_ptr<const RunProduct>& product)
{
    m_product = product;
    m_weights->setProduct(product);
    m_levels = product ? product->levels() : std::vector<std::vector<PathCoefficients>>{};
    refreshPlayHead();
}

void ScheduleEditor::refreshPlayHead()
{
    if (!m_open || m_lane >= static_cast<int>(m_levels.size())
        || m_levels[static_cast<std::size_t>(m_lane)].size() < 2)
        return;
    const Timeline& timeline = m_document.session().timeline;
    const double step = stepAtPosition(timeline, timeline.position, m_levels, m_lane);
    m_canvas->setPlayStep(step);
    m_weights->setPlayStep(step);
}

void ScheduleEditor::refresh(const Changes& changes)
{
    if (changes.timeline)
        refreshPlayHead();
    if (changes.laneCount)
        m_canvas->rebuild();
    else if (changes.anySimulation())
        m_canvas->rebuild(changes.simulation);
    if (showsWeights() && (changes.laneCount || changes.anySimulation()))
        m_weights->rebuild();
    if (changes.laneCount || changes.anySimulation()) {
        m_lane = std::min(m_lane, static_cast<int>(m_document.session().lanes.size()) - 1);
        refreshButtons();
    }
}

void ScheduleEditor::refreshButtons()
{
    if (showsWeights()) {
        const bool drawn = m_weights->hasPoints();
        m_custom->setText(tr("Draw w(t)"));
        m_custom->setEnabled(!drawn);
        m_custom->setToolTip(
            drawn ? tr("The weight has control points already: drag them, double-click adds one.")
                  : tr("Give the weight control points: a drawn weight that looks the same"));
        m_presets->setToolTip(tr("Draw the weight of a known rule, or the safe bound"));
        return;
    }
    m_custom->setText(tr("Edit as custom"));
    m_presets->setToolTip(
        tr("Start from the curve of a known process, or the steps of a known grid"));
    const bool custom = m_canvas->handles().hasProcessPoints();
    m_custom->setEnabled(!custom);
    m_custom->setToolTip(
        custom ? tr("The process has control points already: drag them, double-click adds one.")
               : tr("Give the process control points: a custom process with this λ(t)"));
}

bool ScheduleEditor::setChoice(const QString& text, Choice Lane::*part, const Choice& choice)
{
    const Status edited = m_document.edit(text, [&](Session& session) {
        for (std::size_t i = 0; i < session.lanes.size(); ++i)
            if (static_cast<int>(i) == m_lane || session.view.linkLanes != 0)
                session.lanes[i].*part = choice;
    });
    return edited.ok(); // errors are emitted
}

} // namespace scorefield::ui
