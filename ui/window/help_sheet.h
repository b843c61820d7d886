// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// F1: what the mouse does on the canvas, and every key, read from the menus themselves.
#include "ui/widgets/quiet_children.h"

#include <QDialog>

class QMenuBar;

namespace scorefield::ui {

class HelpSheet : public QDialog {
    Q_OBJECT
public:
    explicit HelpSheet(const QMenuBar& menus, QWidget* parent = nullptr);

private:
    QuietChildren m_quietChildren{*this};
};

} // namespace scorefield::ui
