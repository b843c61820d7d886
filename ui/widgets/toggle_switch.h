// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A check box drawn as a switch.
#include <QCheckBox>

namespace scorefield::ui {

class ToggleSwitch : public QCheckBox {
    Q_OBJECT
public:
    explicit ToggleSwitch(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    bool event(QEvent* event) override;
    bool hitButton(const QPoint& position) const override;
    void paintEvent(QPaintEvent* event) override;
};

} // namespace scorefield::ui
