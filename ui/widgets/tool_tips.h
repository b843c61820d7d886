// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Tool tips of a width that can be read. Qt breaks the lines of rich text; a plain sentence it
// shows as one line, as wide as the screen. This filter of the application breaks those, too.
#include <QObject>
#include <QString>

namespace scorefield::ui {

class ToolTips : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Short texts and rich ones as they are, longer ones so that they are broken into lines.
    static QString wrapped(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace scorefield::ui
