// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The time of the film over the rows of the dope sheet, in seconds of one pass, with its play-head
// to drag.
#include <QWidget>

namespace scorefield::ui {

class Document;
class DopeLanes;
class FilmPlayer;

class DopeAxis : public QWidget {
    Q_OBJECT
public:
    DopeAxis(Document& document, FilmPlayer& player, const DopeLanes& lanes, QWidget* parent);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void scrubTo(const QMouseEvent& event);
    void paintTicks(QPainter& painter) const;

    Document& m_document;
    FilmPlayer& m_player;
    const DopeLanes& m_lanes;
    bool m_dragging = false;
};

} // namespace scorefield::ui
