// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The rows of the map among the layers: which quantity, and below, once there is one or when
// wanted, its opacity and the lane it is compared with.
#include <QWidget>

namespace scorefield::ui {

class Document;

class MapRows : public QWidget {
    Q_OBJECT
public:
    explicit MapRows(Document& document, QWidget* parent = nullptr);

    void setOptionsVisible(bool visible);

private:
    void refresh();

    Document& m_document;
    QWidget* m_options;
    bool m_wanted = false;
};

} // namespace scorefield::ui
