// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The schedule editor on the screen, with a hand: presses, drags and keys as the window system
// sends them.
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/panels/schedule_editor.h"

#include <QApplication>
#include <QTest>

#include <vector>

namespace scorefield::test {

using ui::ScheduleHandle;

struct ShownSchedule {
    ui::Document document;
    ui::ScheduleEditor editor{document};

    ShownSchedule()
    {
        editor.resize(900, 220);
        editor.show();
        if (!QTest::qWaitForWindowExposed(&editor))
            qFatal("the editor was not shown");
        editor.activateWindow();
        QTest::qWait(20);
    }

    ui::ScheduleCanvas& canvas() { return *editor.canvas(); }
    const Lane& lane(int index = 0) const
    {
        return document.session().lanes[static_cast<std::size_t>(index)];
    }
    std::vector<double> noise() { return noiseOf(*canvas().schedule()); }
    static std::vector<double> noiseOf(const ui::LaneSchedule& schedule)
    {
        std::vector<double> values;
        for (const PathCoefficients& level : schedule.levels)
            values.push_back(level.sigmaTilde());
        return values;
    }

    void set(const char* key, const char* text)
    {
        QVERIFY(document
                    .edit(QStringLiteral("set"),
                          [&](Session& session) {
                              const Status set = setParameterText(session, key, text);
                              if (!set)
                                  qFatal("%s", set.error().message.c_str());
                          })
                    .ok());
        document.undoStack().clear();
    }

    /// Press, three moves, release.
    void drag(ScheduleHandle::Kind kind, int index, QPoint by, Qt::KeyboardModifiers modifiers = {})
    {
        const QPoint from = canvas().handlePosition(kind, index).toPoint();
        hold(from, by, modifiers);
        QTest::mouseRelease(&canvas(), Qt::LeftButton, modifiers, from + by);
    }
    /// The same on any widget.
    static void dragOn(QWidget& widget, QPoint from, QPoint by)
    {
        holdOn(widget, from, by);
        QTest::mouseRelease(&widget, Qt::LeftButton, {}, from + by);
    }

    void hold(QPoint from, QPoint by, Qt::KeyboardModifiers modifiers = {})
    {
        holdOn(canvas(), from, by, modifiers);
    }
    static void
    holdOn(QWidget& widget, QPoint from, QPoint by, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseMove(&widget, from);
        QTest::mousePress(&widget, Qt::LeftButton, modifiers, from);
        for (int part = 1; part <= 3; ++part) {
            QMouseEvent move(QEvent::MouseMove,
                             QPointF(from + by * part / 3),
                             widget.mapToGlobal(QPointF(from + by * part / 3)),
                             Qt::NoButton,
                             Qt::LeftButton,
                             modifiers);
            QApplication::sendEvent(&widget, &move);
        }
    }

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&canvas(), key, modifiers);
    }
};

} // namespace scorefield::test
