// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window_drag.h"

#include "core/session/parameter_table.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/value_slider.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QScrollArea>
#include <QStringList>
#include <QTimer>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace scorefield::app {

namespace {

constexpr int kTickMs = 16;    // a mouse at 60 Hz
constexpr int kSettleMs = 400; // after the first frame: what waited for it is done
constexpr int kWarmUpTicks = 20;
constexpr int kReach = 30; // pixels to either side of where the handle was taken
constexpr int kLeastTicks = 10;
constexpr double kMegabytesPerKibibyte = 1024e-6;

class Drag : public QObject {
public:
    Drag(ui::MainWindow& window, const QString& key, int ticks)
        : QObject(&window)
        , m_window(window)
        , m_key(key)
        , m_ticks(ticks)
    {
        m_clock.start();
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, &Drag::tick);
        connect(&window, &ui::MainWindow::firstFrameShown, this, [this] {
            QTimer::singleShot(kSettleMs, this, &Drag::take);
        });
    }

private:
    /// A value on its way from the slider to a simulation.
    struct Tick {
        double value = 0, begin = 0;
    };

    double now() const { return 1e-6 * static_cast<double>(m_clock.nsecsElapsed()); }
    bool isWarm() const { return m_tick > kWarmUpTicks; }

    void give(QEvent::Type type, Qt::MouseButtons buttons)
    {
        const QPointF place = m_place;
        QMouseEvent event(type,
                          place,
                          m_slider->mapToGlobal(place),
                          type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton,
                          buttons,
                          Qt::NoModifier);
        QApplication::sendEvent(m_slider, &event);
    }

    void take()
    {
        for (const auto* row : m_window.findChildren<ui::ParameterRow*>())
            if (row->key() == m_key && row->slider() != nullptr && row->isEnabled())
                m_slider = row->slider();
        if (m_slider == nullptr) {
            std::fputs(("no slider shows " + m_key.toStdString() + "\n").c_str(), stderr);
            return QApplication::exit(EXIT_FAILURE);
        }
        for (QWidget* above = m_slider->parentWidget(); above; above = above->parentWidget())
            if (auto* area = qobject_cast<QScrollArea*>(above))
                area->ensureWidgetVisible(m_slider);
        connect(&m_window.engine(), &ui::Engine::productReady, this, &Drag::arrive);
        connect(m_window.canvas(), &ui::LaneCanvas::framePainted, this, [this](double ms) {
            if (isWarm())
                m_frames.push_back(ms);
        });
        m_place = m_slider->handlePosition(m_slider->number());
        give(QEvent::MouseButtonPress, Qt::LeftButton);
        m_timer.start(kTickMs);
    }

    /// Back and forth, a pixel at a time.
    void tick()
    {
        if (m_tick == m_ticks + kWarmUpTicks)
            return release();
        ++m_tick;
        const int phase = m_tick % (4 * kReach);
        m_place.rx() += phase < kReach || phase >= 3 * kReach ? 1 : -1;
        const double before = m_slider->number(), begin = now();
        give(QEvent::MouseMove, Qt::LeftButton);
        if (m_slider->number() == before)
            return; // the end of the range
        m_waiting.push_back({m_slider->number(), begin});
        if (isWarm())
            m_slots.push_back(now() - begin);
    }

    /// A product answers the value that it shows and all that it overtook; a preview none.
    void arrive(const std::shared_ptr<const RunProduct>& product)
    {
        if (product->preview) {
            m_previews += isWarm() ? 1 : 0;
            return;
        }
        const auto shown = parameterValue(product->session, m_key.toStdString());
        std::size_t answered = m_waiting.size();
        while (answered > 0 && !(shown && m_waiting[answered - 1].value == *shown))
            --answered;
        if (answered == 0)
            return;
        for (std::size_t i = 0; i < answered; ++i)
            if (isWarm())
                m_latencies.push_back(now() - m_waiting[i].begin);
        m_waiting.erase(m_waiting.begin(),
                        m_waiting.begin() + static_cast<std::ptrdiff_t>(answered));
        if (isWarm())
            m_runs.push_back(product->milliseconds);
    }

    void release()
    {
        m_timer.stop();
        give(QEvent::MouseButtonRelease, Qt::NoButton);
        if (!m_window.engine().isBusy())
            return report();
        connect(&m_window.engine(), &ui::Engine::busyChanged, this, [this](bool busy) {
            if (!busy)
                report();
        });
    }

    void report()
    {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        const nlohmann::json line = {
            {"latencyMs", m_latencies},
            {"slotMs", m_slots},
            {"runMs", m_runs},
            {"frameMs", m_frames},
            {"previews", m_previews},
            {"unanswered", m_waiting.size()},
            {"peakMegabytes", kMegabytesPerKibibyte * static_cast<double>(usage.ru_maxrss)}};
        std::printf("%s\n", line.dump().c_str());
        std::fflush(stdout);
        QApplication::exit(EXIT_SUCCESS);
    }

    ui::MainWindow& m_window;
    QString m_key;
    int m_ticks, m_tick = 0, m_previews = 0;
    ui::ValueSlider* m_slider = nullptr;
    QPointF m_place;
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::vector<Tick> m_waiting;
    std::vector<double> m_latencies, m_slots, m_runs, m_frames;
};

} // namespace

void measureDrag(ui::MainWindow& window, const QString& request)
{
    const QStringList words = request.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const int ticks = words.size() == 2 ? words[1].toInt() : 0;
    if (ticks < kLeastTicks || window.canvas() == nullptr) {
        std::fputs("a drag needs a parameter, at least 10 ticks, and OpenGL\n", stderr);
        std::exit(EXIT_FAILURE); // NOLINT(concurrency-mt-unsafe): a child of bench, which reads why
    }
    new Drag(window, words[0], ticks); // the window's
}

} // namespace scorefield::app
