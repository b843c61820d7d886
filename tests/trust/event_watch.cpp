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
#include <string>

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

/// Of all processors together, since the start: what the host of a virtual machine gave to others.
/// In steps of 10 ms; 0 where the system does not tell.
long long stolenTicks()
{
    std::ifstream file("/proc/stat");
    std::string cpu;
    long long user = 0, nice = 0, system = 0, idle = 0, disk = 0, irq = 0, soft = 0, stolen = 0;
    file >> cpu >> user >> nice >> system >> idle >> disk >> irq >> soft >> stolen;
    return file ? stolen : 0;
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
    const long long stolenBefore = stolenTicks();
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
    const auto* ping = static_cast<Ping*>(event);
    const double waited = millisecondsSince(ping->sent);
    const bool isOwn = stolenTicks() == ping->stolenBefore;
    for (double late = waited; late > 0; late -= kEveryMs)
        m_waits.push_back({static_cast<float>(late), isOwn});
    m_isUnderWay = false;
    return true;
}

LatencyProbe::Figures LatencyProbe::figures()
{
    QCoreApplication::sendPostedEvents(this);
    if (m_waits.empty())
        return {};
    std::vector<Wait> sorted = m_waits;
    std::sort(sorted.begin(), sorted.end(), [](const Wait& a, const Wait& b) {
        return a.milliseconds < b.milliseconds;
    });
    const auto count = static_cast<double>(sorted.size());
    const auto at = [&](double share) {
        return sorted[static_cast<std::size_t>(share * (count - 1))].milliseconds;
    };
    Figures figures{sorted.size(), at(.5), at(.95), at(.99), at(1)};
    std::size_t over = 0, own = 0;
    for (const Wait& wait : sorted) {
        over += wait.milliseconds >= 100;
        own += wait.isOwn;
        if (wait.isOwn)
            figures.mostOwn = wait.milliseconds;
    }
    figures.over = static_cast<double>(over) / count;
    figures.own = static_cast<double>(own) / count;
    return figures;
}

QString figuresText(const LatencyProbe::Figures& figures)
{
    const auto number = [](double value, int digits) {
        return QString::number(value, 'f', digits);
    };
    QString text = QStringLiteral("median %1 ms, 95 % %2 ms, 99 % %3 ms, most %4 ms; %5 % of %6 "
                                  "waited over 100 ms")
                       .arg(number(figures.median, 1),
                            number(figures.p95, 0),
                            number(figures.p99, 0),
                            number(figures.most, 0),
                            number(100 * figures.over, 2))
                       .arg(figures.events);
    if (figures.own < 1)
        text +=
            QStringLiteral("; %1 ms at most in the %2 % during which the host took no processor")
                .arg(number(figures.mostOwn, 0), number(100 * figures.own, 1));
    return text;
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
