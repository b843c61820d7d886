// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/help_sheet.h"

#include "ui/widgets/style.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QScrollArea>
#include <QVBoxLayout>

namespace scorefield::ui {

namespace {

constexpr double kKeysWidth = 150; ///< one width for all groups: their columns line up

QString row(const QString& keys, const QString& text)
{
    return QStringLiteral("<tr><td align='right' width='%3'><b>%1</b>&nbsp;&nbsp;</td><td>%2</td></tr>")
        .arg(keys.toHtmlEscaped(), text.toHtmlEscaped())
        .arg(px(kKeysWidth));
}

QString plain(QString text)
{
    return text.remove(QLatin1Char('&')).remove(QStringLiteral("…"));
}

void collect(const QMenu& menu, QString& rows)
{
    for (const QAction* action : menu.actions()) {
        if (action->menu())
            collect(*action->menu(), rows);
        else if (!action->shortcuts().isEmpty())
            rows += row(QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText)
                            .replace(QStringLiteral("; "), QStringLiteral("  ")),
                        plain(action->text()));
    }
}

QString mouseRows()
{
    return row(QDialog::tr("wheel"), QDialog::tr("zoom about the pointer"))
           + row(QDialog::tr("drag"), QDialog::tr("move the view"))
           + row(QDialog::tr("drag a mean"), QDialog::tr("move the component"))
           + row(QDialog::tr("drag a handle"),
                 QDialog::tr("stretch and turn the component along that axis"))
           + row(QDialog::tr("Alt-click"), QDialog::tr("add a component"))
           + row(QDialog::tr("click a particle"),
                 QDialog::tr("pin it: its path shows in every lane"))
           + row(QDialog::tr("click elsewhere"), QDialog::tr("unpin; the lane is selected"))
           + row(QDialog::tr("right button"),
                 QDialog::tr("class of a component, duplicate, delete"))
           + row(QDialog::tr("Tab, arrows"),
                 QDialog::tr(
                     "go through the components, move the selected one (Shift: ten times as far)"));
}

} // namespace

HelpSheet::HelpSheet(const QMenuBar& menus, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("helpSheet"));
    setWindowTitle(tr("Scorefield: help and keys"));
    QString text = tr("<p>Every lane simulates the same data from the same noise. Change anything: "
                      "all of it is computed again at once. "
                      "The tool tip of a control has its formula and source.</p>");
    text += QStringLiteral("<h4>%1</h4><table>%2</table>").arg(tr("On the lanes"), mouseRows());
    for (const QAction* top : menus.actions()) {
        QString rows;
        collect(*top->menu(), rows);
        text += QStringLiteral("<h4>%1</h4><table>%2</table>").arg(plain(top->text()), rows);
    }
    auto* label = new QLabel(text, this);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* area = new QScrollArea(this);
    area->setWidget(label);
    area->setWidgetResizable(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(area, 1);
    column->addWidget(buttons);
    resize(px(480), px(640));
}

} // namespace scorefield::ui
