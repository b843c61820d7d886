// SPDX-License-Identifier: GPL-3.0-or-later
// What figures show: parts, themes, moments, the preview, and what of them are vectors.
#include "core/session/export_table.h"
#include "tests/support/render.h"
#include "ui/export/figure.h"

#include <QPainter>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

using namespace scorefield;
using namespace scorefield::render;

class FigureLookTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        Session session = defaultSession();
        session.particles.count = 60;
        session.timeline.position = 0.6;
        session.view.trails.visible = 0; // thousands of lines that say nothing here
        session.view.contours.visible = 0;
        m_runs = {runSession(session, m_pool).value()};
    }

    void previewsEqualTheFile_data()
    {
        QTest::addColumn<FigureFormat>("format");
        QTest::newRow("png") << FigureFormat::Png;
        QTest::newRow("svg") << FigureFormat::Svg;
    }

    void previewsEqualTheFile()
    {
        QFETCH(FigureFormat, format);
        const FigureSpec spec = small();
        const QImage file = picture(spec);
        const auto preview = figurePreview(m_runs, spec, format, file.size());
        QVERIFY2(preview.ok(), preview.ok() ? "" : preview.error().sentence().c_str());
        QCOMPARE(preview->size(), file.size());
        if (format == FigureFormat::Png)
            QCOMPARE(preview->convertToFormat(file.format()), file);
        else // edges of markers are smoothed by another painter
            QVERIFY(test::differingShare(*preview, file) < 0.03);
        const auto smaller = figurePreview(m_runs, spec, format, file.size() / 2);
        QVERIFY(smaller.ok());
        QCOMPARE(smaller->size(), file.size() / 2);
    }

    void hiddenPartsLeaveNoText()
    {
        FigureSpec spec = small();
        QVERIFY(!texts(spec).isEmpty());
        spec.panelTitles = spec.formulas = spec.captions = spec.readouts = spec.axes = 0;
        spec.colorBar = spec.legend = static_cast<double>(KeyPlace::None);
        QCOMPARE(texts(spec), QStringList());
        spec.title = "A < B & C";
        QCOMPARE(texts(spec).join(u' '), QStringLiteral("A < B & C"));
        spec.title.clear();
        spec.letters = static_cast<double>(LetterStyle::Upper);
        QCOMPARE(texts(spec), QStringList({"A", "B"}));
    }

    void sharedKeysStandOnce()
    {
        FigureSpec spec = grid({0.2, 0.5, 1});
        const QString each = texts(spec).join(u'|');
        spec.colorBar = spec.legend = static_cast<double>(KeyPlace::Shared);
        const QString shared = texts(spec).join(u'|');
        QCOMPARE(shared.count(QStringLiteral("max")), 1);
        QVERIFY(each.count(QStringLiteral("max")) == 0);
        const auto name = QString::fromStdString(m_runs.front()->session.data->className(0));
        QCOMPARE(shared.count(name), 1);
    }

    void aGridNamesItsMoments()
    {
        FigureSpec spec = grid({4, 1, 0.25});
        spec.clock = static_cast<double>(MomentClock::Noise);
        const QString all = texts(spec).join(QString());
        for (const char* value : {"= 4", "= 1", "= 0.25"})
            QCOMPARE(all.count(QLatin1String(value)), 1);
    }

    void momentsMeanTheSame()
    {
        // The same place, said in four ways: the picture where it stands, by position, step and
        // noise level.
        Session session = m_runs.front()->session;
        session.timeline.clock = 0; // steps: both lanes have as many
        const double last = static_cast<double>(m_runs.front()->lanes[0]->plan.levels.size()) - 1;
        session.timeline.position = 10 / last;
        const FigureRuns runs = {runSession(session, m_pool, {}, m_runs.front()).value()};
        FigureSpec spec = small();
        spec.content = static_cast<double>(FigureContent::Lane);
        const QImage here = picture(spec, runs);
        const auto with = [&](MomentClock clock, double moment) {
            FigureSpec other = spec;
            other.clock = static_cast<double>(clock);
            other.moments = {moment};
            return picture(other, runs);
        };
        QCOMPARE(with(MomentClock::Position, 10 / last), here);
        QCOMPARE(with(MomentClock::Step, 10), here);
        const double noise = runs.front()->lanes[0]->plan.levels[10].sigmaTilde();
        // The logarithm and back moves the step by rounding.
        const double share = test::differingShare(with(MomentClock::Noise, noise), here);
        QVERIFY2(share < 0.001, qPrintable(QString::number(share)));
        QVERIFY(with(MomentClock::Step, 11) != here);
    }

    void aFilmHasARunForEachShare()
    {
        Session session = m_runs.front()->session;
        session.keyframes = {{"lanes.0.eta", {{0, 0}, {1, 1}}}};
        FigureSpec spec = grid({0, 0.5, 1});
        spec.clock = static_cast<double>(MomentClock::Share);
        const auto runs = figureRuns(session, spec, m_pool, {});
        QVERIFY2(runs.ok(), runs.ok() ? "" : runs.error().sentence().c_str());
        QCOMPARE(runs->size(), std::size_t{3});
        QCOMPARE((*runs)[1]->session.lanes[0].eta, 0.5);
        QVERIFY((*runs)[0]->lanes[1] == (*runs)[2]->lanes[1]); // which nothing moves
        const QString all = texts(spec, *runs).join(QString());
        QVERIFY2(all.contains(QStringLiteral("= 0.5")), qPrintable(all));
    }

    void momentsOutsideAreRefused_data()
    {
        QTest::addColumn<MomentClock>("clock");
        QTest::addColumn<double>("moment");
        QTest::newRow("step") << MomentClock::Step << 5000.;
        QTest::newRow("noise") << MomentClock::Noise << 1e9;
        QTest::newRow("position") << MomentClock::Position << 1.5;
        QTest::newRow("part of a step") << MomentClock::Step << 1.5;
    }

    void momentsOutsideAreRefused()
    {
        QFETCH(MomentClock, clock);
        QFETCH(double, moment);
        FigureSpec spec = small();
        spec.clock = static_cast<double>(clock);
        spec.moments = {moment};
        const auto runs = figureRuns(m_runs.front()->session, spec, m_pool, {});
        const Error error =
            runs ? figureBytes(*runs, spec, FigureFormat::Png).error() : runs.error();
        QCOMPARE(error.path, std::string("moments"));
    }

    void aTransparentFigureComposes()
    {
        // Without text, whose edges Qt smooths by what is behind it.
        FigureSpec spec = small();
        spec.theme = static_cast<double>(PictureTheme::Print);
        spec.panelTitles = spec.formulas = spec.captions = spec.readouts = spec.axes = 0;
        spec.colorBar = spec.legend = static_cast<double>(KeyPlace::None);
        const QImage opaque = picture(spec);
        spec.transparent = 1;
        const QImage clear = picture(spec);
        QVERIFY(clear.hasAlphaChannel());
        QCOMPARE(clear.pixelColor(1, 1).alpha(), 0);
        QImage over(clear.size(), QImage::Format_RGB32);
        over.fill(Qt::white);
        QPainter painter(&over);
        painter.drawImage(0, 0, clear);
        painter.end();
        const double share = test::differingShare(over, opaque);
        QVERIFY2(share < 0.002, qPrintable(QString::number(share)));
        // Files of lines have no rectangle behind them either.
        const QByteArray svg = figureBytes(m_runs, spec, FigureFormat::Svg).value();
        QVERIFY(!svg.contains("fill=\"#ffffff\" fill-opacity=\"1\" stroke=\"none\""));
    }

    void themesDiffer()
    {
        FigureSpec spec = small();
        std::vector<QImage> images;
        for (const auto theme : {PictureTheme::Light, PictureTheme::Print, PictureTheme::Dark}) {
            spec.theme = static_cast<double>(theme);
            images.push_back(picture(spec));
        }
        QCOMPARE(images[0].pixelColor(1, 1), QColor(Qt::white));
        QCOMPARE(images[1].pixelColor(1, 1), QColor(Qt::white));
        QCOMPARE(images[2].pixelColor(1, 1), Theme::darkTheme().canvas);
        QVERIFY(images[0] != images[1]);
    }

    void particlesAreVectorsUpToTheLimit()
    {
        FigureSpec spec = small();
        const auto images = [&] {
            return figureBytes(m_runs, spec, FigureFormat::Svg).value().count("<image");
        };
        const auto vectors = images();
        spec.particleLimit = 59;
        QCOMPARE(images(), vectors + 2); // one in each panel
        spec.particles = static_cast<double>(ParticleDrawing::Vector);
        QCOMPARE(images(), vectors);
        spec.particles = static_cast<double>(ParticleDrawing::Raster);
        spec.particleLimit = 5000;
        QCOMPARE(images(), vectors + 2);
    }

    void fontsAndLinesScale()
    {
        FigureSpec spec = small();
        const auto sizes = [&] {
            const QByteArray svg = figureBytes(m_runs, spec, FigureFormat::Svg).value();
            QRegularExpression size(QStringLiteral("<text[^>]*font-size=\"([0-9.]+)\""));
            double largest = 0;
            for (auto match = size.globalMatch(QString::fromUtf8(svg)); match.hasNext();)
                largest = std::max(largest, match.next().captured(1).toDouble());
            return largest;
        };
        const double usual = sizes();
        spec.fontSize = 6;
        // Whole numbers of units, of which a panel's title has 160 here.
        QVERIFY(std::abs(sizes() / usual - 6. / 9) < 0.01);
        spec.fontFamily = "DejaVu Serif";
        QVERIFY(figureBytes(m_runs, spec, FigureFormat::Svg)
                    .value()
                    .contains("font-family=\"DejaVu Serif, sans-serif\""));
    }

private:
    static FigureSpec small()
    {
        FigureSpec spec;
        spec.width = 720;
        spec.height = 420;
        return spec;
    }

    static FigureSpec grid(std::vector<double> moments)
    {
        FigureSpec spec = small();
        spec.content = static_cast<double>(FigureContent::Grid);
        spec.clock = static_cast<double>(MomentClock::Position);
        spec.moments = std::move(moments);
        return spec;
    }

    QImage picture(const FigureSpec& spec) const { return picture(spec, m_runs); }
    static QImage picture(const FigureSpec& spec, const FigureRuns& runs)
    {
        const auto bytes = figureBytes(runs, spec, FigureFormat::Png);
        return bytes ? QImage::fromData(*bytes) : QImage();
    }

    /// Everything that the figure says, in the order in which it is painted.
    QStringList texts(const FigureSpec& spec) const { return texts(spec, m_runs); }
    static QStringList texts(const FigureSpec& spec, const FigureRuns& runs)
    {
        QXmlStreamReader xml(figureBytes(runs, spec, FigureFormat::Svg).value());
        QStringList all;
        while (!xml.atEnd())
            if (xml.readNext() == QXmlStreamReader::StartElement
                && xml.name() == QLatin1String("text"))
                all.push_back(xml.readElementText().trimmed());
        return xml.hasError() ? QStringList{xml.errorString()} : all;
    }

    WorkerPool m_pool{2};
    FigureRuns m_runs;
};

QTEST_MAIN(FigureLookTest)
#include "tst_figure_look.moc"
