// SPDX-License-Identifier: GPL-3.0-or-later
// Tool tips as the window shows them: long plain sentences are broken into lines.
#include "ui/widgets/style.h"
#include "ui/widgets/tool_tips.h"

#include <QApplication>
#include <QHelpEvent>
#include <QTest>
#include <QToolTip>
#include <QWidget>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::ui;

class TestToolTips : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, render::Theme::darkTheme()); }

    void plainToolTipsAreBrokenIntoLines()
    {
        const auto shown = [](const QString& text) {
            QWidget widget;
            widget.resize(100, 40);
            widget.show();
            widget.setToolTip(text);
            QHelpEvent event(QEvent::ToolTip, {20, 20}, widget.mapToGlobal(QPoint(20, 20)));
            QApplication::sendEvent(&widget, &event);
            const QWidgetList windows = QApplication::topLevelWidgets();
            const auto tip =
                std::find_if(windows.begin(), windows.end(), [](const QWidget* window) {
                    return window->inherits("QTipLabel") && window->isVisible();
                });
            const QSize size = tip != windows.end() ? (*tip)->size() : QSize();
            QToolTip::hideText();
            return size;
        };
        const QString sentence = QStringLiteral("The warp needs a lane whose steps are all < 1. ");
        const QSize line = shown(sentence.trimmed());
        const QSize lines = shown(sentence.repeated(6).trimmed());
        QVERIFY(line.height() > 0 && line.width() > 0);
        QVERIFY2(lines.height() > 2.5 * line.height() && lines.width() < 2.5 * line.width(),
                 qPrintable(QStringLiteral("%1 x %2").arg(lines.width()).arg(lines.height())));
        QVERIFY(ToolTips::wrapped(sentence.repeated(2)).contains(QStringLiteral("&lt; 1")));
        const QString rich = QStringLiteral("<p>%1</p>").arg(sentence.repeated(3));
        QCOMPARE(ToolTips::wrapped(rich), rich);
    }
};

QTEST_MAIN(TestToolTips)
#include "tst_tool_tips.moc"
