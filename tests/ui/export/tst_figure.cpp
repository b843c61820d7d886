// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/session/parameter_table.h"
#include "ui/export/figure.h"

#include <QBuffer>
#include <QImageReader>
#include <QTemporaryDir>
#include <QTest>

using namespace scorefield;
using namespace scorefield::render;

class FigureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lanesTileTheArea_data()
    {
        QTest::addColumn<int>("lanes");
        for (int lanes = 1; lanes <= 4; ++lanes)
            QTest::addRow("%d", lanes) << lanes;
    }

    void lanesTileTheArea()
    {
        QFETCH(int, lanes);
        const QRectF area(0, 0, 1281, 721);
        const auto rectangles = laneRectangles(area, lanes);
        QCOMPARE(rectangles.size(), static_cast<std::size_t>(lanes));
        double covered = 0;
        for (std::size_t i = 0; i < rectangles.size(); ++i) {
            covered += rectangles[i].width() * rectangles[i].height();
            QVERIFY(area.contains(rectangles[i]));
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(!rectangles[i].intersects(rectangles[j]));
        }
        QCOMPARE(covered, area.width() * area.height());
    }

    void aFigureIsReproducible()
    {
        const auto run = smallRun();
        OldFigureSpec spec{{480, 300}, 96, true};
        const auto first = renderFigure(*run, spec, 0.6), second = renderFigure(*run, spec, 0.6);
        QVERIFY2(first.ok(), first.ok() ? "" : first.error().sentence().c_str());
        QVERIFY(second.ok());
        QCOMPARE(first->size(), QSize(480, 300));
        QCOMPARE(pngBytes(*first, run->session, 96), pngBytes(*second, run->session, 96));
        const auto other = renderFigure(*run, spec, 0.2);
        QVERIFY(other.ok());
        QVERIFY(*other != *first);
        QCOMPARE(first->pixelColor(2, 297), Theme::darkTheme().canvas);
    }

    void aPngCarriesItsSession()
    {
        const auto run = smallRun();
        const auto image = renderFigure(*run, {{480, 300}, 144, false}, 1);
        QVERIFY(image.ok());
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("figure.png").toStdString();
        const QByteArray bytes = pngBytes(*image, run->session, 144);
        QVERIFY(
            writeFileAtomically(
                path, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())))
                .ok());
        const auto session = sessionFromPng(path);
        QVERIFY2(session.ok(), session.ok() ? "" : session.error().sentence().c_str());
        QVERIFY(*session == run->session);
        QImage read(QString::fromStdString(path.string()));
        QCOMPARE(read.size(), QSize(480, 300));
        QCOMPARE(read.dotsPerMeterX(), 5669); // 144 per inch
    }

    void otherFilesAreRefused()
    {
        QTemporaryDir folder;
        const auto text = folder.filePath("text.png"), plain = folder.filePath("plain.png");
        QVERIFY(writeFileAtomically(text.toStdString(), "no picture").ok());
        QVERIFY(QImage(4, 4, QImage::Format_RGB32).save(plain));
        for (const auto& path : {text, plain, folder.filePath("missing.png")}) {
            const auto session = sessionFromPng(path.toStdString());
            QVERIFY(!session.ok());
            QCOMPARE(session.error().path, path.toStdString());
        }
    }

    void impossibleSizesAreRefused()
    {
        const auto run = smallRun();
        for (const QSize size : {QSize(0, 100), QSize(100000, 100)}) {
            const auto image = renderFigure(*run, {size, 96, false}, 1);
            QVERIFY(!image.ok());
            QCOMPARE(image.error().path, std::string("size"));
        }
        QCOMPARE(renderFigure(*run, {{100, 100}, 0, false}, 1).error().path, std::string("dpi"));
    }

private:
    static std::shared_ptr<const RunProduct> smallRun()
    {
        auto session = defaultSession();
        session.particles.count = 100;
        WorkerPool pool(2);
        return runSession(session, pool).value();
    }
};

QTEST_MAIN(FigureTest)
#include "tst_figure.moc"
