// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A combo box that the wheel changes only while it has the focus (panels scroll past it otherwise)
// and that shortens its text rather than widening its panel. A long list opens with a search field
// and headings.
#include <QComboBox>

namespace scorefield::ui {

class ChoiceBox : public QComboBox {
    Q_OBJECT
public:
    /// What the items of a long list have besides their text and tool tip.
    enum Role { Group = Qt::UserRole + 1, Facts, Searched };

    explicit ChoiceBox(QWidget* parent = nullptr);
    QSize minimumSizeHint() const override;
    void showPopup() override;
    /// Whether there are so many items that looking for one takes longer than typing.
    bool isSearchable() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showSearch(const QString& text);
};

} // namespace scorefield::ui
