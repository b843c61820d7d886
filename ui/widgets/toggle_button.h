// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A Boolean parameter as a button that stays down: "Link lanes".
#include <QPushButton>

namespace scorefield::ui {

class Document;

class ToggleButton : public QPushButton {
    Q_OBJECT
public:
    ToggleButton(Document& document, const QString& key, QWidget* parent = nullptr);

private:
    void refresh();

    Document& m_document;
    QString m_key;
};

} // namespace scorefield::ui
