// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The window's one-key shortcuts (Space plays, arrows step) must not take the keys of the control
// that has the focus: a switch wants its Space, a list its arrows. This filter claims those keys
// for them.
#include <QObject>

namespace scorefield::ui {

class FocusKeys : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace scorefield::ui
