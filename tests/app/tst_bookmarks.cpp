// SPDX-License-Identifier: GPL-3.0-or-later
// --bookmark on the command line: the state that a session keeps under a name.
#include "core/session/bookmarks.h"
#include "core/session/keyframe_edit.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/command.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestBookmarkOption : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void theBookmarkIsWhatIsSampled();
    void setChangesTheBookmark();
    void anUnknownNameIsRefused();
    void validateCountsThem();

private:
    QByteArray endsOf(const QStringList& options);
    CommandResult run(const QStringList& arguments)
    {
        return runCommand(m_folder.path(), arguments);
    }

    QTemporaryDir m_folder;
    const QString m_file = QStringLiteral("lecture.scorefield.json");
};

void TestBookmarkOption::initTestCase()
{
    Session session = defaultSession();
    session.particles.count = 50;
    Session strong = session;
    QVERIFY(setParameterText(strong, "lanes.*.guidance.w", "4").ok());
    QVERIFY(addBookmark(session, "Strong guidance", strong).ok());
    (void)setKeyOf(session, "particles.count", 0, 10);
    (void)setKeyOf(session, "particles.count", 1, 20);
    session.jobs = {{"Figure", "figure.png", "Strong guidance", FigureSpec{}}};
    QVERIFY(saveSession(session, m_folder.filePath(m_file).toStdString()).ok());
}

QByteArray TestBookmarkOption::endsOf(const QStringList& options)
{
    const CommandResult result =
        run(QStringList{QStringLiteral("sample"), m_file} + options
            + QStringList{QStringLiteral("-o"), QStringLiteral("end.csv")});
    if (result.status != 0) {
        qWarning("%s", qPrintable(result.err));
        return {};
    }
    QFile file(m_folder.filePath(QStringLiteral("end.csv")));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestBookmarkOption::theBookmarkIsWhatIsSampled()
{
    const QString name = QStringLiteral("Strong guidance");
    const QByteArray plain = endsOf({});
    const QByteArray strong = endsOf({QStringLiteral("--bookmark"), name});
    QVERIFY(!plain.isEmpty() && !strong.isEmpty());
    QVERIFY(plain != strong);
    QCOMPARE(strong, endsOf({QStringLiteral("--set"), QStringLiteral("lanes.*.guidance.w=4")}));
}

void TestBookmarkOption::setChangesTheBookmark()
{
    // In whatever order the two are given.
    const QStringList bookmark{QStringLiteral("--bookmark"), QStringLiteral("Strong guidance")};
    const QStringList set{QStringLiteral("--set"), QStringLiteral("lanes.*.guidance.w=2")};
    const QByteArray both = endsOf(set + bookmark);
    QVERIFY(!both.isEmpty());
    QCOMPARE(both, endsOf(bookmark + set));
    QCOMPARE(both, endsOf(set));
}

void TestBookmarkOption::anUnknownNameIsRefused()
{
    const CommandResult result = run({QStringLiteral("sample"),
                                      m_file,
                                      QStringLiteral("--bookmark"),
                                      QStringLiteral("Strong guidanc"),
                                      QStringLiteral("-o"),
                                      QStringLiteral("none.csv")});
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains(QStringLiteral("did you mean 'Strong guidance'")),
             qPrintable(result.err));
    QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("none.csv"))));
}

void TestBookmarkOption::validateCountsThem()
{
    const CommandResult result = run({QStringLiteral("validate"), m_file});
    VERIFY_SUCCESS(result);
    const QString said = QString::fromUtf8(result.out) + result.err;
    QVERIFY2(said.contains(QStringLiteral("1 export job, 1 bookmark, 2 keyframes")),
             qPrintable(said));
}

QTEST_GUILESS_MAIN(TestBookmarkOption)
#include "tst_bookmarks.moc"
