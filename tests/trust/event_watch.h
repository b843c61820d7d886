// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the UI thread is like for a hand: how long an event waits until it is handled, and which
// events keep it waiting. And how much memory the process holds. For the programs that use the real
// window.
#include <QApplication>
#include <QString>

#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

namespace scorefield::ui {

/// Times every event of the UI thread without what is nested in it.
class WatchedApplication : public QApplication {
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override;

    struct Blocker {
        QString what; ///< "LaneCanvas canvas, Paint"
        double worst = 0, total = 0;
        int count = 0; ///< milliseconds; of events that took kNoticedMs or more
    };
    static constexpr double kNoticedMs = 20;
    /// The worst first.
    std::vector<Blocker> blockers(std::size_t most) const;
    void forgetBlockers() { m_blockers.clear(); }

private:
    struct Frame {
        int loops = 0;          ///< event loops below it
        double nested = 0;      ///< milliseconds of the events inside it
        bool hasWaited = false; ///< it ran an event loop of its own: a menu, a dialog
    };
    void note(const QString& what, double milliseconds);

    std::vector<Frame> m_frames;
    std::map<QString, Blocker> m_blockers;
};

/// Posts an event to the UI thread at a steady rate and measures when it is handled. An event that
/// was not sent because its forerunner still waited counts as well: as late as it would have been.
class LatencyProbe : public QObject {
public:
    static constexpr int kEveryMs = 20;
    LatencyProbe();
    ~LatencyProbe() override;

    struct Figures {
        std::size_t events = 0;
        double median = 0, p95 = 0, p99 = 0, most = 0; ///< milliseconds
        double over = 0;                               ///< the share that waited 100 ms or more
        double own = 1;     ///< the share during which the host of this machine took no processor
        double mostOwn = 0; ///< milliseconds, among those
    };
    /// Of all until now: what still waits has waited, too.
    Figures figures();
    void forget() { m_waits.clear(); }

protected:
    bool event(QEvent* event) override;

private:
    struct Wait {
        float milliseconds = 0;
        bool isOwn = true;
    };
    std::vector<Wait> m_waits;
    std::atomic<bool> m_isUnderWay = false;
    std::jthread m_thread;
};

/// "median 3 ms, 95 % 21 ms, 99 % 60 ms, most 130 ms; 1.2 % of 5000 waited over 100 ms", and where
/// the host took processor time the most without that.
QString figuresText(const LatencyProbe::Figures& figures);

struct Memory {
    double residentMb = 0; ///< of the process
    double heapMb = 0;     ///< handed out by the allocator and not given back
};
/// After the allocator has given back what it can.
Memory memoryNow();
/// Whether this program is instrumented: its speed says nothing then.
bool isSanitized();

} // namespace scorefield::ui
