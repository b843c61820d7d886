// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A combo box that the wheel changes only while it has the focus (panels scroll past it otherwise)
// and that shortens its text rather than widening its panel.
#include <QComboBox>

namespace scorefield::ui {

class ChoiceBox : public QComboBox {
    Q_OBJECT
public:
    explicit ChoiceBox(QWidget* parent = nullptr);
    QSize minimumSizeHint() const override;
    void showPopup() override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
};

} // namespace scorefield::ui
