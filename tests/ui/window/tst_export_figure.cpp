// SPDX-License-Identifier: GPL-3.0-or-later
// The figure dialog: real events on its form, a file that equals the command line's byte by byte,
// fields that say why they do not apply, what goes to the clipboard.
#include "core/session/export_table.h"
#include "tests/support/export_fixture.h"
#include "ui/exports/cite_dialog.h"
#include "ui/exports/figure_form.h"
#include "ui/exports/picture_view.h"
#include "ui/widgets/value_slider.h"

#include <QCheckBox>
#include <QClipboard>
#include <QImage>
#include <QMimeData>
#include <QPlainTextEdit>

#include <thread>

using namespace scorefield;
using namespace scorefield::ui;

class ExportFigureTest : public QObject, public ExportFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("SOURCE_DATE_EPOCH", "1700000000"); }
    void init() { openSmall(); }
    void cleanup() { close(); }

    void theFileEqualsThatOfTheCommandLine_data();
    void theFileEqualsThatOfTheCommandLine();
    void chartsAreFiguresToo();
    void aPictureOpensLikeItsSession();
    void whatDoesNotApplySaysWhy();
    void aGridTakesMomentsAndLanes();
    void errorsStandAtTheirField();
    void namedSizesSetThePage();
    void thePageStaysWhenItsUnitChanges();
    void thePreviewFollowsTheForm();
    void playingDoesNotDrawWhatStandsStill();
    void figureGoesToTheClipboard();
    void commandLineAndPythonGoToTheClipboard();
    void methodsAreCited();
    void everyControlHasAName();

private:
    static const FigureSpec& spec(FigureDialog* dialog)
    {
        return static_cast<FigureForm*>(dialog->form())->figure();
    }
};

void ExportFigureTest::theFileEqualsThatOfTheCommandLine_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QString>("ending");
    QTest::newRow("png") << 0 << QStringLiteral(".png");
    QTest::newRow("svg") << 1 << QStringLiteral(".svg");
    QTest::newRow("pdf") << 2 << QStringLiteral(".pdf");
}

void ExportFigureTest::theFileEqualsThatOfTheCommandLine()
{
    QFETCH(int, format);
    QFETCH(QString, ending);
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    type(dialog, "width", QStringLiteral("360"));
    type(dialog, "height", QStringLiteral("220"));
    type(dialog, "title", QStringLiteral("Three modes"));
    choose(dialog, "theme", 2);
    click(dialog, "formulas");
    clickSegment(dialog, "format", format);
    QCOMPARE(spec(dialog).width, 360.);
    QCOMPARE(spec(dialog).height, 220.);
    QCOMPARE(spec(dialog).title, std::string("Three modes"));
    QCOMPARE(spec(dialog).theme, static_cast<double>(PictureTheme::Dark));
    QCOMPARE(spec(dialog).formulas, 0.);
    QCOMPARE(dialog->form()->ending(), ending);

    const QString here = folder("window"), there = folder("command");
    // Without an ending the dialog's format decides.
    QVERIFY2(dialog->exportTo(here + QStringLiteral("/figure")),
             qPrintable(text(dialog, "message")));
    waitForQueue();
    QVERIFY2(errorText().startsWith(QStringLiteral("Saved")), qPrintable(errorText()));
    const QString name = QStringLiteral("/figure") + ending;
    // What the command line calls, with nothing that the window has computed.
    // On a thread of its own: this one has the window's OpenGL context.
    Status made = success();
    std::thread([&, now = session(), job = dialog->job()] {
        made = render::runExport(now, job, (there + name).toStdString(), {});
    }).join();
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    QVERIFY(!contentOf(here + name).isEmpty());
    QCOMPARE(contentOf(here + name), contentOf(there + name));
    QCOMPARE(QDir(here).entryList(QDir::Files).size(), 1);
    if (format == 0)
        QCOMPARE(QImage(here + name).size(), QSize(360, 220));
}

/// Analysed by the queue's thread, drawn by the window's.
void ExportFigureTest::chartsAreFiguresToo()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    type(dialog, "width", QStringLiteral("480"));
    type(dialog, "height", QStringLiteral("300"));
    choose(dialog, "content", 3);
    const QString path = folder("charts") + QStringLiteral("/charts.png");
    QVERIFY2(dialog->exportTo(path), qPrintable(text(dialog, "message")));
    waitForQueue();
    QVERIFY2(errorText().startsWith(QStringLiteral("Saved")), qPrintable(errorText()));
    const QImage charts(path);
    QCOMPARE(charts.size(), QSize(480, 300));
    // The preview is the same picture: it has room for all of its pixels.
    QTRY_COMPARE_WITH_TIMEOUT(dialog->preview()->picture().size(), charts.size(), kPatienceMs);
}

void ExportFigureTest::aPictureOpensLikeItsSession()
{
    QVERIFY(document().setValue(QStringLiteral("view.density.opacity"), 0.25));
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    const QString path = folder("pictures") + QStringLiteral("/picture.png");
    QVERIFY(dialog->exportTo(path));
    waitForQueue();
    dialog->close();
    QApplication::setActiveWindow(&window());
    QTest::keyClick(&window(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(session().view.density.opacity != 0.25);
    QVERIFY(window().openFile(path));
    QCOMPARE(session().view.density.opacity, 0.25);
    // A folder that is not there: said in the dialog, nothing is started.
    QVERIFY(!dialog->exportTo(QStringLiteral("/nowhere/picture.png")));
    QVERIFY2(text(dialog, "message").contains(QStringLiteral("/nowhere")),
             qPrintable(text(dialog, "message")));
    QVERIFY(!queue().isBusy());
}

void ExportFigureTest::whatDoesNotApplySaysWhy()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    const auto whyOff = [&](const char* key) {
        const auto* widget = control<QWidget>(dialog, key);
        return widget != nullptr && !widget->isEnabled() ? widget->toolTip() : QString();
    };
    QVERIFY(whyOff("lane").contains(QStringLiteral("One lane")));
    QVERIFY(whyOff("lanes").contains(QStringLiteral("grid")));
    QVERIFY(whyOff("moments").contains(QStringLiteral("play-head")));
    QVERIFY(whyOff("moments_down").contains(QStringLiteral("grid")));
    QVERIFY(whyOff("particle_drawing").contains(QStringLiteral("PNG")));
    QVERIFY(whyOff("bookmark").contains(QStringLiteral("no bookmarks")));
    clickSegment(dialog, "format", 1);
    QCOMPARE(whyOff("particle_drawing"), QString());
    QCOMPARE(whyOff("particle_limit"), QString());
    choose(dialog, "particle_drawing", 1);
    QVERIFY(whyOff("particle_limit").contains(QStringLiteral("Automatic")));
    QVERIFY(document().setValue(QStringLiteral("view.particles.visible"), 0));
    QVERIFY(whyOff("particle_drawing").contains(QStringLiteral("hidden")));
    choose(dialog, "content", 1);
    QCOMPARE(whyOff("lane"), QString());
    QVERIFY(document().edit(QStringLiteral("one"), [](Session& s) { s.lanes.resize(1); }));
    QVERIFY(whyOff("lane").contains(QStringLiteral("one lane")));
    choose(dialog, "content", 3);
    QVERIFY(whyOff("lane").contains(QStringLiteral("all lanes")));
    QVERIFY(whyOff("formulas").contains(QStringLiteral("Charts")));
}

void ExportFigureTest::aGridTakesMomentsAndLanes()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    choose(dialog, "content", 2);
    // A grid at the one moment of the play-head is seldom meant.
    QCOMPARE(spec(dialog).clock, static_cast<double>(MomentClock::Noise));
    QCOMPARE(spec(dialog).moments, (std::vector<double>{5, 1, .2}));
    type(dialog, "moments", QStringLiteral("3; 0.5"));
    QCOMPARE(spec(dialog).moments, (std::vector<double>{3, .5}));
    // All lanes are an empty list; the last one stays.
    QVERIFY(spec(dialog).lanes.empty());
    click(dialog, "lanes.1");
    QCOMPARE(spec(dialog).lanes, (std::vector<int>{2}));
    click(dialog, "lanes.2");
    QCOMPARE(spec(dialog).lanes, (std::vector<int>{2}));
    QVERIFY(control<QCheckBox>(dialog, "lanes.2")->isChecked());
    click(dialog, "lanes.1");
    QVERIFY(spec(dialog).lanes.empty());
    // Numbers of one clock mean nothing under another.
    choose(dialog, "clock", 3);
    QCOMPARE(spec(dialog).moments, (std::vector<double>{0, .5, 1}));
    choose(dialog, "content", 0);
    QCOMPARE(spec(dialog).moments.size(), std::size_t(1));
    choose(dialog, "clock", 0);
    QVERIFY(spec(dialog).moments.empty());
    QVERIFY(dialog->form()->check());
}

void ExportFigureTest::errorsStandAtTheirField()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    choose(dialog, "content", 2);
    auto* button = control<QPushButton>(dialog, "export");
    type(dialog, "moments", QStringLiteral("5, x"));
    QVERIFY2(text(dialog, "moments.error").contains(QStringLiteral("'x'")),
             qPrintable(text(dialog, "moments.error")));
    QVERIFY(!button->isEnabled());
    QVERIFY(!control<QPushButton>(dialog, "addJob")->isEnabled());
    type(dialog, "moments", QStringLiteral("-1"));
    QVERIFY(text(dialog, "moments.error").contains(QStringLiteral("-1")));
    type(dialog, "moments", QStringLiteral("1"));
    QCOMPARE(text(dialog, "moments.error"), QString());
    QVERIFY(button->isEnabled());
    // 16384 pixels are the most that OpenGL draws at once.
    type(dialog, "width", QStringLiteral("20000"));
    QVERIFY2(text(dialog, "size.error").contains(QStringLiteral("16384")),
             qPrintable(text(dialog, "size.error")));
    QVERIFY(!button->isEnabled());
    QVERIFY(button->toolTip().contains(QStringLiteral("16384")));
    type(dialog, "width", QStringLiteral("800"));
    QVERIFY(button->isEnabled());
}

void ExportFigureTest::namedSizesSetThePage()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    const ColumnPreset& single = columnPresets().front();
    choose(dialog, "preset", 1);
    QCOMPARE(spec(dialog).width, single.width);
    QCOMPARE(spec(dialog).height, single.height);
    QCOMPARE(spec(dialog).unit, static_cast<double>(single.unit));
    QCOMPARE(spec(dialog).fontSize, single.fontSize);
    QTRY_VERIFY_WITH_TIMEOUT(text(dialog, "facts").contains(QStringLiteral("300 dpi")),
                             kPatienceMs);
    type(dialog, "height", QStringLiteral("3"));
    QCOMPARE(control<QComboBox>(dialog, "preset")->currentIndex(), 0); // "Custom"
}

void ExportFigureTest::thePageStaysWhenItsUnitChanges()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    choose(dialog, "preset", 3); // 89 mm
    QCOMPARE(spec(dialog).width, 89.);
    const FigureSize before = figureSize(spec(dialog));
    clickSegment(dialog, "unit", 1);
    QCOMPARE(spec(dialog).width, 3.5); // 89/25.4 = 3.504, to the hundredth of an inch
    clickSegment(dialog, "unit", 2);
    // A hundredth of an inch is 3 pixels at 300 dpi.
    QVERIFY(std::abs(figureSize(spec(dialog)).widthPx - before.widthPx) <= 3);
    QVERIFY(std::abs(figureSize(spec(dialog)).heightPx - before.heightPx) <= 3);
}

void ExportFigureTest::thePreviewFollowsTheForm()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->preview()->picture().isNull(), kPatienceMs);
    type(dialog, "width", QStringLiteral("400"));
    type(dialog, "height", QStringLiteral("400"));
    const auto isSquare = [&] {
        const QSize size = dialog->preview()->picture().size();
        return std::abs(size.width() - size.height()) <= 1; // rounded to pixels
    };
    QTRY_VERIFY_WITH_TIMEOUT(isSquare(), kPatienceMs);
    const QImage light = dialog->preview()->picture();
    QVERIFY(light.pixelColor(2, 2).lightnessF() > .9);
    choose(dialog, "theme", 2);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->preview()->picture().pixelColor(2, 2).lightnessF() < .2,
                             kPatienceMs);
    // An edit of the session is in the next picture too.
    const QImage dark = dialog->preview()->picture();
    QVERIFY(document().setValue(QStringLiteral("view.density.visible"), 0));
    QTRY_VERIFY_WITH_TIMEOUT(dialog->preview()->picture() != dark, kPatienceMs);
}

void ExportFigureTest::playingDoesNotDrawWhatStandsStill()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    choose(dialog, "clock", 3);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->preview()->picture().isNull(), kPatienceMs);
    QTest::qWait(400); // until the last edit is drawn
    QSignalSpy shown(dialog, &FigureDialog::previewShown);
    Timeline timeline = session().timeline;
    for (int i = 0; i < 5; ++i) {
        timeline.position = .1 * i;
        document().setTimeline(timeline);
        QTest::qWait(100);
    }
    QTest::qWait(300);
    QCOMPARE(shown.count(), 0);
    choose(dialog, "clock", 0);
    QTRY_VERIFY_WITH_TIMEOUT(shown.count() > 0, kPatienceMs);
}

void ExportFigureTest::figureGoesToTheClipboard()
{
    QGuiApplication::clipboard()->clear();
    const QSize shown = canvas().size(); // the notice that follows takes some of it
    key(Qt::Key_C, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(errorText().startsWith(QStringLiteral("Copied the figure")),
                             kPatienceMs);
    QCOMPARE(QGuiApplication::clipboard()->image().size(), shown * 2);
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    type(dialog, "width", QStringLiteral("300"));
    type(dialog, "height", QStringLiteral("200"));
    click(dialog, "copyFigure");
    QTRY_VERIFY_WITH_TIMEOUT(text(dialog, "message").startsWith(QStringLiteral("Copied")),
                             kPatienceMs);
    const QMimeData* data = QGuiApplication::clipboard()->mimeData();
    QCOMPARE(QGuiApplication::clipboard()->image().size(), QSize(300, 200));
    QVERIFY(data->data(QStringLiteral("image/png")).contains("scorefield"));
}

void ExportFigureTest::commandLineAndPythonGoToTheClipboard()
{
    const auto clipboard = [] { return QGuiApplication::clipboard()->text(); };
    auto* python = window().findChild<QAction*>(QStringLiteral("copyPython"));
    auto* command = window().findChild<QAction*>(QStringLiteral("copyCommandLine"));
    QVERIFY(python && command);
    python->trigger();
    QVERIFY2(clipboard().contains(QStringLiteral("numpy")), qPrintable(clipboard()));
    QVERIFY(errorText().contains(QStringLiteral("NumPy")));
    const QString path = filePath("kept.scorefield.json");
    QVERIFY(document().save(path));
    command->trigger();
    QVERIFY2(clipboard().startsWith(QStringLiteral("scorefield render")), qPrintable(errorText()));
    QVERIFY(clipboard().contains(path));
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    type(dialog, "width", QStringLiteral("300"));
    click(dialog, "copyCommandLine");
    QVERIFY2(clipboard().contains(QStringLiteral("300x900")), qPrintable(clipboard()));
}

void ExportFigureTest::methodsAreCited()
{
    window().findChild<QAction*>(QStringLiteral("citeMethods"))->trigger();
    auto* dialog = find<CiteDialog>("citeDialog");
    QVERIFY(dialog && dialog->isVisible());
    const QString entries = dialog->findChild<QPlainTextEdit*>()->toPlainText();
    QVERIFY(entries.contains(QLatin1Char('@')));
    click(dialog, "copyBibtex");
    QCOMPARE(QGuiApplication::clipboard()->text(), entries);
    const QString path = filePath("methods");
    QVERIFY(dialog->saveTo(path));
    QCOMPARE(contentOf(path + QStringLiteral(".bib")), entries.toUtf8());
}

void ExportFigureTest::everyControlHasAName()
{
    for (QWidget* dialog :
         {static_cast<QWidget*>(openFigure()), static_cast<QWidget*>(openVideo())}) {
        QVERIFY(dialog);
        int controls = 0;
        const auto widgets = dialog->findChildren<QWidget*>();
        for (const QWidget* widget : widgets) {
            const bool isControl = qobject_cast<const QAbstractButton*>(widget)
                                   || qobject_cast<const QLineEdit*>(widget)
                                   || qobject_cast<const QComboBox*>(widget)
                                   || qobject_cast<const ValueSlider*>(widget);
            if (!isControl || widget->property("segment").isValid())
                continue;
            ++controls;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                     qPrintable(widget->objectName()));
        }
        QVERIFY(controls > 20);
    }
}

int main(int argc, char** argv)
{
    return runWindowTest<ExportFigureTest>(argc, argv);
}
#include "tst_export_figure.moc"
