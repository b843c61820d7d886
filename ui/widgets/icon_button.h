// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A small flat button with one of our icons, recoloured whenever the theme changes.
#include <QColor>
#include <QToolButton>

namespace scorefield::ui {

class IconButton : public QToolButton {
    Q_OBJECT
public:
    /// `toolTip` is the accessible name too. `checkedIcon`: another picture while checked
    /// (visible/hidden, play/pause).
    IconButton(const QString& icon,
               const QString& toolTip,
               QWidget* parent = nullptr,
               const QString& checkedIcon = {});

    void setIconName(const QString& icon);
    /// Draws the unchecked picture in the secondary colour.
    void setQuietWhenOff(bool quiet);

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();

    QString m_icon, m_checkedIcon;
    QString m_shownName;
    QColor m_shownColor; ///< of the picture that the button has
    bool m_quietWhenOff = false;
};

} // namespace scorefield::ui
