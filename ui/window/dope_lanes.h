// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The rows of the dope sheet: one per keyframe track, its name and present value on the left, its
// keys as diamonds over the time of the film. It shows the document; what is its own are selection,
// hover and the drag under way.
#include "core/session/keyframe_edit.h"
#include "ui/window/dope_rows.h"

#include <QWidget>

#include <optional>
#include <set>
#include <vector>

class QMenu;

namespace scorefield::ui {

class Document;
class NumberField;

class DopeLanes : public QWidget {
    Q_OBJECT
public:
    explicit DopeLanes(Document& document, QWidget* parent = nullptr);

    const std::vector<DopeRow>& rows() const { return m_rows; }
    const std::set<KeyRef>& selection() const { return m_selection; }
    void select(const std::set<KeyRef>& keys);
    /// Widget x of a share of the film, and back; the axis above stands over it.
    double xOf(double share) const;
    double shareAt(double x) const;
    /// The middle of a key's diamond.
    QPointF placeOf(const KeyRef& key) const;
    NumberField* field(std::size_t row) const { return m_fields[row]; }
    int rowHeight() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    // Edits of the selection, each an undo step.
    void removeSelected();
    void easeSelected(Easing easing);
    void setSelectedValue(double value);
    void setSelectedTime(double share);

Q_SIGNALS:
    void selectionChanged();
    void valueWanted(); ///< Enter: the value of the selected keys is to be typed
    void rejected(const QString& sentence);

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    enum class Press { None, Key, Band, Remove };

    void refresh();
    void refreshFields();
    void buildField(std::size_t row);
    void layoutFields();
    std::optional<std::size_t> rowAt(double y) const;
    QRectF rowRect(std::size_t row) const;
    QRectF removeRect(std::size_t row) const;
    std::optional<KeyRef> keyNear(QPointF place) const;
    std::vector<KeyRef> allKeys() const;
    std::vector<KeyRef> selected() const;

    void dragTo(const QPointF& place, bool snaps);
    void selectBand();
    void cancelDrag();
    void nudge(double by);
    void nudgeValues(double steps);
    void addKey(std::size_t row, double share);
    void removeTrack(std::size_t row);
    QString textAt(const QPointF& place) const;
    void fillKeyMenu(QMenu& menu, const KeyRef& key);

    // Painting (dope_lanes_paint.cpp).
    void paintName(QPainter& painter, std::size_t row) const;
    void paintLane(QPainter& painter, std::size_t row) const;
    void paintCurve(QPainter& painter, std::size_t row) const;
    void paintKeys(QPainter& painter, std::size_t row) const;
    void paintRemove(QPainter& painter, std::size_t row) const;
    void paintCursor(QPainter& painter) const;

    Document& m_document;
    std::vector<DopeRow> m_rows;
    std::vector<NumberField*> m_fields; ///< null where a row has no number
    std::set<KeyRef> m_selection;
    std::optional<KeyRef> m_hovered, m_focused;
    std::optional<std::size_t> m_hoveredRow;
    Press m_press = Press::None;
    QPointF m_pressedAt, m_movedTo;
    KeyRef m_pressedKey;
    std::vector<KeyframeTrack> m_pressedTracks; ///< as they were when the drag began
    bool m_dragging = false;
};

} // namespace scorefield::ui
