// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The centre of the window: one OpenGL surface on which all lanes are drawn, and everything the
// mouse does there. What it shows is made afresh for every frame from the run, the document and a
// little view state of its own (pointer, selected component, pinned particle).
#include "ui/document/arrow_worker.h"
#include "ui/document/map_worker.h"
#include "ui/document/ridge_worker.h"
#include "ui/document/warp_worker.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/lane_view.h"
#include "ui/window/play_head.h"

#include <QElapsedTimer>
#include <QOpenGLWidget>
#include <QTimer>
#include <QVariantAnimation>

#include <memory>
#include <optional>
#include <vector>

namespace scorefield::ui {

class Document;

class LaneCanvas : public QOpenGLWidget {
    Q_OBJECT
public:
    explicit LaneCanvas(Document& document, QWidget* parent = nullptr);
    ~LaneCanvas() override;

    int selectedLane() const { return m_selectedLane; }
    int selectedComponent() const { return m_selectedComponent; }
    int pinnedParticle() const { return m_pinned; }
    QString rendererName() const { return m_rendererName; }
    /// Whether the last frame left something out because it moved and the renderer is slow.
    bool isReduced() const { return m_renderer && m_renderer->isReduced(); }
    /// Why this machine has no particles on a GPU, one sentence; empty: it has.
    QString whyNoSwarm() const { return m_noSwarm; }
    const MapWorker& mapWorker() const { return m_maps; }
    const RidgeWorker& ridgeWorker() const { return m_ridges; }
    const ArrowWorker& arrowWorker() const { return m_arrows; }
    const WarpWorker& warpWorker() const { return m_warps; }
    void setScale(double scale); ///< of text and lines; presentation mode

    int laneAt(QPointF pixels) const; ///< -1: none
    /// Widget pixels of a place of a lane's plane.
    QPointF toPixels(int lane, QPointF data) const;

public Q_SLOTS:
    void setProduct(std::shared_ptr<const scorefield::RunProduct> product);
    /// 0…1 of the network that lanes wait for.
    void setTraining(double share);
    void setSelectedLane(int lane);
    void setSelectedComponent(int component);
    void pinParticle(int particle); ///< -1: none
    void fitView();
    void zoomBy(double factor); ///< about the middle; > 1 shows less

Q_SIGNALS:
    void laneClicked(int lane);
    void componentSelected(int component);
    void pinnedChanged(int particle);
    void duplicateRequested();
    void deleteRequested();
    void framePainted(double milliseconds); ///< from the start of painting to the frame's hand-over
    void openGlFailed(const QString& sentence);
    void drawingFailed(const QString& sentence); ///< once, until a frame is whole again

protected:
    bool event(QEvent* event) override;
    void initializeGL() override;
    void paintGL() override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    enum class Grip { None, View, Mean, Axis, Arrow };
    struct Target { ///< what lies under the pointer
        Grip grip = Grip::None;
        int lane = -1, component = -1, axis = -1;
    };

    // What is drawn (lane_canvas.cpp).
    int shownLanes() const;
    QRectF laneRectangle(int lane) const;
    QRectF plotOf(int lane) const;
    Camera cameraOf(int lane) const;
    render::ViewTransform transformOf(int lane) const;
    Session shownSession() const;
    render::LaneView laneView(int lane, const Session& session) const;
    void forgetOpenGl(); ///< before its context goes; initializeGL begins anew in the next one
    void reportIncomplete();
    void addMaps(std::vector<render::LaneView>& views);
    void addRidges(std::vector<render::LaneView>& views);
    void addArrows(std::vector<render::LaneView>& views);
    void addWarps(std::vector<render::LaneView>& views);
    void paintOverlays(QPainter& painter, const std::vector<render::LaneView>& views);
    void paintProbe(QPainter& painter, const std::vector<render::LaneView>& views);
    void moveCamera(int lane, const Camera& camera);
    void easeCamera(int lane, const Camera& target, bool fitAtEnd);

    // What the pointer and the keys do (lane_canvas_mouse.cpp, lane_canvas_keys.cpp).
    Target targetAt(QPointF pixels) const;
    void updateHover(QPointF pixels);
    void beginDrag(QPointF pixels);
    void continueDrag(QPointF pixels);
    void click(QPointF pixels, Qt::MouseButton button);
    void addComponent(int lane, QPointF pixels);
    void nudge(QPointF direction, bool far);
    void moveArrow(int lane, QPointF error, const QString& mergeKey = {});
    void selectArrow(bool selected);
    void chooseClass(int label);
    bool isEditable() const; ///< the run's plane belongs to the document's data

    Document& m_document;
    PlayHead m_head;
    MapWorker m_maps;
    RidgeWorker m_ridges;
    ArrowWorker m_arrows;
    WarpWorker m_warps;
    std::unique_ptr<render::LaneRenderer> m_renderer;
    QImage m_words; ///< the overlays, where the renderer is software
    QString m_rendererName, m_noSwarm;
    bool m_isIncomplete = false; ///< the last frame
    double m_scale = 1, m_training = 0;
    int m_selectedLane = 0, m_selectedComponent = -1, m_pinned = -1;

    std::optional<QPointF> m_pointer;
    Target m_hover, m_pressed;
    QPointF m_pressPixels;
    bool m_pressing = false, m_dragging = false;
    Camera m_cameraAtPress;
    ComponentSpec m_componentAtPress;
    bool m_arrowSelected = false; ///< the score error's arrow of the selected lane
    QVariantAnimation m_ease;
    QElapsedTimer m_frame;
    QTimer m_rest; ///< ends when the picture has stood still: it is then drawn whole
};

} // namespace scorefield::ui
