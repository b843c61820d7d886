// SPDX-License-Identifier: GPL-3.0-or-later
// Films as files: read back by libav's decoders and compared with what the renderer draws.
#include "core/base/file.h"
#include "core/session/parameter_table.h"
#include "tests/support/films.h"
#include "ui/export/video.h"
#include "ui/export/video_format.h"

#include <QDir>
#include <QGuiApplication>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace scorefield;
using namespace scorefield::render;
using namespace scorefield::test;

namespace {

Session smallSession()
{
    Session session = defaultSession();
    session.particles.count = 100;
    return session;
}

/// Ten frames that are all different.
VideoSpec shortFilm()
{
    VideoSpec spec;
    spec.width = 479; // odd on purpose
    spec.height = 300;
    spec.framesPerSecond = 20;
    spec.seconds = .5;
    spec.holdEnd = 0;
    return spec;
}

QStringList everythingIn(const QString& folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot,
                                  QDir::Name);
}

std::filesystem::path placeIn(const QTemporaryDir& folder, const char* name)
{
    return folder.filePath(QString::fromLatin1(name)).toStdString();
}

std::string bytesOf(const std::filesystem::path& path)
{
    return readFile(path).value();
}

Result<QImage> directFrame(const Session& session, const VideoSpec& spec, long long index)
{
    auto renderer = FilmRenderer::create(session, spec, {});
    if (!renderer)
        return renderer.error();
    return (*renderer)->frame(index);
}

} // namespace

#define VERIFY_STATUS(status)                                                                      \
    do {                                                                                           \
        const auto s = (status);                                                                   \
        QVERIFY2(s.ok(), s.ok() ? "" : s.error().sentence().c_str());                              \
    } while (false)

class VideoTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formats_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("codec");
        QTest::addColumn<QString>("pixels");
        QTest::addColumn<double>("least");
        constexpr double lossless = 99, promised = 35; // dB
        // 127 colours for all frames, chosen from some of them, in a pattern of dots.
        constexpr double palette = 28;
        QTest::newRow("mp4") << "film.mp4"
                             << "h264"
                             << "yuv420p" << promised;
        QTest::newRow("webm") << "film.webm"
                              << "vp9"
                              << "yuv420p" << promised;
        QTest::newRow("gif") << "film.gif"
                             << "gif"
                             << "bgra" << palette;
        QTest::newRow("apng") << "film.apng"
                              << "apng"
                              << "rgb24" << lossless;
    }

    void formats()
    {
        QFETCH(QString, name);
        QFETCH(QString, codec);
        QFETCH(QString, pixels);
        QFETCH(double, least);
        const QTemporaryDir folder;
        const VideoSpec spec = shortFilm();
        const auto file = placeIn(folder, name.toLatin1());
        VERIFY_STATUS(writeVideo(smallSession(), spec, file, {}));
        QCOMPARE(everythingIn(folder.path()), QStringList{name});

        const auto film = readFilm(folder.filePath(name));
        QVERIFY(film.has_value());
        QCOMPARE(QString::fromStdString(film->codec), codec);
        QCOMPARE(QString::fromStdString(film->pixelFormat), pixels);
        QCOMPARE(film->size, QSize(480, 300));
        QCOMPARE(film->framesPerSecond, 20.);
        QCOMPARE(static_cast<int>(film->frames.size()), 10);
        if (name.endsWith(".mp4") || name.endsWith(".webm")) {
            QCOMPARE(film->seconds, .5);
            QCOMPARE(film->colorSpace, std::string("bt709"));
            QCOMPARE(film->colorRange, std::string("tv"));
        }
        auto renderer = FilmRenderer::create(smallSession(), spec, {}).value();
        for (int i = 0; i < 10; ++i) {
            const double likeness =
                psnr(film->frames[static_cast<std::size_t>(i)], renderer->frame(i).value());
            QVERIFY2(likeness > least,
                     qPrintable(QStringLiteral("frame %1: %2 dB").arg(i).arg(likeness)));
        }
    }

    void filmsRepeatToTheByte_data() { formats_data(); }

    void filmsRepeatToTheByte()
    {
        QFETCH(QString, name);
        const QTemporaryDir folder;
        const auto first = placeIn(folder, qPrintable("1" + name)),
                   second = placeIn(folder, qPrintable("2" + name));
        ExportHooks one;
        one.threads = 1;
        VERIFY_STATUS(writeVideo(smallSession(), shortFilm(), first, one));
        VERIFY_STATUS(writeVideo(smallSession(), shortFilm(), second, {}));
        QVERIFY(bytesOf(first) == bytesOf(second));
    }

    void framesAreFiles()
    {
        const QTemporaryDir folder;
        VERIFY_STATUS(
            writeVideo(smallSession(), shortFilm(), placeIn(folder, "some/frames/f%03d.png"), {}));
        const QString frames = folder.filePath("some/frames");
        QCOMPARE(everythingIn(frames).size(), 10);
        auto renderer = FilmRenderer::create(smallSession(), shortFilm(), {}).value();
        for (int i = 0; i < 10; ++i) {
            const QImage read(frames + QStringLiteral("/f%1.png").arg(i, 3, 10, QChar(u'0')));
            QCOMPARE(read.convertToFormat(QImage::Format_RGB32), renderer->frame(i).value());
        }
        // A shorter film would end in frames of this one.
        VideoSpec shorter = shortFilm();
        shorter.seconds = .25;
        const auto refused =
            writeVideo(smallSession(), shorter, placeIn(folder, "some/frames/f%03d.png"), {});
        QVERIFY(!refused);
        QVERIFY(refused.error().path.ends_with("f005.png"));
        QCOMPARE(everythingIn(frames).size(), 10);
    }

    void mp4StartsFast()
    {
        const QTemporaryDir folder;
        const auto file = placeIn(folder, "film.mp4");
        VERIFY_STATUS(writeVideo(smallSession(), shortFilm(), file, {}));
        const std::string bytes = bytesOf(file);
        const auto index = bytes.find("moov"), data = bytes.find("mdat");
        QVERIFY(index != std::string::npos && data != std::string::npos && index < data);
    }

    void passesRepeatAndReturn()
    {
        VideoSpec spec = shortFilm();
        spec.pingPong = 1;
        spec.loops = 2;
        const QTemporaryDir folder;
        const auto file = placeIn(folder, "film.apng");
        VERIFY_STATUS(writeVideo(smallSession(), spec, file, {}));
        const auto film = readFilm(folder.filePath("film.apng"));
        QVERIFY(film.has_value());
        QCOMPARE(static_cast<int>(film->frames.size()), 40);
        for (std::size_t i = 0; i < 40; ++i) {
            const std::size_t inPass = i % 20 < 10 ? i % 20 : 19 - i % 20;
            QVERIFY(film->frames[i] == film->frames[inPass]);
            QVERIFY(inPass == 0 || film->frames[inPass] != film->frames[inPass - 1]);
        }
    }

    /// Every frame is what its parameters make of the session, whatever was drawn before.
    void keyframesAreSimulated()
    {
        Session session = smallSession();
        session.keyframes = {{"lanes.*.guidance.w", {{0, 1}, {1, 5}}},
                             {"view.trails.visible", {{0, 1}, {.5, 0}}}};
        const VideoSpec spec = shortFilm();
        auto renderer = FilmRenderer::create(session, spec, {}).value();
        for (const long long i : {0LL, 1LL, 2LL, 7LL, 3LL, 9LL}) {
            const auto moved = renderer->frame(i);
            QVERIFY(moved.ok());
            const double share = static_cast<double>(i) / 9;
            Session still = smallSession();
            for (const char* key : {"lanes.0.guidance.w", "lanes.1.guidance.w"})
                QVERIFY(setParameter(still, key, 1 + 4 * share).ok());
            QVERIFY(setParameter(still, "view.trails.visible", share < .5 ? 1 : 0).ok());
            // Ten frames from 0 to 1: the play-head is at the share.
            const auto direct = directFrame(still, spec, i);
            QVERIFY(direct.ok());
            QVERIFY2(*moved == *direct, qPrintable(QString::number(i)));
        }
    }

    void oneLaneFillsThePicture()
    {
        VideoSpec spec = shortFilm();
        const auto both = directFrame(smallSession(), spec, 5).value();
        spec.content = static_cast<double>(FigureContent::Lane);
        const auto left = directFrame(smallSession(), spec, 5).value();
        spec.lane = 2;
        const auto right = directFrame(smallSession(), spec, 5).value();
        QCOMPARE(left.size(), both.size());
        QVERIFY(left != both && right != both && left != right);
    }

    void cancelLeavesNothing_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("after"); // reports of progress
        for (const char* name : {"film.mp4", "film.webm", "film.gif", "film.apng", "new/f%d.png"})
            for (const int after : {0, 1, 4, 9})
                QTest::addRow("%s after %d", name, after) << QString::fromLatin1(name) << after;
    }

    void cancelLeavesNothing()
    {
        QFETCH(QString, name);
        QFETCH(int, after);
        const QTemporaryDir folder;
        std::stop_source stop;
        if (after == 0)
            stop.request_stop();
        int reports = 0;
        ExportHooks hooks;
        hooks.stop = stop.get_token();
        hooks.progress = [&](const ExportProgress&) {
            if (++reports == after)
                stop.request_stop();
        };
        const auto status =
            writeVideo(smallSession(), shortFilm(), placeIn(folder, qPrintable(name)), hooks);
        QVERIFY(!status);
        QCOMPARE(QString::fromStdString(status.error().sentence()), QStringLiteral("cancelled"));
        QCOMPARE(everythingIn(folder.path()), QStringList());
    }

    void cancelKeepsTheOlderFile()
    {
        const QTemporaryDir folder;
        const auto file = placeIn(folder, "film.mp4");
        VERIFY_STATUS(writeFileAtomically(file, "older"));
        std::stop_source stop;
        ExportHooks hooks;
        hooks.stop = stop.get_token();
        hooks.progress = [&](const ExportProgress&) { stop.request_stop(); };
        QVERIFY(!writeVideo(smallSession(), shortFilm(), file, hooks));
        QCOMPARE(bytesOf(file), std::string("older"));
    }

    void progressEndsComplete()
    {
        const QTemporaryDir folder;
        ExportProgress last;
        int previews = 0;
        long long before = -1;
        bool ascends = true;
        ExportHooks hooks;
        hooks.progress = [&](const ExportProgress& progress) {
            ascends = ascends && progress.done >= before && progress.total == 10;
            before = progress.done;
            previews += progress.preview.isNull() ? 0 : 1;
            if (!progress.preview.isNull())
                ascends = ascends && progress.preview.width() <= 320;
            last = progress;
        };
        VERIFY_STATUS(writeVideo(smallSession(), shortFilm(), placeIn(folder, "film.mp4"), hooks));
        QVERIFY(ascends && previews > 0);
        QCOMPARE(last.done, 10LL);
    }

    void wrongFilmsAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("width");
        QTest::addColumn<double>("fps");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing") << "film.mp4" << 0. << 30. << "width";
        QTest::newRow("huge") << "film.mp4" << 100000. << 30. << "width";
        QTest::newRow("ending") << "film.avi" << 320. << 30. << ".mp4, .webm, .gif";
        QTest::newRow("folder") << "missing/film.mp4" << 320. << 30. << "does not exist";
        QTest::newRow("gif") << "film.gif" << 320. << 60. << "at most 50 frames";
    }

    void wrongFilmsAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(double, width);
        QFETCH(double, fps);
        QFETCH(QString, expected);
        const QTemporaryDir folder;
        VideoSpec spec = shortFilm();
        spec.width = width;
        spec.framesPerSecond = fps;
        const auto status = writeVideo(smallSession(), spec, placeIn(folder, qPrintable(name)), {});
        QVERIFY(!status);
        const QString sentence = QString::fromStdString(status.error().sentence());
        QVERIFY2(sentence.contains(expected), qPrintable(sentence));
        QCOMPARE(everythingIn(folder.path()), QStringList());
    }

    void aMissingCodecIsNamed()
    {
        const auto noH264 = [](const VideoFormatRow& row) {
            return row.format != VideoFormat::Mp4;
        };
        const auto status = checkCodec(videoFormats().front(), noH264);
        QVERIFY(!status);
        const QString sentence = QString::fromStdString(status.error().sentence());
        QVERIFY(sentence.contains("libx264") && sentence.contains(".webm, .gif"));
        QVERIFY(checkCodec(videoFormats()[1], noH264).ok());
    }

    void spaceIsCheckedBefore()
    {
        const QTemporaryDir folder;
        VideoSpec spec; // nine hours in 4K as pictures: more than any test machine has free
        spec.width = 3840;
        spec.height = 2160;
        spec.framesPerSecond = 240;
        spec.seconds = 3600;
        spec.loops = 1;
        const auto status = checkVideo(spec, placeIn(folder, "f%06d.png"));
        QVERIFY(!status);
        const QString sentence = QString::fromStdString(status.error().sentence());
        QVERIFY2(sentence.contains("needs about") && sentence.contains("free"),
                 qPrintable(sentence));
    }
};

QTEST_MAIN(VideoTest)
#include "tst_video.moc"
