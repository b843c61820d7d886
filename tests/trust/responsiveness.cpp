// SPDX-License-Identifier: GPL-3.0-or-later
// How long events wait at the largest session that the window allows: the most particles and lanes,
// and as many steps as the limit of memory leaves. Somebody plays, drags sliders and components,
// scrubs, looks around and points at particles, with real events; for each of these it prints how
// long events waited and what kept them. Ends by printing a row for tests/README.md. Figures are
// those of a build for release: it asserts none.
//   responsiveness [--particles N] [--share S] [--seconds S]
// --share: of the memory that a run may take, where something else needs the rest.
#include "core/base/memory.h"
#include "core/session/parameter_table.h"
#include "tests/trust/event_watch.h"
#include "tests/trust/supervisor.h"
#include "ui/document/document.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/value_slider.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"
#include "ui/window/opengl_check.h"
#include "ui/window/scrubber.h"
#include "ui/window/theme_choice.h"
#include "ui/window/time_bar.h"

#include <QElapsedTimer>
#include <QScrollArea>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr int kTickMs = 16;         // a mouse at 60 Hz
constexpr int kPatienceMs = 600000; // a bound for a hang, not a speed
constexpr int kSettleMs = 1500;     // after a run: what waits for it is done
constexpr std::size_t kNamed = 4;   // blockers that are printed for each activity

struct Options {
    double particles = 1e6, share = 1, seconds = 4;
};

Options readOptions(int count, char** words)
{
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const double value = std::atof(words[i + 1]);
        if (std::strcmp(words[i], "--particles") == 0)
            options.particles = value;
        else if (std::strcmp(words[i], "--share") == 0)
            options.share = value;
        else if (std::strcmp(words[i], "--seconds") == 0)
            options.seconds = value;
    }
    return options;
}

void setSteps(Session& session, double steps)
{
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane)
        (void)setParameter(session, "lanes." + std::to_string(lane) + ".grid.steps", steps);
}

/// Four lanes with so many particles, and the most steps whose states fit.
Session largestSession(const Options& options)
{
    Session session = defaultSession();
    for (const char* kind : {"ve-edm", "vp-linear"}) {
        session.lanes.push_back(defaultLane(kind));
        session.lanes.back().guidance = session.lanes.front().guidance;
    }
    for (const int lane : {0, 2}) // the others follow the flow
        (void)setVariantText(session, lane, "sampler", "euler-maruyama");
    session.particles.count = options.particles;
    const double limit = options.share * runMemoryLimit();
    double fits = 1, tooMany = describe(session, "lanes.0.grid.steps")->maximum + 1;
    while (tooMany - fits > 1) {
        const double steps = std::floor((fits + tooMany) / 2);
        setSteps(session, steps);
        (checkSessionMemory(session, limit) ? fits : tooMany) = steps;
    }
    setSteps(session, fits);
    return session;
}

class Person {
public:
    Person(MainWindow& window, WatchedApplication& application, double seconds)
        : m_window(window)
        , m_application(application)
        , m_seconds(seconds)
    {
    }

    /// The act is repeated at the rate of a mouse; it gets a share of the way there and back.
    void during(const char* what, const std::function<void(double)>& act)
    {
        m_probe.forget();
        m_application.forgetBlockers();
        QElapsedTimer clock;
        clock.start();
        while (static_cast<double>(clock.elapsed()) < 1000 * m_seconds) {
            const double turn = std::fmod(static_cast<double>(clock.elapsed()) / 1500, 2);
            act(turn < 1 ? turn : 2 - turn);
            QTest::qWait(kTickMs);
        }
        print(what);
    }

    /// Until the engine rests.
    void wait(const char* what)
    {
        m_probe.forget();
        m_application.forgetBlockers();
        (void)QTest::qWaitFor([this] { return !m_window.engine().isBusy(); }, kPatienceMs);
        QTest::qWait(kSettleMs);
        print(what);
    }

    void drag(const char* what, const QString& key)
    {
        ValueSlider* slider = nullptr;
        for (const auto* row : m_window.findChildren<ParameterRow*>())
            if (row->key() == key && row->slider() && row->isEnabled())
                slider = row->slider();
        if (!slider)
            return fail(what);
        // What was done before may still be laid out anew, or lie above it.
        const bool isThere = QTest::qWaitFor([this, slider] { return isUnderThePointer(*slider); });
        if (!isThere)
            return fail(what);
        const QPoint from = slider->handlePosition(slider->number());
        const int far =
            from.x() < slider->width() / 2 ? slider->width() * 2 / 3 : slider->width() / 3;
        bool hasChanged = false;
        const auto watch = QObject::connect(&m_window.document(),
                                            &Document::sessionChanged,
                                            slider,
                                            [&hasChanged] { hasChanged = true; });
        dragOver(what, *slider, from, QPoint(far, from.y()));
        QObject::disconnect(watch);
        if (!hasChanged)
            return fail(what);
        wait((std::string("after ") + what).c_str());
    }

    void dragOver(const char* what, QWidget& widget, QPoint from, QPoint to)
    {
        const auto place = [&](double share) {
            return widget.mapTo(&m_window, from + (to - from) * share);
        };
        QWindow* system = m_window.windowHandle();
        QTest::mouseMove(system, place(0));
        QTest::mousePress(system, Qt::LeftButton, {}, place(0));
        during(what, [&](double share) { QTest::mouseMove(system, place(share)); });
        QTest::mouseRelease(system, Qt::LeftButton, {}, place(0));
    }

    void fail(const char* what)
    {
        std::fprintf(stderr, "this could not be done: %s\n", what);
        m_hasFailed = true;
    }
    bool hasFailed() const { return m_hasFailed; }
    const QString& worst() const { return m_worst; }
    double most() const { return m_most; }
    double p95() const { return m_p95; }
    double mostOwn() const { return m_mostOwn; }

private:
    /// Scrolls to the handle of a slider; whether a press would reach it.
    bool isUnderThePointer(ValueSlider& slider) const
    {
        for (QWidget* above = slider.parentWidget(); above; above = above->parentWidget())
            if (auto* area = qobject_cast<QScrollArea*>(above))
                area->ensureWidgetVisible(&slider);
        const QPoint handle = slider.handlePosition(slider.number());
        return m_window.childAt(slider.mapTo(&m_window, handle)) == &slider;
    }

    void print(const char* what)
    {
        const auto figures = m_probe.figures();
        std::printf("%-28s %s\n", what, qPrintable(figuresText(figures)));
        for (const auto& blocker : m_application.blockers(kNamed))
            std::printf("%34.0f ms, %d times: %s\n",
                        blocker.worst,
                        blocker.count,
                        qPrintable(blocker.what));
        std::fflush(stdout);
        m_p95 = std::max(m_p95, figures.p95);
        m_mostOwn = std::max(m_mostOwn, figures.mostOwn);
        if (figures.most > m_most) {
            m_most = figures.most;
            m_worst = QLatin1String(what);
        }
    }

    MainWindow& m_window;
    WatchedApplication& m_application;
    LatencyProbe m_probe;
    double m_seconds, m_most = 0, m_p95 = 0, m_mostOwn = 0;
    QString m_worst;
    bool m_hasFailed = false;
};

void useEverything(Person& person, MainWindow& window)
{
    LaneCanvas& canvas = *window.canvas();
    const auto somewhere = [&](double share) {
        return QPoint(static_cast<int>(canvas.width() * (.1 + .8 * share)),
                      static_cast<int>(canvas.height() * (.3 + .4 * share)));
    };
    window.playback().setPlaying(true);
    person.during("playing", [](double) {});
    window.playback().setPlaying(false);
    person.during("hovering", [&](double share) {
        QTest::mouseMove(window.windowHandle(), canvas.mapTo(&window, somewhere(share)));
    });
    person.during("clicking on particles", [&](double share) {
        QTest::mouseClick(
            window.windowHandle(), Qt::LeftButton, {}, canvas.mapTo(&window, somewhere(share)));
    });
    QTest::keyClick(&canvas, Qt::Key_Escape);
    Scrubber& scrubber = *window.timeBar()->scrubber();
    const int middle = scrubber.height() / 2;
    person.dragOver("scrubbing", scrubber, {10, middle}, {scrubber.width() - 10, middle});
    person.during("zooming", [&](double share) {
        QWheelEvent event(somewhere(.5),
                          canvas.mapToGlobal(somewhere(.5)),
                          {},
                          {0, share < .5 ? 120 : -120},
                          Qt::NoButton,
                          {},
                          Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(&canvas, &event);
    });
    person.dragOver("moving the view", canvas, somewhere(.1), somewhere(.3));
    QTest::keyClick(&canvas, Qt::Key_0);
    const auto& mean = window.document().session().data->components.front().mean;
    const QPoint handle = canvas.toPixels(0, {mean(0), mean.size() > 1 ? mean(1) : 0}).toPoint();
    person.dragOver("moving a component", canvas, handle, handle + QPoint(40, 30));
    person.wait("after moving a component");
    person.drag("dragging eta", QStringLiteral("lanes.0.eta"));
    person.drag("dragging w", QStringLiteral("lanes.0.guidance.w"));
    person.drag("dragging the steps", QStringLiteral("lanes.0.grid.steps"));
    QTest::keyClick(&canvas, Qt::Key_A);
    person.wait("arrows, too");
    window.playback().setPlaying(true);
    person.during("playing with arrows", [](double) {});
    window.playback().setPlaying(false);
}

int measure(const Options& options, int& count, char** words, test::Journal& journal)
{
    const QTemporaryDir folder;
    for (const char* name : {"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(name, folder.path().toUtf8());
    shareFreeMemory(); // as the application does
    requestOpenGl();
    WatchedApplication application(count, words);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    rememberSystemTheme();
    const Session session = largestSession(options);
    const double steps = *parameterValue(session, "lanes.0.grid.steps");
    std::printf("%.0f particles, %.0f steps, %zu lanes\n",
                session.particles.count,
                steps,
                session.lanes.size());
    MainWindow window;
    window.setAsksBeforeLosing(false);
    window.resize(1600, 1150); // high enough for the charts, which are shown then
    window.show();
    if (!window.canvas() || !QTest::qWaitForWindowExposed(&window, kPatienceMs)) {
        std::fprintf(stderr, "there is no window with OpenGL\n");
        return 1;
    }
    QApplication::setActiveWindow(&window);
    Person person(window, application, options.seconds);
    journal.note("opens the session");
    window.document().setSession(session, {});
    person.wait("opening");
    window.playback().setPlaying(false);
    journal.note("uses it");
    useEverything(person, window);
    std::printf(
        "| responsiveness%s | %.0f particles, %.0f steps, %zu lanes | events: 95 %% within %.0f "
        "ms in every activity, the longest wait %.0f ms (%s); where the host took no processor "
        "from this machine, %.0f ms |\n",
        isSanitized() ? ", sanitized" : "",
        session.particles.count,
        steps,
        session.lanes.size(),
        person.p95(),
        person.most(),
        qPrintable(person.worst()),
        person.mostOwn());
    return person.hasFailed() ? 1 : 0;
}

} // namespace

int main(int count, char** words)
{
    const Options options = readOptions(count, words);
    return test::supervise(
        [&](test::Journal& journal) { return measure(options, count, words, journal); },
        kPatienceMs / 1000);
}
