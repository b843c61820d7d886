// SPDX-License-Identifier: GPL-3.0-or-later
// What the buttons and the class swatches of the component table do.
#include "ui/document/document.h"
#include "ui/panels/class_sets_dialog.h"
#include "ui/panels/component_model.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/mixture_edit.h"
#include "ui/widgets/style.h"

#include <QMenu>

#include <algorithm>

namespace scorefield::ui {
namespace {

constexpr int kClassWindow = 24; // entries of the class menu around the current class

} // namespace

void DataPanel::addComponent()
{
    const int like = selectedComponent();
    int added = -1;
    const Status status = m_document.edit(
        tr("Add Component"), [&](Session& session) { added = ui::addComponent(session, like); });
    if (status)
        selectComponent(added);
    else
        showError(QString::fromStdString(status.error().message));
}

void DataPanel::duplicateComponent()
{
    const int component = selectedComponent();
    if (component < 0)
        return;
    int added = -1;
    const Status status = m_document.edit(tr("Duplicate Component"), [&](Session& session) {
        added = ui::duplicateComponent(session, component);
    });
    if (status)
        selectComponent(added);
    else
        showError(QString::fromStdString(status.error().message));
}

void DataPanel::deleteComponent()
{
    const int component = selectedComponent();
    if (component < 0 || m_model->rowCount() < 2)
        return;
    const Status status = m_document.edit(
        tr("Delete Component"), [&](Session& session) { ui::deleteComponent(session, component); });
    if (!status)
        showError(QString::fromStdString(status.error().message));
}

void DataPanel::chooseClass(int component, const QPoint& globalPosition)
{
    const MixtureSpec& mixture = *m_document.session().data;
    const int current = m_model->classLabel(component);
    const int count = mixture.classCount();
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("classes"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const int first = std::clamp(current - kClassWindow / 2, 0, std::max(0, count - kClassWindow));
    for (int label = first; label < std::min(count, first + kClassWindow); ++label) {
        QAction* action =
            menu->addAction(classIcon(label),
                            QString::fromStdString(mixture.className(label)),
                            this,
                            [this, component, label] { editClass(component, label); });
        action->setCheckable(true);
        action->setChecked(label == current);
    }
    menu->addSeparator();
    menu->addAction(classIcon(count), tr("New class"), this, [this, component, count] {
        editClass(component, count);
    });
    menu->popup(globalPosition);
}

void DataPanel::editSets()
{
    auto* dialog = new ClassSetsDialog(m_document, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show(); // beside the window, whose lanes follow
}

void DataPanel::editClass(int component, int label)
{
    const Status status = m_document.edit(tr("Change Class"), [&](Session& session) {
        setComponentClass(session, component, label);
    });
    if (!status)
        showError(QString::fromStdString(status.error().message));
}

} // namespace scorefield::ui
