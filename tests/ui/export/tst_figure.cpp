// SPDX-License-Identifier: GPL-3.0-or-later
// Figures as files: what they hold, that they repeat to the byte, and that they refuse what cannot
// be drawn.
#include "core/base/file.h"
#include "core/session/export_table.h"
#include "ui/export/figure.h"
#include "ui/render/theme.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>

using namespace scorefield;
using namespace scorefield::render;

class FigureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SOURCE_DATE_EPOCH", "1700000000");
        Session session = defaultSession();
        session.particles.count = 100;
        session.timeline.position = 0.6;
        WorkerPool pool(2);
        m_runs = {runSession(session, pool).value()};
    }

    void formats_data()
    {
        QTest::addColumn<FigureFormat>("format");
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("png") << FigureFormat::Png << QByteArray("\x89PNG");
        QTest::newRow("svg") << FigureFormat::Svg << QByteArray("<?xml");
        QTest::newRow("pdf") << FigureFormat::Pdf << QByteArray("%PDF");
    }

    void formats()
    {
        QFETCH(FigureFormat, format);
        QFETCH(QByteArray, start);
        const auto first = figureBytes(m_runs, small(), format),
                   second = figureBytes(m_runs, small(), format);
        QVERIFY2(first.ok(), first.ok() ? "" : first.error().sentence().c_str());
        QVERIFY(first->startsWith(start));
        QVERIFY(second.ok());
        QVERIFY(*first == *second);
        FigureSpec other = small();
        other.clock = static_cast<double>(MomentClock::Position);
        other.moments = {0.2};
        const auto moved = figureBytes(m_runs, other, format);
        QVERIFY(moved.ok() && *moved != *first);
    }

    void aFileCarriesItsSession_data() { formats_data(); }

    void aFileCarriesItsSession()
    {
        QFETCH(FigureFormat, format);
        const QTemporaryDir folder;
        const char* names[] = {"figure.png", "figure.svg", "figure.pdf"};
        const std::filesystem::path path =
            folder.filePath(QLatin1String(names[static_cast<int>(format)])).toStdString();
        const QByteArray bytes = figureBytes(m_runs, small(), format).value();
        QVERIFY(
            writeFileAtomically(path, {bytes.constData(), static_cast<std::size_t>(bytes.size())})
                .ok());
        const auto session = sessionFromPicture(path);
        QVERIFY2(session.ok(), session.ok() ? "" : session.error().sentence().c_str());
        QVERIFY(*session == m_runs.front()->session);
    }

    /// The window has run most of what a figure shows; the command line has not.
    void whatWasRunBeforeMakesNoDifference()
    {
        Session session = m_runs.front()->session;
        session.lanes[1].eta = 0.5;
        session.view.density.opacity = 0.5;
        WorkerPool one(1), two(2);
        const auto fresh = figureRuns(session, small(), two, {});
        ExportHooks hooks;
        hooks.previous = m_runs.front();
        const auto reused = figureRuns(session, small(), one, hooks);
        QVERIFY(fresh.ok() && reused.ok());
        QVERIFY(reused->front()->lanes[0] == m_runs.front()->lanes[0]);
        for (const auto format : {FigureFormat::Png, FigureFormat::Svg, FigureFormat::Pdf})
            QVERIFY(figureBytes(*fresh, small(), format).value()
                    == figureBytes(*reused, small(), format).value());
    }

    void aStopEndsIt()
    {
        std::stop_source stop;
        stop.request_stop();
        WorkerPool pool(2);
        ExportHooks hooks;
        hooks.stop = stop.get_token();
        const auto runs = figureRuns(m_runs.front()->session, small(), pool, hooks);
        QVERIFY(!runs.ok());
        QCOMPARE(runs.error().message, std::string("cancelled"));
        const auto bytes = figureBytes(m_runs, small(), FigureFormat::Pdf, stop.get_token());
        QVERIFY(!bytes.ok());
        QCOMPARE(bytes.error().message, std::string("cancelled"));
    }

    void otherFilesAreRefused()
    {
        const QTemporaryDir folder;
        const auto text = folder.filePath("text.png"), plain = folder.filePath("plain.png"),
                   svg = folder.filePath("plain.svg"), half = folder.filePath("half.svg"),
                   pdf = folder.filePath("text.pdf");
        QVERIFY(writeFileAtomically(text.toStdString(), "no picture").ok());
        QVERIFY(writeFileAtomically(svg.toStdString(), "<svg/>").ok());
        QVERIFY(writeFileAtomically(half.toStdString(), "<svg><metadata id=").ok());
        QVERIFY(writeFileAtomically(pdf.toStdString(), "%PDF-1.4\nobj stream").ok());
        QVERIFY(QImage(4, 4, QImage::Format_RGB32).save(plain));
        for (const auto& path : {text, plain, svg, half, pdf, folder.filePath("missing.png")}) {
            const auto session = sessionFromPicture(path.toStdString());
            QVERIFY(!session.ok());
            QCOMPARE(session.error().path, path.toStdString());
        }
    }

    void aPngHasItsPixelsAndResolution()
    {
        FigureSpec spec = small();
        spec.width = 2;
        spec.height = 1.5;
        spec.unit = static_cast<double>(LengthUnit::Inch);
        spec.dpi = 300;
        const QImage image = QImage::fromData(figureBytes(m_runs, spec, FigureFormat::Png).value());
        QCOMPARE(image.size(), QSize(600, 450));
        QCOMPARE(image.dotsPerMeterX(), 11811); // 300 per inch
        QVERIFY(!image.hasAlphaChannel());
        QCOMPARE(image.pixelColor(1, 448), Theme::lightTheme().canvas);
    }

    void impossibleFiguresAreRefused_data()
    {
        QTest::addColumn<double>("width");
        QTest::addColumn<double>("dpi");
        QTest::addColumn<QByteArray>("family");
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("nothing") << 0. << 96. << QByteArray() << QByteArray("width");
        QTest::newRow("huge") << 100000. << 96. << QByteArray() << QByteArray("width");
        QTest::newRow("tiny") << 4. << 96. << QByteArray() << QByteArray("width");
        QTest::newRow("dpi") << 400. << 0. << QByteArray() << QByteArray("dpi");
        QTest::newRow("font") << 400. << 96. << QByteArray("No Such Font")
                              << QByteArray("font_family");
    }

    void impossibleFiguresAreRefused()
    {
        QFETCH(double, width);
        QFETCH(double, dpi);
        QFETCH(QByteArray, family);
        QFETCH(QByteArray, key);
        FigureSpec spec = small();
        spec.width = width;
        spec.dpi = dpi;
        spec.fontFamily = family.toStdString();
        for (const auto format : {FigureFormat::Png, FigureFormat::Svg, FigureFormat::Pdf}) {
            const auto bytes = figureBytes(m_runs, spec, format);
            QVERIFY(!bytes.ok());
            QCOMPARE(bytes.error().path, key.toStdString());
        }
        QVERIFY(!figurePreview(m_runs, spec, FigureFormat::Png, {100, 100}).ok());
    }

private:
    static FigureSpec small()
    {
        FigureSpec spec;
        spec.width = 480;
        spec.height = 300;
        return spec;
    }

    FigureRuns m_runs;
};

QTEST_MAIN(FigureTest)
#include "tst_figure.moc"
