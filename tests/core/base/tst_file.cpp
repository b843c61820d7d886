// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

using namespace scorefield;

class TestFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void replacesTheWholeFile();
    void writesThroughALink();
    void anErrorLeavesNothingBehind_data();
    void anErrorLeavesNothingBehind();
};

void TestFile::replacesTheWholeFile()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("x.txt")).toStdString();
    QVERIFY(writeFileAtomically(path, "a longer first text").ok());
    QVERIFY(writeFileAtomically(path, "second").ok());
    QCOMPARE(*readFile(path), std::string("second"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void TestFile::writesThroughALink()
{
    QTemporaryDir folder;
    const std::filesystem::path base = folder.path().toStdString();
    QVERIFY(writeFileAtomically(base / "target", "old").ok());
    std::filesystem::create_symlink(base / "target", base / "link");
    QVERIFY(writeFileAtomically(base / "link", "new").ok());
    QVERIFY(std::filesystem::is_symlink(base / "link"));
    QCOMPARE(*readFile(base / "target"), std::string("new"));
}

void TestFile::anErrorLeavesNothingBehind_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no folder") << QStringLiteral("missing/x.txt")
                               << QStringLiteral("No such file or directory");
    QTest::newRow("a folder") << QStringLiteral(".") << QStringLiteral("Is a directory");
    QTest::newRow("a file as a folder")
        << QStringLiteral("file/x.txt") << QStringLiteral("Not a directory");
}

void TestFile::anErrorLeavesNothingBehind()
{
    QFETCH(QString, name);
    QFETCH(QString, reason);
    QTemporaryDir folder;
    QVERIFY(
        writeFileAtomically(folder.filePath(QStringLiteral("file")).toStdString(), "kept").ok());
    const auto status = writeFileAtomically(folder.filePath(name).toStdString(), "text");
    QVERIFY(!status.ok());
    QVERIFY2(status.error().message.find(reason.toStdString()) != std::string::npos,
             status.error().message.c_str());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{QStringLiteral("file")});
    QCOMPARE(*readFile(folder.filePath(QStringLiteral("file")).toStdString()), std::string("kept"));
}

QTEST_APPLESS_MAIN(TestFile)
#include "tst_file.moc"
