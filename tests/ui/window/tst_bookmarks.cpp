// SPDX-License-Identifier: GPL-3.0-or-later
// Bookmarks with real events: they are added, gone to, stepped through in a presentation, edited in
// their list, and still there when the file is opened again.
#include "tests/support/window_fixture.h"
#include "ui/window/bookmark_dialog.h"
#include "ui/window/fading_caption.h"

#include <QAbstractButton>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

const QString kWeight = QStringLiteral("lanes.0.guidance.w");

} // namespace

class BookmarksTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { close(); }

    void theDialogAddsWhatIsShown();
    void jumpingIsAnUndoStep();
    void pageKeysStepInAPresentation();
    void stepsDoNotWrap();
    void withoutBookmarksANoticeSaysHow();
    void theMenuListsThem();
    void theWindowSaysWhereItStands();
    void theListRenamesMovesAndDeletes();
    void jumpingEndsTheFilm();
    void savingAndOpeningKeepsAll();

private:
    double weight() { return *parameterValue(session(), kWeight.toStdString()); }
    /// w = 1, 2, 3 under the names one, two, three; the window stands at three.
    void makeThree();
    QString order();
};

void BookmarksTest::init()
{
    open();
    pause();
}

void BookmarksTest::makeThree()
{
    int number = 0;
    for (const char* name : {"one", "two", "three"}) {
        QVERIFY(document().setValue(kWeight, ++number));
        Timeline timeline = session().timeline;
        timeline.position = .1 * number;
        document().setTimeline(timeline);
        QVERIFY(window().bookmarks().add(QLatin1StringView(name)).ok());
    }
    settle();
}

QString BookmarksTest::order()
{
    QStringList names;
    for (const Bookmark& bookmark : document().stored().bookmarks)
        names << QString::fromStdString(bookmark.name);
    return names.join(u' ');
}

void BookmarksTest::theDialogAddsWhatIsShown()
{
    key(Qt::Key_B, Qt::ControlModifier);
    auto* dialog = find<NewBookmarkDialog>("newBookmark");
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    auto* name = find<QLineEdit>("bookmarkName");
    QVERIFY(name->text().startsWith(QStringLiteral("VP w = 0 | RF w = 0")));
    const QString proposed = name->text();
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(order(), proposed);
    QVERIFY(*document().stored().bookmarks[0].state == static_cast<const SessionState&>(session()));
    QTRY_VERIFY_WITH_TIMEOUT(!find<NewBookmarkDialog>("newBookmark"), kPatienceMs);
    // The same name again is refused, and the dialog stays to mend it.
    key(Qt::Key_B, Qt::ControlModifier);
    name = find<QLineEdit>("bookmarkName");
    QVERIFY(name->text() != proposed);
    name->selectAll();
    QTest::keyClicks(name, proposed);
    QTest::keyClick(name, Qt::Key_Return);
    QVERIFY(find<QLabel>("bookmarkProblem")->text().contains(proposed));
    QCOMPARE(document().stored().bookmarks.size(), std::size_t{1});
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("b"));
    QTest::mouseClick(find<QAbstractButton>("bookmarkAdd"), Qt::LeftButton);
    QCOMPARE(document().stored().bookmarks.size(), std::size_t{2});
    document().undoStack().undo();
    QCOMPARE(order(), proposed);
}

void BookmarksTest::jumpingIsAnUndoStep()
{
    makeThree();
    const int steps = document().undoStack().index();
    key(Qt::Key_1, Qt::AltModifier);
    QCOMPARE(weight(), 1.);
    QCOMPARE(session().timeline.position, .1);
    QCOMPARE(document().undoStack().index(), steps + 1);
    QVERIFY(document().undoStack().undoText().contains(QStringLiteral("one")));
    settle();
    QCOMPARE(*parameterValue(product().session, kWeight.toStdString()), 1.);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(weight(), 3.);
    QCOMPARE(window().bookmarks().current(), std::optional(2));
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(weight(), 1.);
    QCOMPARE(window().bookmarks().current(), std::optional(0));
    QCOMPARE(order(), QStringLiteral("one two three"));
}

void BookmarksTest::pageKeysStepInAPresentation()
{
    makeThree();
    window().bookmarks().goTo(0);
    key(Qt::Key_F11);
    key(Qt::Key_PageDown);
    QVERIFY(window().isPresenting());
    QCOMPARE(weight(), 2.);
    QCOMPARE(window().caption()->text(), QStringLiteral("two"));
    QVERIFY(window().caption()->accessibleName().startsWith(QStringLiteral("2 / 3")));
    QVERIFY(window().caption()->isVisible());
    QVERIFY(canvas().geometry().contains(
        canvas().parentWidget()->mapFromGlobal(window().caption()->mapToGlobal(QPoint(0, 0)))));
    QTRY_VERIFY_WITH_TIMEOUT(!window().caption()->isVisible(), kPatienceMs); // it goes by itself
    key(Qt::Key_PageDown);
    QCOMPARE(weight(), 3.);
    key(Qt::Key_PageUp);
    QCOMPARE(weight(), 2.);
    // After a change of one's own the next step goes on from here.
    QVERIFY(document().setValue(kWeight, 2.5));
    QVERIFY(!window().bookmarks().current());
    key(Qt::Key_PageDown);
    QCOMPARE(weight(), 3.);
    key(Qt::Key_F11);
    key(Qt::Key_PageUp); // outside it, too
    QCOMPARE(weight(), 2.);
}

void BookmarksTest::stepsDoNotWrap()
{
    makeThree();
    const int steps = document().undoStack().index();
    key(Qt::Key_PageDown);
    QCOMPARE(weight(), 3.);
    QCOMPARE(document().undoStack().index(), steps);
    QCOMPARE(window().caption()->text(), QStringLiteral("three")); // it says that this is the last
}

void BookmarksTest::withoutBookmarksANoticeSaysHow()
{
    key(Qt::Key_PageDown);
    QVERIFY(window().caption()->text().contains(QStringLiteral("Ctrl+B")));
    QCOMPARE(document().undoStack().count(), 0);
}

void BookmarksTest::theMenuListsThem()
{
    makeThree();
    QMenu* menu = openMenu(QStringLiteral("&Bookmarks"));
    QVERIFY(menu);
    QList<QAction*> listed;
    for (QAction* action : menu->actions())
        if (action->objectName() == QStringLiteral("bookmark"))
            listed << action;
    QCOMPARE(listed.size(), 3);
    QCOMPARE(listed[1]->text(), QStringLiteral("two"));
    QCOMPARE(listed[1]->shortcut(), QKeySequence(Qt::ALT | Qt::Key_2));
    QVERIFY(listed[2]->isChecked() && !listed[1]->isChecked());
    choose(*menu, listed[1]);
    QTRY_COMPARE_WITH_TIMEOUT(weight(), 2., kPatienceMs);
    QVERIFY(listed[1]->isChecked() && !listed[2]->isChecked());
}

void BookmarksTest::theWindowSaysWhereItStands()
{
    auto* label = find<QLabel>("bookmarkLabel");
    QVERIFY(label->isHidden());
    makeThree();
    QVERIFY(label->text().contains(QStringLiteral("3 / 3")) && !label->isHidden());
    window().playback().setPosition(.77); // looking at it is still being there
    QVERIFY(!label->isHidden());
    QVERIFY(document().setValue(kWeight, 9));
    QVERIFY(label->isHidden());
    document().undoStack().undo();
    QVERIFY(!label->isHidden());
}

void BookmarksTest::theListRenamesMovesAndDeletes()
{
    makeThree();
    find<QAction>("manageBookmarks")->trigger();
    auto* dialog = find<BookmarkDialog>("bookmarkDialog");
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    auto* list = find<QListWidget>("bookmarkList");
    QCOMPARE(list->currentRow(), 2);
    const auto click = [&](const char* name) {
        QTest::mouseClick(find<QAbstractButton>(name), Qt::LeftButton);
    };
    click("bookmarkUp");
    QCOMPARE(order(), QStringLiteral("one three two"));
    QCOMPARE(list->currentRow(), 1);
    click("bookmarkDown");
    QCOMPARE(order(), QStringLiteral("one two three"));
    QVERIFY(!find<QAbstractButton>("bookmarkDown")->isEnabled());
    list->item(0)->setText(QStringLiteral("two"));
    QVERIFY(!find<QLabel>("bookmarksProblem")->isHidden());
    QCOMPARE(list->item(0)->text(), QStringLiteral("one"));
    list->item(0)->setText(QStringLiteral("first"));
    QCOMPARE(order(), QStringLiteral("first two three"));
    list->setCurrentRow(1);
    click("bookmarkReplace"); // by what the window shows: three's
    QCOMPARE(sessionAtBookmark(document().stored(), "two")->lanes[0].guidance.values.at("w"), 3.);
    list->setCurrentRow(0);
    click("bookmarkGo");
    QCOMPARE(weight(), 1.);
    click("bookmarkDelete");
    QCOMPARE(order(), QStringLiteral("two three"));
    QCOMPARE(list->count(), 2);
    document().undoStack().undo();
    QCOMPARE(list->count(), 3);
}

void BookmarksTest::jumpingEndsTheFilm()
{
    makeThree();
    QVERIFY(document().edit(QStringLiteral("track"), [](Session& session) {
        session.keyframes = {{"lanes.0.guidance.w", {{0, 5}, {1, 7}}}};
    }));
    window().film().goTo(.5);
    QCOMPARE(weight(), 6.);
    // What is bookmarked is what is seen.
    QVERIFY(window().bookmarks().add(QStringLiteral("middle")).ok());
    QCOMPARE(sessionAtBookmark(document().stored(), "middle")->lanes[0].guidance.values.at("w"),
             6.);
    key(Qt::Key_1, Qt::AltModifier);
    QVERIFY(!document().showsFilm());
    QCOMPARE(weight(), 1.);
    QCOMPARE(document().stored().keyframes.size(), std::size_t{1});
}

void BookmarksTest::savingAndOpeningKeepsAll()
{
    makeThree();
    QVERIFY(document().edit(QStringLiteral("track"), [](Session& session) {
        session.keyframes = {{"lanes.0.guidance.w", {{0, 5, Easing::InOut}, {1, 7}}}};
    }));
    const Session before = session();
    const QString path = filePath("lecture.scorefield.json");
    QVERIFY(document().save(path).ok());
    find<QAction>("new")->trigger();
    QVERIFY(document().stored().bookmarks.empty());
    QVERIFY(find<QLabel>("bookmarkLabel")->isHidden());
    QVERIFY(window().openFile(path));
    QVERIFY(session() == before);
    key(Qt::Key_2, Qt::AltModifier);
    QCOMPARE(weight(), 2.);
}

int main(int argc, char** argv)
{
    return runWindowTest<BookmarksTest>(argc, argv);
}
#include "tst_bookmarks.moc"
