// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What tests of the export dialogs share: a window over a small, quick session, and real events on
// the rows of a form.
#include "tests/support/window_fixture.h"
#include "ui/exports/export_dialog.h"
#include "ui/exports/export_queue.h"
#include "ui/exports/export_strip.h"
#include "ui/exports/figure_dialog.h"
#include "ui/exports/video_dialog.h"
#include "ui/widgets/number_field.h"
#include "ui/window/window_exports.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>

namespace scorefield::ui {

class ExportFixture : public WindowFixture {
public:
    /// Paused, with few particles and steps.
    void openSmall()
    {
        open();
        pause();
        QVERIFY(document().setValue(QStringLiteral("particles.count"), 60));
        for (int lane = 0; lane < 2; ++lane)
            QVERIFY(document().setValue(QStringLiteral("lanes.%1.grid.steps").arg(lane), 8));
        Timeline timeline = session().timeline;
        timeline.position = 0.6;
        document().setTimeline(timeline);
        settle();
    }

    ExportQueue& queue() { return window().exports().queue(); }

    /// The dialog that the keys open.
    template <class Dialog>
    Dialog* openDialog(const char* name, Qt::KeyboardModifiers modifiers)
    {
        QApplication::setActiveWindow(&window()); // keys of the window go to the active one
        QTest::keyClick(&canvas(), Qt::Key_E, modifiers);
        auto* dialog = find<Dialog>(name);
        if (dialog == nullptr || !QTest::qWaitForWindowExposed(dialog, kPatienceMs))
            return nullptr;
        QApplication::setActiveWindow(dialog);
        return dialog;
    }
    FigureDialog* openFigure()
    {
        return openDialog<FigureDialog>("figureDialog", Qt::ControlModifier);
    }
    VideoDialog* openVideo()
    {
        return openDialog<VideoDialog>("videoDialog", Qt::ControlModifier | Qt::ShiftModifier);
    }

    template <class Widget>
    static Widget* control(QWidget* dialog, const char* key)
    {
        auto* widget = dialog->findChild<Widget*>(QLatin1String(key));
        if (widget == nullptr)
            return nullptr;
        for (QWidget* up = widget->parentWidget(); up != nullptr; up = up->parentWidget())
            if (auto* area = qobject_cast<QScrollArea*>(up))
                area->ensureWidgetVisible(widget);
        return widget;
    }

    static void type(QWidget* dialog, const char* key, const QString& text)
    {
        auto* field = control<QLineEdit>(dialog, key);
        QVERIFY2(field, key);
        QVERIFY2(field->isEnabled(), key);
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
    }

    /// With the keys: Home, then down.
    static void choose(QWidget* dialog, const char* key, int index)
    {
        auto* box = control<QComboBox>(dialog, key);
        QVERIFY2(box, key);
        QVERIFY2(box->isEnabled(), key);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < index; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(box->currentIndex(), index);
    }

    static void click(QWidget* dialog, const char* key)
    {
        auto* button = control<QAbstractButton>(dialog, key);
        QVERIFY2(button, key);
        QVERIFY2(button->isEnabled(), qPrintable(button->toolTip()));
        QTest::mouseClick(button, Qt::LeftButton);
    }

    /// A segment of a segmented control.
    static void clickSegment(QWidget* dialog, const char* key, int index)
    {
        auto* group = control<QWidget>(dialog, key);
        QVERIFY2(group, key);
        QTest::mouseClick(group->findChildren<QPushButton*>().at(index), Qt::LeftButton);
    }

    static QString text(QWidget* dialog, const char* key)
    {
        const auto* label = dialog->findChild<QLabel*>(QLatin1String(key));
        return label != nullptr && !label->isHidden() ? label->text() : QString();
    }

    static QByteArray contentOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void waitForQueue() { QTRY_VERIFY_WITH_TIMEOUT(!queue().isBusy(), kPatienceMs); }

    /// An empty folder of its own.
    QString folder(const char* name)
    {
        const QString path = filePath(name);
        QDir(path).removeRecursively();
        return QDir().mkpath(path) ? path : QString();
    }
};

} // namespace scorefield::ui
