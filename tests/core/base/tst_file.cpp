// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

using namespace scorefield;

class TestFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void replacesTheWholeFile();
    void writesThroughALink();
    void anErrorLeavesNothingBehind_data();
    void anErrorLeavesNothingBehind();
    void onlyFilesAreRead();
    void aPipeWithoutReaderIsNotWaitedFor();
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

/// Whatever their names say: a pipe would wait for a writer, a device goes on for ever.
void TestFile::onlyFilesAreRead()
{
    QTemporaryDir folder;
    const std::string pipe = folder.filePath(QStringLiteral("points.csv")).toStdString();
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    const auto sentence = [](const std::string& path) {
        const auto read = readFile(path);
        return read ? std::string() : read.error().sentence();
    };
    QCOMPARE(sentence(pipe), pipe + ": is a pipe, must be a file");
    QCOMPARE(readBeginning(pipe, 10).error().sentence(), pipe + ": is a pipe, must be a file");
    QCOMPARE(sentence("/dev/zero"), std::string("/dev/zero: is a device, must be a file"));
    QCOMPARE(sentence(folder.path().toStdString()),
             folder.path().toStdString() + ": is a folder, must be a file");
    const std::string file = folder.filePath(QStringLiteral("text")).toStdString();
    QVERIFY(writeFileAtomically(file, "twelve bytes").ok());
    QCOMPARE(*readBeginning(file, 6), std::string("twelve"));
    QCOMPARE(*readBeginning(file, 100), std::string("twelve bytes"));
}

void TestFile::aPipeWithoutReaderIsNotWaitedFor()
{
    QTemporaryDir folder;
    const std::string pipe = folder.filePath(QStringLiteral("out.csv")).toStdString();
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    QVERIFY(!writeFileAtomically(pipe, "text"));
    // With a reader it takes more than a pipe holds at once.
    const std::string bytes(300000, 'x');
    std::string arrived;
    std::thread reader([&] {
        std::ifstream input(pipe);
        arrived.assign(std::istreambuf_iterator<char>(input), {});
    });
    while (!writeFileAtomically(pipe, bytes)) // until the reader has opened it
        std::this_thread::yield();
    reader.join();
    QVERIFY(arrived == bytes);
}

QTEST_APPLESS_MAIN(TestFile)
#include "tst_file.moc"
