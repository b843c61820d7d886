// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The strip of the film under the time line: its play-head, and one row for every parameter that
// keyframes move.
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;

namespace scorefield::ui {

class Document;
class DopeAxis;
class DopeKeyEditor;
class DopeLanes;
class FilmPlayer;
class IconButton;

class DopeSheet : public QWidget {
    Q_OBJECT
public:
    DopeSheet(Document& document, FilmPlayer& player, QWidget* parent = nullptr);

    DopeLanes* lanes() const { return m_lanes; }
    DopeAxis* axis() const { return m_axis; }

public Q_SLOTS:
    /// The list of what can be moved; choosing gives the parameter a row with a key at the cursor.
    void chooseParameter();

Q_SIGNALS:
    void rejected(const QString& sentence);
    void closeWanted();

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    void buildHead();
    void applyMetrics();
    void fitHeight();
    void refresh();
    void animate(const QString& key);

    Document& m_document;
    FilmPlayer& m_player;
    QHBoxLayout* m_head = nullptr;
    QLabel *m_title = nullptr, *m_time = nullptr, *m_empty = nullptr;
    IconButton* m_play = nullptr;
    QPushButton *m_leave = nullptr, *m_add = nullptr;
    DopeKeyEditor* m_editor = nullptr;
    DopeLanes* m_lanes = nullptr;
    DopeAxis* m_axis = nullptr;
    QScrollArea* m_area = nullptr;
};

} // namespace scorefield::ui
