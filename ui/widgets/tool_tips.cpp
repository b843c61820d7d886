// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tool_tips.h"

#include <QAction>
#include <QHelpEvent>
#include <QMenu>
#include <QTextDocument>
#include <QToolTip>

namespace scorefield::ui {
namespace {

constexpr qsizetype kLongestLine = 60; ///< characters that are read without losing the line

/// Of the widget itself, or of the menu entry at that place.
QString tipOf(const QWidget& widget, QPoint place)
{
    const auto* menu = qobject_cast<const QMenu*>(&widget);
    if (menu == nullptr || !menu->toolTipsVisible())
        return widget.toolTip();
    const QAction* entry = menu->actionAt(place);
    return entry != nullptr ? entry->toolTip() : QString();
}

} // namespace

QString ToolTips::wrapped(const QString& text)
{
    if (text.size() <= kLongestLine || Qt::mightBeRichText(text))
        return text;
    return QStringLiteral("<p style='margin:0; white-space:pre-wrap'>%1</p>")
        .arg(text.toHtmlEscaped());
}

bool ToolTips::eventFilter(QObject* watched, QEvent* event)
{
    auto* widget = event->type() == QEvent::ToolTip && watched->isWidgetType()
                       ? static_cast<QWidget*>(watched)
                       : nullptr;
    if (widget == nullptr)
        return QObject::eventFilter(watched, event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString tip = tipOf(*widget, help->pos()), lines = wrapped(tip);
    if (lines == tip) // as Qt shows it; without one, it asks the widget's parent
        return QObject::eventFilter(watched, event);
    QToolTip::showText(help->globalPos(), lines, widget, {}, widget->toolTipDuration());
    event->accept();
    return true;
}

} // namespace scorefield::ui
