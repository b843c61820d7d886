// SPDX-License-Identifier: GPL-3.0-or-later
// The list of bookmarks: unique names, an order, and jobs that hold on to what they are made of.
#include "core/session/bookmarks.h"
#include "core/session/parameter_table.h"

#include <QTest>

using namespace scorefield;

namespace {

Session withBookmarks(std::initializer_list<const char*> names)
{
    Session session = defaultSession();
    double weight = 1;
    for (const char* name : names) {
        Session there = session;
        (void)setParameter(there, "lanes.0.guidance.w", weight++);
        (void)addBookmark(session, name, there);
    }
    return session;
}

QString order(const Session& session)
{
    QStringList names;
    for (const Bookmark& bookmark : session.bookmarks)
        names << QString::fromStdString(bookmark.name);
    return names.join(u' ');
}

} // namespace

class TestBookmarks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesAreUniqueAndNotEmpty();
    void proposedNamesAreFree();
    void theListMoves();
    void renamingTakesJobsAlong();
    void aJobKeepsItsBookmark();
    void aSceneIsWithoutPlayHeadAndCamera();
};

void TestBookmarks::namesAreUniqueAndNotEmpty()
{
    Session session = withBookmarks({"a", "b"});
    QVERIFY(!addBookmark(session, "  ", session));
    QVERIFY(!addBookmark(session, " a ", session));
    QVERIFY(addBookmark(session, " c ", session).ok());
    QCOMPARE(order(session), QStringLiteral("a b c"));
    QVERIFY(!renameBookmark(session, 1, "a"));
    QVERIFY(renameBookmark(session, 1, "b").ok()); // its own name
    QCOMPARE(order(session), QStringLiteral("a b c"));
}

void TestBookmarks::proposedNamesAreFree()
{
    Session session = defaultSession();
    session.timeline.position = 1;
    QCOMPARE(proposedBookmarkName(session), std::string("VP w = 0 | RF w = 0, end"));
    QVERIFY(addBookmark(session, proposedBookmarkName(session), session).ok());
    QCOMPARE(proposedBookmarkName(session), std::string("VP w = 0 | RF w = 0, end (2)"));
    session.timeline.position = .254;
    QCOMPARE(proposedBookmarkName(session), std::string("VP w = 0 | RF w = 0, 25 %"));
}

void TestBookmarks::theListMoves()
{
    Session session = withBookmarks({"a", "b", "c", "d"});
    moveBookmark(session, 0, 2);
    QCOMPARE(order(session), QStringLiteral("b c a d"));
    moveBookmark(session, 3, -1);
    QCOMPARE(order(session), QStringLiteral("b c d a"));
    moveBookmark(session, 3, 1);
    moveBookmark(session, 0, -1);
    QCOMPARE(order(session), QStringLiteral("b c d a"));
    QVERIFY(removeBookmark(session, 1).ok());
    QCOMPARE(order(session), QStringLiteral("b d a"));
    QCOMPARE(sessionAtBookmark(session, "d")->lanes[0].guidance.values.at("w"), 4.);
    replaceBookmark(session, 1, *session.bookmarks[0].state);
    QCOMPARE(sessionAtBookmark(session, "d")->lanes[0].guidance.values.at("w"), 2.);
}

void TestBookmarks::renamingTakesJobsAlong()
{
    Session session = withBookmarks({"a", "b"});
    session.jobs = {{"figure", "a.png", "b", FigureSpec{}}, {"other", "b.png", "a", FigureSpec{}}};
    QVERIFY(renameBookmark(session, 1, "strong").ok());
    QCOMPARE(session.jobs[0].bookmark, std::string("strong"));
    QCOMPARE(session.jobs[1].bookmark, std::string("a"));
}

void TestBookmarks::aJobKeepsItsBookmark()
{
    Session session = withBookmarks({"a", "b"});
    session.jobs = {{"Figure 1", "a.png", "b", FigureSpec{}}};
    const Status refused = removeBookmark(session, 1);
    QVERIFY(!refused);
    QVERIFY(refused.error().message.find("Figure 1") != std::string::npos);
    QCOMPARE(order(session), QStringLiteral("a b"));
}

void TestBookmarks::aSceneIsWithoutPlayHeadAndCamera()
{
    const Session session = defaultSession();
    Session other = session;
    other.timeline.position = .7;
    other.timeline.playing = 0;
    other.lanes[1].camera = {1, 2, 3};
    QVERIFY(isSameScene(session, other));
    other.timeline.clock = 0;
    QVERIFY(!isSameScene(session, other));
    other = session;
    other.particles.seed += 1;
    QVERIFY(!isSameScene(session, other));
    other = session;
    other.lanes.pop_back();
    QVERIFY(!isSameScene(session, other));
}

QTEST_APPLESS_MAIN(TestBookmarks)
#include "tst_bookmarks.moc"
