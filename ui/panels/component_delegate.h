// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Draws the class swatch of a component and edits the other cells: text is judged while it is
// typed, and what cannot be is neither taken nor thrown away.
#include <QStyledItemDelegate>

namespace scorefield::ui {

class ComponentDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent,
                          const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor,
                              const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;

Q_SIGNALS:
    /// While typing: the sentence that says why the text cannot be, or empty.
    void judged(const QString& sentence) const;

protected:
    bool eventFilter(QObject* editor, QEvent* event) override;
};

} // namespace scorefield::ui
