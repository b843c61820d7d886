// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/npy.h"
#include "core/process/levels_file.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace scorefield;

class TestLevelsFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const char* name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }

private Q_SLOTS:
    void textWithAnySeparators()
    {
        QVERIFY(writeFileAtomically(path("a.txt"), " 80,10;1\t0.1\r\n1e-3\n\n0\n").ok());
        const auto levels = readLevelsFile(path("a.txt"));
        QVERIFY(levels.ok());
        QCOMPARE(*levels, (std::vector<double>{80, 10, 1, 0.1, 1e-3, 0}));
    }

    void npyList()
    {
        const std::vector<double> values{5, 2, 1};
        const std::vector<std::size_t> list{3}, column{3, 1};
        QVERIFY(writeFileAtomically(path("l.npy"), npyBytes(list, std::span<const double>(values)))
                    .ok());
        QCOMPARE(*readLevelsFile(path("l.npy")), values);
        QVERIFY(
            writeFileAtomically(path("c.npy"), npyBytes(column, std::span<const double>(values)))
                .ok());
        QVERIFY(!readLevelsFile(path("c.npy")).ok());
    }

    void whatIsNoNumberIsNamed()
    {
        QVERIFY(writeFileAtomically(path("b.txt"), "80, ten, 1").ok());
        const auto levels = readLevelsFile(path("b.txt"));
        QVERIFY(!levels.ok());
        QCOMPARE(levels.error().path, path("b.txt"));
        QVERIFY(QString::fromStdString(levels.error().message).contains("'ten' where number 1"));
        QVERIFY(!readLevelsFile(path("missing.txt")).ok());
    }
};

QTEST_APPLESS_MAIN(TestLevelsFile)
#include "tst_levels_file.moc"
