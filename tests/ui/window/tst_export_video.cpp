// SPDX-License-Identifier: GPL-3.0-or-later
// The video dialog and the queue: films are made while the window plays on, cancelled and closed
// without a trace.
#include "core/session/film.h"
#include "tests/support/export_fixture.h"
#include "ui/exports/picture_view.h"
#include "ui/exports/video_form.h"
#include "ui/widgets/value_slider.h"

#include <set>

using namespace scorefield;
using namespace scorefield::ui;

class ExportVideoTest : public QObject, public ExportFixture {
    Q_OBJECT
private Q_SLOTS:
    void init() { openSmall(); }
    void cleanup() { close(); }

    void aFilmIsMadeWhileTheWindowPlays();
    void cancellingAtHalfLeavesNothing();
    void oneAfterAnother();
    void closingEndsWhatRuns();
    void theFormSaysWhatTheFilmIs();
    void thePreviewShowsTheFrameOfTheSlider();
    void keyframesAreListed();

private:
    static const VideoSpec& spec(VideoDialog* dialog)
    {
        return static_cast<VideoForm*>(dialog->form())->video();
    }
    /// 160 × 90 pixels at 10 frames a second.
    VideoDialog* openSmallFilm(const QString& seconds)
    {
        VideoDialog* dialog = openVideo();
        if (dialog == nullptr)
            return nullptr;
        type(dialog, "width", QStringLiteral("160"));
        type(dialog, "height", QStringLiteral("90"));
        type(dialog, "fps", QStringLiteral("10"));
        type(dialog, "seconds", seconds);
        return dialog;
    }
};

void ExportVideoTest::aFilmIsMadeWhileTheWindowPlays()
{
    VideoDialog* dialog = openSmallFilm(QStringLiteral("2"));
    QVERIFY(dialog);
    QCOMPARE(filmFrames(spec(dialog)), 20);
    window().playback().setPlaying(true);
    QList<double> positions;
    const auto listening =
        connect(&document(), &Document::sessionChanged, this, [&](const Changes& changes) {
            if (changes.timeline && queue().isBusy())
                positions += session().timeline.position;
        });
    const QString path = folder("films") + QStringLiteral("/film.mp4");
    QVERIFY2(dialog->exportTo(path), qPrintable(text(dialog, "message")));
    auto* strip = find<ExportStrip>("exportStrip");
    QVERIFY(strip && strip->isVisible());
    QCOMPARE(text(strip, "exportName"), QStringLiteral("video 1"));
    waitForQueue();
    disconnect(listening);
    QVERIFY(!strip->isVisible());
    QVERIFY2(errorText().startsWith(QStringLiteral("Saved")), qPrintable(errorText()));
    // An MP4 says so from its fifth byte on.
    QCOMPARE(contentOf(path).mid(4, 4), QByteArray("ftyp"));
    // The play-head was shown at more than one place meanwhile.
    QVERIFY(std::set<double>(positions.begin(), positions.end()).size() > 1);
}

void ExportVideoTest::cancellingAtHalfLeavesNothing()
{
    VideoDialog* dialog = openSmallFilm(QStringLiteral("60"));
    QVERIFY(dialog);
    const QString path = folder("cancelled") + QStringLiteral("/film.mp4");
    auto* strip = find<ExportStrip>("exportStrip");
    bool cancelled = false;
    connect(&queue(), &ExportQueue::changed, strip, [&] {
        if (!cancelled && queue().progress().done * 2 >= queue().progress().total
            && queue().progress().total > 0) {
            cancelled = true;
            QTest::mouseClick(find<QPushButton>("exportCancel"), Qt::LeftButton);
        }
    });
    QVERIFY(dialog->exportTo(path));
    waitForQueue();
    QVERIFY(cancelled);
    QVERIFY2(errorText().contains(QStringLiteral("cancelled")), qPrintable(errorText()));
    QCOMPARE(QDir(filePath("cancelled"))
                 .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             QStringList());
}

void ExportVideoTest::oneAfterAnother()
{
    VideoDialog* dialog = openSmallFilm(QStringLiteral("0.5"));
    QVERIFY(dialog);
    const QString here = folder("several");
    QVERIFY(dialog->exportTo(here + QStringLiteral("/a.mp4")));
    QVERIFY(dialog->exportTo(here + QStringLiteral("/b.gif")));
    QCOMPARE(dialog->form()->ending(), QStringLiteral(".gif")); // by its ending
    QCOMPARE(queue().waiting(), 1);
    waitForQueue();
    QCOMPARE(QDir(here).entryList(QDir::Files),
             (QStringList{QStringLiteral("a.mp4"), QStringLiteral("b.gif")}));
    QVERIFY(contentOf(here + QStringLiteral("/b.gif")).startsWith("GIF89a"));
}

void ExportVideoTest::closingEndsWhatRuns()
{
    VideoDialog* dialog = openSmallFilm(QStringLiteral("60"));
    QVERIFY(dialog);
    const QString here = folder("closed");
    QVERIFY(dialog->exportTo(here + QStringLiteral("/film.mp4")));
    QVERIFY(window().close());
    waitForQueue();
    QCOMPARE(QDir(here).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             QStringList());
}

void ExportVideoTest::theFormSaysWhatTheFilmIs()
{
    VideoDialog* dialog = openSmallFilm(QStringLiteral("2"));
    QVERIFY(dialog);
    type(dialog, "width", QStringLiteral("161"));
    click(dialog, "ping_pong");
    const auto facts = [&] { return text(dialog, "facts"); };
    QTRY_VERIFY2_WITH_TIMEOUT(
        facts().contains(QStringLiteral("40 frames")), qPrintable(facts()), kPatienceMs);
    QVERIFY2(facts().contains(QStringLiteral("162 × 90")), qPrintable(facts())); // even
    QVERIFY2(facts().contains(QStringLiteral("free")), qPrintable(facts()));
    const auto* quality = control<QWidget>(dialog, "quality");
    QVERIFY(quality->isEnabled());
    choose(dialog, "format", 2);
    QVERIFY(!quality->isEnabled());
    QVERIFY(quality->toolTip().contains(QStringLiteral("MP4")));
    type(dialog, "hold_end", QStringLiteral("5"));
    QVERIFY(!control<QPushButton>(dialog, "export")->isEnabled());
    QVERIFY(control<QPushButton>(dialog, "export")->toolTip().contains(QStringLiteral("longer")));
}

void ExportVideoTest::thePreviewShowsTheFrameOfTheSlider()
{
    VideoDialog* dialog = openSmallFilm(QStringLiteral("2"));
    QVERIFY(dialog);
    QTRY_COMPARE_WITH_TIMEOUT(dialog->preview()->picture().size(), QSize(160, 90), kPatienceMs);
    const QImage middle = dialog->preview()->picture();
    auto* slider = control<ValueSlider>(dialog, "film.slider");
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_End);
    QCOMPARE(slider->number(), 1.);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->preview()->picture() != middle, kPatienceMs);
    QCOMPARE(text(dialog, "moment"), QStringLiteral("1.90 s")); // the last of 20 frames
}

void ExportVideoTest::keyframesAreListed()
{
    VideoDialog* dialog = openVideo();
    QVERIFY(dialog);
    QVERIFY(text(dialog, "tracks").startsWith(QStringLiteral("None")));
    QVERIFY(document().edit(QStringLiteral("track"), [](Session& session) {
        session.keyframes.push_back({"timeline.position", {{0, 0}, {1, 1}}});
    }));
    QVERIFY2(text(dialog, "tracks").contains(QStringLiteral("timeline.position")),
             qPrintable(text(dialog, "tracks")));
    const auto* from = control<QWidget>(dialog, "from");
    QVERIFY(!from->isEnabled());
    QVERIFY(from->toolTip().contains(QStringLiteral("Keyframes")));
}

int main(int argc, char** argv)
{
    return runWindowTest<ExportVideoTest>(argc, argv);
}
#include "tst_export_video.moc"
