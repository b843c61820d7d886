// SPDX-License-Identifier: GPL-3.0-or-later
// The dope sheet with real events: keys are dragged, added, typed and undone; the film's cursor
// moves what is shown, and nothing of that is left when it goes.
#include "core/session/film.h"
#include "tests/support/window_fixture.h"
#include "ui/widgets/key_diamond.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/value_slider.h"
#include "ui/window/dope_axis.h"
#include "ui/window/dope_lanes.h"
#include "ui/window/dope_sheet.h"
#include "ui/window/fading_caption.h"
#include "ui/window/scrubber.h"
#include "ui/window/time_bar.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

const char* const kWeight = "lanes.0.guidance.w";
const char* const kWeightSlider = "lanes.0.guidance.w.slider";
constexpr double kPixel = .003; ///< of the film: what a pixel of the sheet is worth, at most

} // namespace

class DopeSheetTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { close(); }

    void theKeyShowsAndHidesTheStrip();
    void aDragMovesAKeyAndIsOneStep();
    void aDragCatchesOnTenthsButNotWithAlt();
    void severalKeysMoveTogether();
    void escapeTakesADragBack();
    void doubleClickAddsTheValueInBetween();
    void deleteRemovesAndUndoBringsBack();
    void tabAndArrowsReachEveryKey();
    void enterTypesTheValue();
    void theMenuSetsTheEasing();
    void aTrackWithoutParameterSaysWhy();
    void anotherSessionHasItsOwnTracks();
    void theListAddsATrack();
    void aControlSetsItsKey();
    void theCursorMovesTheParameterAndEscapeRestores();
    void aSliderInThePreviewSetsAKey();
    void theFilmPlaysAndWaitsForNobody();
    void movingThePlayHeadEndsThePreview();
    void aDragUnderLoadEndsWhereItEnds();

private:
    DopeLanes& lanes() { return *window().dopeSheet()->lanes(); }
    DopeAxis& axis() { return *window().dopeSheet()->axis(); }
    const std::vector<Keyframe>& keys(std::size_t track = 0)
    {
        return document().stored().keyframes[track].keys;
    }
    QPoint placeOf(std::size_t track, std::size_t key)
    {
        return lanes().placeOf({track, key}).toPoint();
    }
    void scrubTo(double share)
    {
        const QPoint place(static_cast<int>(std::lround(lanes().xOf(share))), axis().height() / 2);
        QTest::mouseClick(&axis(), Qt::LeftButton, {}, place);
    }
    /// At once, with the button down, and with these keys.
    static void moveTo(QWidget& widget, QPoint place, Qt::KeyboardModifiers held = {})
    {
        QMouseEvent move(QEvent::MouseMove,
                         place,
                         widget.mapToGlobal(place),
                         Qt::NoButton,
                         Qt::LeftButton,
                         held);
        QCoreApplication::sendEvent(&widget, &move);
    }
    void type(QLineEdit& field, const char* text)
    {
        field.setFocus();
        field.selectAll();
        QTest::keyClicks(&field, QLatin1StringView(text));
        QTest::keyClick(&field, Qt::Key_Return);
    }
};

void DopeSheetTest::init()
{
    open();
    pause();
    Session session = document().session();
    session.keyframes = {{kWeight, {{.2, 1}, {.6, 5}}}, {"particles.count", {{0, 500}, {1, 900}}}};
    document().setSession(session, {});
    find<QAction>("filmVisible")->trigger();
    QVERIFY(lanes().isVisible());
    settle();
    QTRY_COMPARE_WITH_TIMEOUT(lanes().width(), canvas().width(), kPatienceMs); // the layout
}

void DopeSheetTest::theKeyShowsAndHidesTheStrip()
{
    key(Qt::Key_K);
    QVERIFY(window().dopeSheet()->isHidden());
    key(Qt::Key_K);
    QVERIFY(!window().dopeSheet()->isHidden());
    key(Qt::Key_F11);
    QVERIFY(window().dopeSheet()->isHidden());
    key(Qt::Key_F11);
    QVERIFY(!window().dopeSheet()->isHidden());
    QTest::mouseClick(find<QAbstractButton>("closeFilm"), Qt::LeftButton);
    QVERIFY(window().dopeSheet()->isHidden());
}

void DopeSheetTest::aDragMovesAKeyAndIsOneStep()
{
    const QPoint from = placeOf(0, 1);
    const QPoint to(static_cast<int>(std::lround(lanes().xOf(.8))), from.y());
    drag(lanes(), from, {(from + to) / 2, to});
    QCOMPARE(keys()[1].at, .8); // caught by the tenth
    QCOMPARE(keys()[1].value, 5.);
    QCOMPARE(document().undoStack().count(), 1);
    QVERIFY(document().isModified());
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(keys()[1].at, .6);
    QVERIFY(!document().isModified());
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(keys()[1].at, .8);
}

void DopeSheetTest::aDragCatchesOnTenthsButNotWithAlt()
{
    const QPoint from = placeOf(0, 1);
    const QPoint near(static_cast<int>(std::lround(lanes().xOf(.7))) + 3, from.y());
    const auto dragWith = [&](Qt::KeyboardModifiers held) {
        QTest::mousePress(&lanes(), Qt::LeftButton, held, placeOf(0, 1));
        moveTo(lanes(), near, held);
        QTest::mouseRelease(&lanes(), Qt::LeftButton, held, near);
    };
    dragWith(Qt::NoModifier);
    QCOMPARE(keys()[1].at, .7);
    document().undoStack().undo();
    dragWith(Qt::AltModifier);
    QVERIFY2(keys()[1].at > .7 + kPixel / 10, qPrintable(QString::number(keys()[1].at)));
}

void DopeSheetTest::severalKeysMoveTogether()
{
    QTest::mouseClick(&lanes(), Qt::LeftButton, {}, placeOf(0, 0));
    QTest::mouseClick(&lanes(), Qt::LeftButton, Qt::ShiftModifier, placeOf(0, 1));
    QCOMPARE(lanes().selection().size(), std::size_t{2});
    const QPoint from = placeOf(0, 0);
    const QPoint to(static_cast<int>(std::lround(lanes().xOf(.3))), from.y());
    drag(lanes(), from, {to});
    QCOMPARE(keys()[0].at, .3);
    QVERIFY(std::abs(keys()[1].at - .7) < 1e-9); // a sum of tenths
    QCOMPARE(lanes().selection().size(), std::size_t{2});
    QCOMPARE(document().undoStack().count(), 1);
    // A band over both rows takes all four.
    drag(lanes(),
         {lanes().width() - 2, 2 * lanes().rowHeight() - 1},
         {QPoint(static_cast<int>(lanes().xOf(0)) - 4, 1)});
    QCOMPARE(lanes().selection().size(), std::size_t{4});
}

void DopeSheetTest::escapeTakesADragBack()
{
    const QPoint from = placeOf(0, 1);
    lanes().setFocus();
    QTest::mousePress(&lanes(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&lanes(), from + QPoint(80, 0));
    QVERIFY(keys()[1].at > .6);
    QTest::keyClick(&lanes(), Qt::Key_Escape);
    QTest::mouseRelease(&lanes(), Qt::LeftButton, {}, from + QPoint(80, 0));
    QCOMPARE(keys()[1].at, .6);
    QCOMPARE(document().undoStack().count(), 0);
}

void DopeSheetTest::doubleClickAddsTheValueInBetween()
{
    const QPoint place(static_cast<int>(std::lround(lanes().xOf(.4))), placeOf(0, 0).y());
    QTest::mouseDClick(&lanes(), Qt::LeftButton, {}, place);
    QCOMPARE(keys().size(), std::size_t{3});
    QCOMPARE(keys()[1].at, .4);
    QCOMPARE(keys()[1].value, 3.); // half way from 1 to 5
    QCOMPARE(lanes().selection(), (std::set<KeyRef>{{0, 1}}));
    QCOMPARE(document().undoStack().count(), 1);
    document().undoStack().undo();
    QCOMPARE(keys().size(), std::size_t{2});
    QVERIFY(lanes().selection().size() <= 1);
}

void DopeSheetTest::deleteRemovesAndUndoBringsBack()
{
    const auto components = session().data->components.size();
    QTest::mouseClick(&lanes(), Qt::LeftButton, {}, placeOf(0, 0));
    lanes().setFocus();
    QTest::keyClick(&lanes(), Qt::Key_Delete);
    QCOMPARE(keys().size(), std::size_t{1});
    QCOMPARE(session().data->components.size(), components); // the window's Delete is another one
    QTest::mouseClick(&lanes(), Qt::LeftButton, {}, placeOf(0, 0));
    QTest::keyClick(&lanes(), Qt::Key_Delete);
    QCOMPARE(document().stored().keyframes.size(), std::size_t{1}); // its last key was the track
    document().undoStack().undo();
    document().undoStack().undo();
    QCOMPARE(keys().size(), std::size_t{2});
    QCOMPARE(lanes().rows().size(), std::size_t{2});
}

void DopeSheetTest::tabAndArrowsReachEveryKey()
{
    lanes().setFocus(Qt::TabFocusReason);
    QCOMPARE(lanes().selection(), (std::set<KeyRef>{{0, 0}}));
    QTest::keyClick(&lanes(), Qt::Key_Tab);
    QCOMPARE(lanes().selection(), (std::set<KeyRef>{{0, 1}}));
    const double position = session().timeline.position;
    QTest::keyClick(&lanes(), Qt::Key_Right);
    QTest::keyClick(&lanes(), Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(std::abs(keys()[1].at - .71) < 1e-9);
    QCOMPARE(session().timeline.position, position); // the window's arrows are others
    QTest::keyClick(&lanes(), Qt::Key_Up);
    QVERIFY(keys()[1].value > 5);
    QTest::keyClick(&lanes(), Qt::Key_Tab);
    QTest::keyClick(&lanes(), Qt::Key_Tab);
    QCOMPARE(lanes().selection(), (std::set<KeyRef>{{1, 1}}));
    QTest::keyClick(&lanes(), Qt::Key_Tab);
    QVERIFY(!lanes().hasFocus());
}

void DopeSheetTest::enterTypesTheValue()
{
    QTest::mouseClick(&lanes(), Qt::LeftButton, {}, placeOf(0, 1));
    lanes().setFocus();
    QTest::keyClick(&lanes(), Qt::Key_Return);
    auto* field = find<NumberField>("keyValue");
    QVERIFY(field->hasFocus());
    type(*field, "7.5");
    QCOMPARE(keys()[1].value, 7.5);
    type(*field, "1e9");
    QVERIFY(field->hasError());
    QVERIFY(!errorText().isEmpty());
    QCOMPARE(keys()[1].value, 7.5);
    auto* time = find<NumberField>("keyTime");
    type(*time, "3"); // of the six seconds of a film
    QCOMPARE(keys()[1].at, .5);
    type(*time, "0"); // no further than the key before it
    QVERIFY(keys()[1].at > .2 && keys()[1].at < .2 + 2 * kKeyGap);
    // The row's own field sets a key at the cursor.
    type(*lanes().field(0), "2.5");
    QCOMPARE(keys().size(), std::size_t{3});
    QCOMPARE(keys()[0], (Keyframe{0, 2.5, Easing::Linear}));
}

void DopeSheetTest::theMenuSetsTheEasing()
{
    const QPoint place = placeOf(0, 0);
    QContextMenuEvent event(QContextMenuEvent::Mouse, place, lanes().mapToGlobal(place));
    QCoreApplication::sendEvent(&lanes(), &event);
    auto* menu = find<QMenu>("keyMenu");
    QVERIFY(menu);
    QVERIFY(QTest::qWaitForWindowExposed(menu, kPatienceMs));
    QAction* easing = menu->findChild<QAction*>(QStringLiteral("in-out"));
    QVERIFY(easing && !easing->isChecked());
    choose(*menu, easing);
    QTRY_VERIFY_WITH_TIMEOUT(keys()[0].easing == Easing::InOut, kPatienceMs);
    QCOMPARE(find<QComboBox>("keyEasing")->currentIndex(), static_cast<int>(Easing::InOut));
    QVERIFY(keys()[1].easing == Easing::Linear);
}

void DopeSheetTest::aTrackWithoutParameterSaysWhy()
{
    QVERIFY(lanes().rows()[0].problem.isEmpty());
    // The rule of the first lane loses its weight.
    QVERIFY(document().edit(QStringLiteral("rule"), [](Session& session) {
        (void)setParameterText(session, "lanes.0.guidance.kind", "none");
    }));
    QVERIFY(lanes().rows()[0].problem.contains(QStringLiteral("guidance")));
    QVERIFY(!lanes().field(0)->isVisible());
    window().film().goTo(.5);                  // the rest of the film goes on
    QCOMPARE(session().particles.count, 671.); // half way by factors: the square root of 500 · 900
    document().undoStack().undo();
    QVERIFY(lanes().rows()[0].problem.isEmpty());
    QVERIFY(lanes().field(0)->isVisible());
}

void DopeSheetTest::anotherSessionHasItsOwnTracks()
{
    window().film().goTo(.5);
    document().setSession(defaultSession(), {});
    QVERIFY(lanes().rows().empty());
    QVERIFY(!document().showsFilm());
}

void DopeSheetTest::theListAddsATrack()
{
    QTest::mouseClick(find<QAbstractButton>("animate"), Qt::LeftButton);
    auto* list = find<QListWidget>("choiceList");
    QVERIFY(list);
    auto* search = find<QLineEdit>("choiceSearch");
    QTest::keyClicks(search, QStringLiteral("lanes.*.guidance.w"));
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(document().stored().keyframes.size(), std::size_t{3});
    QCOMPARE(document().stored().keyframes[2].key, std::string("lanes.*.guidance.w"));
    QCOMPARE(keys(2), (std::vector<Keyframe>{{0, 0}}));
    QCOMPARE(lanes().rows()[2].place, QStringLiteral("all lanes"));
    document().undoStack().undo();
    QCOMPARE(lanes().rows().size(), std::size_t{2});
}

void DopeSheetTest::aControlSetsItsKey()
{
    // Keyframes move it: its diamond shows, and a click sets a key of what is shown.
    auto* diamond = find<KeyDiamond>("lanes.0.guidance.w.key");
    QVERIFY(diamond && diamond->isVisible());
    QVERIFY(diamond->state() == KeyDiamond::State::Moved);
    QTest::mouseClick(diamond, Qt::LeftButton);
    QCOMPARE(keys()[0], (Keyframe{0, 0, Easing::Linear}));
    QVERIFY(diamond->state() == KeyDiamond::State::Key);
    QTest::mouseClick(diamond, Qt::LeftButton);
    QCOMPARE(keys()[0].at, .2);
    QVERIFY(diamond->state() == KeyDiamond::State::Moved);
    // The menu of another control animates it and shows the strip.
    key(Qt::Key_K);
    QVERIFY(window().dopeSheet()->isHidden());
    auto* row =
        qobject_cast<ParameterRow*>(find<QWidget>("lanes.0.process.horizon")->parentWidget());
    QVERIFY(row);
    QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(4, 4), row->mapToGlobal(QPoint(4, 4)));
    QCoreApplication::sendEvent(row, &event);
    auto* animate = row->findChild<QAction*>(QStringLiteral("animateParameter"));
    QVERIFY(animate);
    animate->trigger();
    QCOMPARE(document().stored().keyframes[2].key, std::string("lanes.0.process.horizon"));
    QCOMPARE(keys(2), (std::vector<Keyframe>{{0, 10}}));
    QVERIFY(!window().dopeSheet()->isHidden());
    // The other lane's has none.
    auto* other = find<KeyDiamond>("lanes.1.process.horizon.key");
    QVERIFY(!other || other->isHidden());
}

void DopeSheetTest::theCursorMovesTheParameterAndEscapeRestores()
{
    const Session before = session();
    auto* slider = find<ValueSlider>(kWeightSlider);
    scrubTo(.4);
    QVERIFY(document().showsFilm());
    QVERIFY(std::abs(*parameterValue(session(), kWeight) - 3) < 4 * kPixel / .4);
    QCOMPARE(slider->number(), *parameterValue(session(), kWeight));
    QVERIFY(find<QAbstractButton>("endPreview")->isVisible());
    settle();
    QCOMPARE(*parameterValue(product().session, kWeight), *parameterValue(session(), kWeight));
    QCOMPARE(product().session.particles.count, session().particles.count);
    QVERIFY(session().particles.count != before.particles.count);
    QVERIFY(!document().isModified());
    QCOMPARE(document().undoStack().count(), 0);
    key(Qt::Key_Escape);
    QVERIFY(!document().showsFilm());
    QVERIFY(session() == before);
    QCOMPARE(slider->number(), *parameterValue(before, kWeight));
    QVERIFY(find<QAbstractButton>("endPreview")->isHidden());
    settle();
    QCOMPARE(*parameterValue(product().session, kWeight), *parameterValue(before, kWeight));
}

void DopeSheetTest::aSliderInThePreviewSetsAKey()
{
    scrubTo(.4);
    const double cursor = document().filmCursor();
    auto* slider = find<ValueSlider>(kWeightSlider);
    const QPoint handle = slider->handlePosition(slider->number());
    drag(*slider, handle, {handle + QPoint(10, 0), handle + QPoint(20, 0)});
    QCOMPARE(keys().size(), std::size_t{3});
    QCOMPARE(keys()[1].at, cursor);
    QCOMPARE(keys()[1].value, slider->number());
    QCOMPARE(*parameterValue(document().stored(), kWeight), 0.);
    QCOMPARE(document().undoStack().count(), 1);
    QVERIFY(window().caption() && window().caption()->text().contains(QStringLiteral("Key set")));
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(keys().size(), std::size_t{2});
}

void DopeSheetTest::theFilmPlaysAndWaitsForNobody()
{
    auto* button = find<QAbstractButton>("playFilm");
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(window().film().isPlaying() && button->isChecked());
    QTRY_VERIFY_WITH_TIMEOUT(document().filmCursor() > 0, kPatienceMs);
    key(Qt::Key_Space); // plays what is shown
    QVERIFY(!window().film().isPlaying() && !button->isChecked());
    QVERIFY(!window().playback().isPlaying());
    QVERIFY(document().showsFilm());
    key(Qt::Key_Space);
    QVERIFY(window().film().isPlaying());
    QTest::mouseClick(find<QAbstractButton>("endPreview"), Qt::LeftButton);
    QVERIFY(!window().film().isPlaying());
    QVERIFY(!document().showsFilm());
}

void DopeSheetTest::movingThePlayHeadEndsThePreview()
{
    scrubTo(.4);
    Scrubber& scrubber = *window().timeBar()->scrubber();
    const QPoint to(static_cast<int>(scrubber.xOf(.9)), scrubber.height() / 2);
    QTest::mouseClick(&scrubber, Qt::LeftButton, {}, to);
    QVERIFY(!document().showsFilm());
    QCOMPARE(session().timeline.position, scrubber.positionAt(to.x()));
    QCOMPARE(*parameterValue(session(), kWeight), 0.);
    QCOMPARE(document().undoStack().count(), 0);
}

void DopeSheetTest::aDragUnderLoadEndsWhereItEnds()
{
    QVERIFY(document().edit(QStringLiteral("load"), [](Session& session) {
        session.keyframes.resize(1);
        session.particles.count = 50000;
    }));
    settle();
    std::vector<double> shown;
    connect(&window().engine(), &Engine::productReady, this, [&](const auto& run) {
        shown.push_back(*parameterValue(run->session, kWeight));
    });
    const int y = axis().height() / 2;
    QTest::mousePress(&axis(), Qt::LeftButton, {}, {static_cast<int>(lanes().xOf(.2)), y});
    constexpr int kMoves = 60;
    for (int move = 1; move <= kMoves; ++move)
        moveTo(axis(), {static_cast<int>(lanes().xOf(.2 + .4 * move / kMoves)), y});
    QTest::mouseRelease(&axis(), Qt::LeftButton, {}, {static_cast<int>(lanes().xOf(.6)), y});
    settle();
    // What is shown at the end is the last place, and nothing comes after it: places that were
    // passed are shown in their order, or not at all.
    QCOMPARE(*parameterValue(product().session, kWeight), *parameterValue(session(), kWeight));
    QVERIFY(!product().preview);
    QVERIFY(!shown.empty() && shown.back() == *parameterValue(session(), kWeight));
    QVERIFY(std::is_sorted(shown.begin(), shown.end()));
}

int main(int argc, char** argv)
{
    return runWindowTest<DopeSheetTest>(argc, argv);
}
#include "tst_dope_sheet.moc"
