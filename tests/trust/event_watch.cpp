// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/event_watch.h"

#include <QElapsedTimer>
#include <QEvent>
#include <QMetaEnum>
#include <QThread>

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>

// Where the address sanitizer is linked it counts the heap; mallinfo2 knows nothing of it then.
extern "C" std::size_t __attribute__((weak)) __sanitizer_get_current_allocated_bytes(); // NOLINT

namespace scorefield::ui {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kMegabyte = 1e6;

double millisecondsSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

class Ping : public QEvent {
public:
    static QEvent::Type kind()
    {
        static const int type = QEvent::registerEventType();
        return static_cast<QEvent::Type>(type);
    }
    Ping() : QEvent(kind()) {}
    const Clock::time_point sent = Clock::now();
};

QString nameOf(const char* kind, const QString& object, QEvent::Type event)
{
    const char* type = QMetaEnum::fromType<QEvent::Type>().valueToKey(event);
    QString name = QLatin1String(kind);
    name.remove(QStringLiteral("scorefield::ui::"));
    if (!object.isEmpty())
        name += QLatin1Char(' ') + object;
    return name + QStringLiteral(", ") + QLatin1String(type ? type : "an event of its own");
}

} // namespace

bool WatchedApplication::notify(QObject* receiver, QEvent* event)
{
    if (QThread::currentThread() != thread())
        return QApplication::notify(receiver, event);
    const int loops = QThread::currentThread()->loopLevel();
    for (Frame& above : m_frames)
        above.hasWaited = above.hasWaited || above.loops < loops;
    m_frames.push_back({loops});
    // Taken before: the event may delete the receiver.
    const char* kind = receiver->metaObject()->className();
    const QString object = receiver->objectName();
    const QEvent::Type type = event->type();
    const auto begin = Clock::now();
    const bool handled = QApplication::notify(receiver, event);
    const double taken = millisecondsSince(begin);
    const Frame frame = m_frames.back();
    m_frames.pop_back();
    if (!m_frames.empty())
        m_frames.back().nested += taken;
    if (!frame.hasWaited && taken - frame.nested >= kNoticedMs)
        note(nameOf(kind, object, type), taken - frame.nested);
    return handled;
}

void WatchedApplication::note(const QString& what, double milliseconds)
{
    Blocker& blocker = m_blockers[what];
    blocker.what = what;
    blocker.worst = std::max(blocker.worst, milliseconds);
    blocker.total += milliseconds;
    ++blocker.count;
}

std::vector<WatchedApplication::Blocker> WatchedApplication::blockers(std::size_t most) const
{
    std::vector<Blocker> sorted;
    for (const auto& [what, blocker] : m_blockers)
        sorted.push_back(blocker);
    std::sort(sorted.begin(), sorted.end(), [](const Blocker& a, const Blocker& b) {
        return a.worst > b.worst;
    });
    sorted.resize(std::min(sorted.size(), most));
    return sorted;
}

LatencyProbe::LatencyProbe()
{
    m_thread = std::jthread([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(kEveryMs));
            if (!m_isUnderWay.exchange(true))
                QCoreApplication::postEvent(this, new Ping);
        }
    });
}

LatencyProbe::~LatencyProbe()
{
    m_thread.request_stop();
    m_thread.join();
    QCoreApplication::removePostedEvents(this);
}

bool LatencyProbe::event(QEvent* event)
{
    if (event->type() != Ping::kind())
        return QObject::event(event);
    for (double late = millisecondsSince(static_cast<Ping*>(event)->sent); late > 0;
         late -= kEveryMs)
        m_latencies.push_back(static_cast<float>(late));
    m_isUnderWay = false;
    return true;
}

LatencyProbe::Figures LatencyProbe::figures()
{
    QCoreApplication::sendPostedEvents(this);
    if (m_latencies.empty())
        return {};
    std::vector<float> sorted = m_latencies;
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&](double share) {
        return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
    };
    const auto over = sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), 100.F);
    return {sorted.size(),
            at(.5),
            at(.95),
            at(.99),
            sorted.back(),
            static_cast<double>(over) / static_cast<double>(sorted.size())};
}

QString figuresText(const LatencyProbe::Figures& figures)
{
    return QStringLiteral(
               "median %1 ms, 95 % %2 ms, 99 % %3 ms, most %4 ms; %5 % of %6 waited over 100 ms")
        .arg(figures.median, 0, 'f', 1)
        .arg(figures.p95, 0, 'f', 0)
        .arg(figures.p99, 0, 'f', 0)
        .arg(figures.most, 0, 'f', 0)
        .arg(100 * figures.over, 0, 'f', 2)
        .arg(figures.events);
}

Memory memoryNow()
{
    ::malloc_trim(0);
    std::ifstream file("/proc/self/statm");
    double total = 0, resident = 0;
    file >> total >> resident;
    const struct mallinfo2 info = ::mallinfo2();
    const double heap = isSanitized() && __sanitizer_get_current_allocated_bytes
                            ? static_cast<double>(__sanitizer_get_current_allocated_bytes())
                            : static_cast<double>(info.uordblks + info.hblkhd);
    return {resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / kMegabyte, heap / kMegabyte};
}

bool isSanitized()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

} // namespace scorefield::ui
