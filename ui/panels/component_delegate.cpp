// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/component_delegate.h"

#include "ui/panels/component_model.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPersistentModelIndex>
#include <QStyle>

namespace scorefield::ui {
namespace {

constexpr double kSwatch = 10, kEditorWidth = 120;

} // namespace

void ComponentDelegate::paint(QPainter* painter,
                              const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    if (index.column() != ComponentModel::Class)
        return;
    const auto* model = static_cast<const ComponentModel*>(index.model());
    const double side = px(kSwatch);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(currentTheme().classColor(model->classLabel(index.row())));
    const QPointF centre = QRectF(option.rect).center();
    painter->drawEllipse(centre, side / 2, side / 2);
    painter->restore();
}

QWidget* ComponentDelegate::createEditor(QWidget* parent,
                                         const QStyleOptionViewItem&,
                                         const QModelIndex& index) const
{
    auto* editor = new QLineEdit(parent);
    const QPersistentModelIndex cell(index);
    connect(editor, &QLineEdit::textEdited, this, [this, editor, cell](const QString& text) {
        if (!cell.isValid())
            return;
        const auto* model = static_cast<const ComponentModel*>(cell.model());
        const Status valid = model->check(cell, text);
        const QString sentence = valid ? QString() : QString::fromStdString(valid.error().message);
        editor->setProperty("error", !valid.ok());
        editor->setToolTip(sentence);
        editor->style()->unpolish(editor);
        editor->style()->polish(editor);
        Q_EMIT judged(sentence);
    });
    return editor;
}

void ComponentDelegate::updateEditorGeometry(QWidget* editor,
                                             const QStyleOptionViewItem& option,
                                             const QModelIndex&) const
{
    // A mean of many coordinates needs more room than its cell; the editor may cover its
    // neighbours.
    QRect place = option.rect;
    const int width = qMin(qMax(place.width(), px(kEditorWidth)), editor->parentWidget()->width());
    place.setWidth(width);
    if (place.right() >= editor->parentWidget()->width())
        place.moveRight(editor->parentWidget()->width() - 1);
    editor->setGeometry(place);
}

bool ComponentDelegate::eventFilter(QObject* editor, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const bool commits = key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Tab
                             || key == Qt::Key_Backtab;
        if (commits && editor->property("error").toBool())
            return true; // stay: the sentence says what is wrong, Escape gives up
        if (key == Qt::Key_Escape)
            Q_EMIT judged({});
    }
    return QStyledItemDelegate::eventFilter(editor, event);
}

} // namespace scorefield::ui
