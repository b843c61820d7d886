// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The rows of one layer of the picture: an eye with the opacity, and below, when wanted, the
// layer's own options.
#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace scorefield::ui {

class Document;
class IconButton;

class LayerRows : public QWidget {
    Q_OBJECT
public:
    /// `prefix`: "view.density"; `options`: keys below it other than visible and opacity.
    LayerRows(Document& document,
              const QString& prefix,
              const QStringList& options,
              QWidget* parent = nullptr);

    void setOptionsVisible(bool visible);

private:
    void refresh();

    Document& m_document;
    QString m_visibleKey, m_eyeTip;
    IconButton* m_eye;
    QWidget* m_options;
};

} // namespace scorefield::ui
