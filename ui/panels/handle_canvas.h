// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A picture of the schedule editor with handles to drag: what keys, focus and the pointer do is the
// same for all of them. It shows the document and keeps no numbers of its own.
#include "ui/panels/schedule_plot.h"

#include <QPixmap>
#include <QWidget>

#include <optional>

class QMenu;

namespace scorefield::ui {

class Document;

class HandleCanvas : public QWidget {
    Q_OBJECT
public:
    HandleCanvas(Document& document, const QString& name, QWidget* parent);

    void setLane(int lane);
    void setPlayStep(double step);
    /// Reads the document again.
    virtual void rebuild() = 0;

    const SchedulePlot& plot() const { return m_plot; }
    QString readout() const { return m_readout; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void rejected(const QString& sentence); ///< why nothing can be dragged here
    void contextMenuWanted(QMenu* menu);    ///< about to be shown: add what the editor offers

protected:
    /// Handles are numbered in the order of Tab.
    virtual int handleCount() const = 0;
    virtual std::optional<int> selectedHandleNumber() const = 0;
    virtual void selectHandle(std::optional<int> number) = 0;
    virtual void forgetHover() = 0;
    virtual bool isDragging() const = 0;
    /// Without `keep` everything is as it was before the drag.
    virtual void endDrag(bool keep) = 0;
    /// Moves the selected handle by shares of the axes; up is up on the screen.
    virtual void nudge(double across, double up) = 0;
    virtual void removeSelected() = 0;
    virtual void refreshReadout() = 0;

    void layOut();
    void invalidate();
    /// The line under the pointer, and the frame of the keyboard's focus.
    void paintPointer(QPainter& painter) const;
    void paintFocus(QPainter& painter) const;

    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;

    Document& m_document;
    int m_lane = 0;
    SchedulePlot m_plot;
    std::optional<QPointF> m_pointer;
    QString m_readout;
    double m_playStep = 0;
    QPixmap m_picture; ///< all but play-head, pointer and selection
};

} // namespace scorefield::ui
