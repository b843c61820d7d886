// SPDX-License-Identifier: GPL-3.0-or-later
// The window where OpenGL is too old: Mesa is asked for less than it has.
#include "tests/support/window_fixture.h"
#include "ui/window/recovery.h"

#include <QDir>
#include <QLabel>
#include <QProcess>

#include <csignal>

using namespace scorefield;
using namespace scorefield::ui;

class WithoutOpenGlTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatWasFoundAndWhatToDo();
    void startsOnPlatformsThatComposeNone();
};

void WithoutOpenGlTest::saysWhatWasFoundAndWhatToDo()
{
    const Status usable = checkOpenGl();
    if (usable)
        QSKIP("this driver cannot be asked for an older OpenGL");
    MainWindow window;
    window.setAsksBeforeLosing(false);
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window, kPatienceMs));
    QVERIFY(window.canvas() == nullptr);
    const auto* label = window.findChild<QLabel*>(QStringLiteral("canvasMessage"));
    QVERIFY(label && label->isVisible());
    QVERIFY2(label->text().contains(QString::fromStdString(usable.error().message)),
             qPrintable(label->text()));
    QVERIFY(label->text().contains(QStringLiteral("OpenGL 2.1, 3.3 is needed")));
    QVERIFY(label->text().contains(QStringLiteral("LIBGL_ALWAYS_SOFTWARE=1")));
    // Everything but the lanes goes on: a change is simulated, time moves.
    QTRY_VERIFY_WITH_TIMEOUT(window.engine().product() != nullptr, kPatienceMs);
    const auto before = window.engine().product();
    QVERIFY(window.document().setValue("particles.seed",
                                       window.document().session().particles.seed + 1));
    QTRY_VERIFY_WITH_TIMEOUT(window.engine().product() != before, kPatienceMs);
    // Unsaved work too is kept for the next start.
    window.keepForNextStart();
    const QDir kept(Recovery::defaultFolder());
    QCOMPARE(kept.entryList({QStringLiteral("*.json")}, QDir::Files).size(), 1);
    window.playback().setPlaying(false);
    window.playback().setPosition(0.25);
    QCOMPARE(window.document().session().timeline.position, 0.25);
}

/// Qt crashed there while it painted, with a display beside it.
void WithoutOpenGlTest::startsOnPlatformsThatComposeNone()
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.remove(QStringLiteral("MESA_GL_VERSION_OVERRIDE"));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(SCOREFIELD_EXECUTABLE), {QStringLiteral("three-modes")});
    if (!process.waitForStarted())
        QSKIP("the application is not built");
    QVERIFY(!process.waitForFinished(2000)); // long enough to have painted itself
    process.terminate();
    QVERIFY(process.waitForFinished(kPatienceMs));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 128 + SIGTERM);
}

int main(int argc, char** argv)
{
    qputenv("MESA_GL_VERSION_OVERRIDE", "2.1");
    return runWindowTest<WithoutOpenGlTest>(argc, argv);
}
#include "tst_without_opengl.moc"
