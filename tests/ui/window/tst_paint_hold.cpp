// SPDX-License-Identifier: GPL-3.0-or-later
// What a window was asked to paint is painted once: when the hold ends, or when it has lasted.
#include "ui/window/paint_hold.h"

#include <QElapsedTimer>
#include <QTest>
#include <QWidget>

using namespace scorefield::ui;

namespace {

class Counted : public QWidget {
public:
    int paints = 0;

protected:
    void paintEvent(QPaintEvent*) override { ++paints; }
};

} // namespace

class TestPaintHold : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_window = std::make_unique<Counted>();
        m_hold = new PaintHold(*m_window);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QTRY_VERIFY(m_window->paints > 0);
        QCoreApplication::processEvents();
        m_window->paints = 0;
    }

    void itPaintsAtTheEnd()
    {
        m_hold->begin();
        m_window->update();
        QCoreApplication::processEvents();
        const int meanwhile = m_window->paints;
        if (m_hold->isActive()) // else this machine paused for longer than a hold lasts
            QCOMPARE(meanwhile, 0);
        m_hold->end();
        QTRY_COMPARE(m_window->paints, 1);
        m_window->update();
        QTRY_COMPARE(m_window->paints, 2); // nothing is owed, nothing is held
    }

    void itEndsByItself()
    {
        m_hold->begin();
        m_window->update();
        QTRY_COMPARE(m_window->paints, 1);
        QVERIFY(!m_hold->isActive());
    }

    /// Of slow frames one may wait as long as it takes, and no longer than a hand bears.
    void itLastsAsLongAsAFrameTakes()
    {
        m_hold->setFrameTime(1e6);
        QElapsedTimer clock;
        clock.start();
        m_hold->begin();
        m_window->update();
        QTRY_COMPARE(m_window->paints, 1);
        QVERIFY(clock.elapsed() >= 70);
        QVERIFY(!m_hold->isActive());
    }

    void itWaitsForWhatIsNewerButNotForLong()
    {
        m_hold->setFrameTime(1e6);
        m_hold->begin();
        m_window->update();
        QElapsedTimer clock;
        clock.start();
        m_hold->arrive(false);
        QCoreApplication::processEvents();
        const int meanwhile = m_window->paints;
        if (clock.elapsed() < 15) // else this machine paused
            QCOMPARE(meanwhile, 0);
        QTest::qWait(25);
        m_hold->arrive(false);
        QVERIFY(!m_hold->isActive());
        QTRY_COMPARE(m_window->paints, 1);
        m_hold->begin();
        m_hold->arrive(true);
        QVERIFY(!m_hold->isActive());
    }

    void anEndWithoutAWishPaintsNothing()
    {
        m_hold->begin();
        m_hold->end();
        QCoreApplication::processEvents();
        QCOMPARE(m_window->paints, 0);
    }

private:
    std::unique_ptr<Counted> m_window;
    PaintHold* m_hold = nullptr; ///< the window's
};

QTEST_MAIN(TestPaintHold)
#include "tst_paint_hold.moc"
