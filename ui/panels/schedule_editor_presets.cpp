// SPDX-License-Identifier: GPL-3.0-or-later
// Where a schedule or a weight may begin: a known process, grid or rule, or a file of levels.
#include "core/process/levels_file.h"
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/panels/schedule_editor.h"
#include "ui/panels/schedule_shapes.h"
#include "ui/panels/weight_shapes.h"

#include <QFileDialog>
#include <QMenu>
#include <QPushButton>

#include <algorithm>

namespace scorefield::ui {

void ScheduleEditor::chooseLevelsFile()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Levels from a file"), {}, tr("Noise levels σ̃ (*.npy *.csv *.txt)"));
    if (!path.isEmpty())
        useLevelsFile(path);
}

bool ScheduleEditor::useLevelsFile(const QString& path)
{
    const auto levels = readLevelsFile(path.toStdString());
    if (!levels) {
        Q_EMIT rejected(QString::fromStdString(levels.error().sentence()));
        return false;
    }
    Choice grid = makeChoice(givenLevels()->info);
    grid.points.clear();
    for (const double level : *levels)
        grid.points.push_back({static_cast<double>(grid.points.size()), level});
    if (const auto status = givenLevels()->info.points->validate(grid.points); !status) {
        Q_EMIT rejected(path + QStringLiteral(": ")
                        + QString::fromStdString(status.error().message));
        return false;
    }
    return setChoice(tr("Levels from a file"), &Lane::grid, grid);
}

void ScheduleEditor::editAsCustom()
{
    const Lane& lane = m_document.session().lanes[static_cast<std::size_t>(m_lane)];
    const auto custom = asCustom(lane.process);
    if (!custom) {
        Q_EMIT rejected(tr("This process cannot be given by control points of λ(t)."));
        return;
    }
    setChoice(tr("Edit as custom"), &Lane::process, *custom);
}

void ScheduleEditor::drawWeight()
{
    const LaneSchedule* schedule = m_canvas->schedule();
    if (schedule == nullptr || schedule->steps() < 1)
        return;
    const Choice& now = m_document.session().lanes[static_cast<std::size_t>(m_lane)].guidance;
    const bool guided = now.values.contains("target");
    Choice drawn = makeChoice(drawnWeight().info, now.values);
    if (guided)
        drawn = asDrawnWeight(
            [this](const PathCoefficients& level) { return m_weights->weightAt(level); },
            *schedule,
            now.values.at("target"));
    setChoice(tr("Draw w(t)"), &Lane::guidance, drawn);
}

void ScheduleEditor::fillPresets(QMenu* menu)
{
    showsWeights() ? fillWeightPresets(menu) : fillSchedulePresets(menu);
}

void ScheduleEditor::fillWeightPresets(QMenu* menu)
{
    const LaneSchedule* schedule = m_canvas->schedule();
    if (schedule == nullptr || schedule->steps() < 1)
        return;
    const Choice& now = m_document.session().lanes[static_cast<std::size_t>(m_lane)].guidance;
    const double target = now.values.contains("target") ? now.values.at("target") : 0;
    QMenu* shapes = menu->addMenu(tr("Draw w(t) from"));
    shapes->setObjectName(QStringLiteral("weightShapes"));
    for (const WeightShape& shape :
         weightShapes(now, *schedule, m_product ? m_product->mixture : nullptr))
        shapes->addAction(shape.label, this, [this, shape] {
            setChoice(tr("Draw w(t) from %1").arg(shape.label), &Lane::guidance, shape.choice);
        });
    const std::vector<double> safe = m_weights->safeBound();
    QAction* bound = menu->addAction(tr("Draw the safe bound"), this, [this, safe, target] {
        const LaneSchedule* lane = m_canvas->schedule();
        if (lane == nullptr || safe.size() + 1 != lane->levels.size())
            return;
        const auto weight = [&](const PathCoefficients& level) {
            const auto k = static_cast<std::size_t>(
                std::clamp(lane->stepAtTime(level.t), 0.0, static_cast<double>(safe.size()) - 1));
            return safe[k];
        };
        setChoice(tr("Draw the safe bound"), &Lane::guidance, asDrawnWeight(weight, *lane, target));
    });
    bound->setEnabled(!safe.empty());
    menu->addSeparator();
    addPointResets(menu);
    menu->addAction(tr("Draw w(t)"), this, &ScheduleEditor::drawWeight)
        ->setEnabled(m_custom->isEnabled());
}

void ScheduleEditor::fillSchedulePresets(QMenu* menu)
{
    const Lane& lane = m_document.session().lanes[static_cast<std::size_t>(m_lane)];
    QMenu* curves = menu->addMenu(tr("Draw λ(t) from"));
    curves->setObjectName(QStringLiteral("curveShapes"));
    for (const ScheduleShape& shape : processShapes())
        curves->addAction(shape.label, this, [this, shape] {
            setChoice(tr("Draw λ(t) from %1").arg(shape.label), &Lane::process, shape.choice);
        });
    QMenu* steps = menu->addMenu(tr("Give the steps of"));
    steps->setObjectName(QStringLiteral("stepShapes"));
    const int count = m_canvas->schedule() != nullptr ? m_canvas->schedule()->steps() : 40;
    for (const ScheduleShape& shape : gridShapes(lane.process, count))
        steps->addAction(shape.label, this, [this, shape] {
            setChoice(tr("Give the steps of %1").arg(shape.label), &Lane::grid, shape.choice);
        });
    steps->setEnabled(m_canvas->handles().whyFixed().isEmpty() && !steps->isEmpty());
    QAction* file =
        menu->addAction(tr("Levels from a file…"), this, &ScheduleEditor::chooseLevelsFile);
    file->setEnabled(m_canvas->handles().whyFixed().isEmpty());
    menu->addSeparator();
    addPointResets(menu);
    QAction* custom = menu->addAction(tr("Edit as custom"), this, &ScheduleEditor::editAsCustom);
    custom->setEnabled(m_custom->isEnabled());
}

void ScheduleEditor::addPointResets(QMenu* menu)
{
    const QString prefix = QStringLiteral("lanes.%1.").arg(m_lane);
    for (const std::string& key : pointsKeys(m_document.session())) {
        const QString name = QString::fromStdString(key);
        if (!name.startsWith(prefix))
            continue;
        const bool ofProcess = name.startsWith(prefix + QStringLiteral("process."));
        const bool ofGrid = name.startsWith(prefix + QStringLiteral("grid."));
        menu->addAction(ofProcess ? tr("Reset the process's points")
                        : ofGrid  ? tr("Reset the grid's points")
                                  : tr("Reset the points of w"),
                        this,
                        [this, name] {
                            const auto info =
                                describePoints(m_document.session(), name.toStdString());
                            if (info)
                                (void)m_document.setPoints(name, info->defaultPoints);
                        });
    }
}

} // namespace scorefield::ui
