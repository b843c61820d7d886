// SPDX-License-Identifier: GPL-3.0-or-later
// The program as a file: how it is linked, and what it says it is made of.
#include "tests/support/command.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <elf.h>

#include <cstring>

using scorefield::test::runCommand;

class TestProgram : public QObject {
    Q_OBJECT

    struct Output {
        int status;
        QString out, err;
    };
    static Output run(const QStringList& arguments)
    {
        QProcess process;
        process.start(QStringLiteral(SCOREFIELD_EXECUTABLE), arguments);
        process.waitForFinished();
        return {process.exitCode(),
                QString::fromUtf8(process.readAllStandardOutput()),
                QString::fromUtf8(process.readAllStandardError())};
    }

private Q_SLOTS:
    void saysWhatItIsMadeOf()
    {
        const Output output = run({QStringLiteral("--version"), QStringLiteral("--verbose")});
        QCOMPARE(output.status, 0);
        QVERIFY(output.out.startsWith(run({QStringLiteral("--version")}).out));

        QFile file(QStringLiteral(SCOREFIELD_BINARY_DIR "/app/scorefield.spdx.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject bill = QJsonDocument::fromJson(file.readAll()).object();
        QCOMPARE(bill[u"spdxVersion"].toString(), QStringLiteral("SPDX-2.3"));
        const QJsonArray packages = bill[u"packages"].toArray();
        QVERIFY(packages.size() > 10);
        QStringList identifiers;
        for (const auto& value : packages) {
            const QJsonObject package = value.toObject();
            identifiers += package[u"SPDXID"].toString();
            QVERIFY(!package[u"licenseDeclared"].toString().isEmpty());
            if (package[u"name"].toString() == QStringLiteral("scorefield"))
                continue;
            // The same part, version and licence in one line.
            const QString version = package[u"versionInfo"].toString(QStringLiteral("-"));
            const QStringList lines =
                output.out.split(u'\n').filter(package[u"name"].toString() + QStringLiteral("  "));
            QCOMPARE(lines.size(), 1);
            QVERIFY2(lines[0].contains(QStringLiteral("  ") + version + QStringLiteral("  ")),
                     qPrintable(lines[0]));
            QVERIFY2(lines[0].contains(package[u"licenseDeclared"].toString()),
                     qPrintable(lines[0]));
        }
        QCOMPARE(identifiers.removeDuplicates(), 0);
        // Whatever is related exists.
        for (const auto& value : bill[u"relationships"].toArray())
            QVERIFY(identifiers.contains(value.toObject()[u"relatedSpdxElement"].toString()));
    }

    void versionTakesNothingElse()
    {
        const Output output = run({QStringLiteral("--version"), QStringLiteral("--loud")});
        QCOMPARE(output.status, 2);
        QVERIFY(output.err.contains(QStringLiteral("--verbose")));
        QVERIFY(output.err.contains(QStringLiteral("--loud")));
    }

    /// Its hundred libraries would be half of the start.
    void ffmpegIsOpenedForFilmsOnly()
    {
        QTemporaryDir folder;
        const auto libraries = runCommand(folder.path(), {}, {"LD_TRACE_LOADED_OBJECTS=1"});
        QVERIFY(libraries.out.contains("libQt6Widgets"));
        QVERIFY2(!libraries.out.contains("libav"), libraries.out.constData());

        // And where it is broken, all else works.
        for (int version = 50; version < 80; ++version) {
            QFile library(folder.filePath(QStringLiteral("libavcodec.so.%1").arg(version)));
            QVERIFY(library.open(QIODevice::WriteOnly) && library.write("none") == 4);
        }
        const QStringList broken{QStringLiteral("LD_LIBRARY_PATH=") + folder.path()};
        const auto film =
            runCommand(folder.path(), {"video", "three-modes", "-o", "a.mp4"}, broken);
        QCOMPARE(film.status, 1);
        QVERIFY2(film.err.contains(QStringLiteral("films need FFmpeg: "))
                     && film.err.contains(QStringLiteral("/libavcodec.so")),
                 qPrintable(film.err));
        QVERIFY(QDir(folder.path())
                    .entryList({QStringLiteral("*a.mp4*")}, QDir::AllEntries | QDir::Hidden)
                    .isEmpty());
        VERIFY_SUCCESS(runCommand(
            folder.path(), {"render", "three-modes", "-o", "a.svg", "--size", "320x200"}, broken));
    }

    /// Position-independent, no lazy binding, tables read-only once relocated, no code on the
    /// stack, and the compiler's checks of buffers are in use.
    void isHardened()
    {
#ifndef SCOREFIELD_IS_HARDENED
        QSKIP("only a release build is hardened");
#endif
        QFile file(QStringLiteral(SCOREFIELD_EXECUTABLE));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.size() > static_cast<qsizetype>(sizeof(Elf64_Ehdr)));
        Elf64_Ehdr header;
        std::memcpy(&header, bytes.constData(), sizeof header);
        QVERIFY(std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0);
        QCOMPARE(header.e_type, Elf64_Half(ET_DYN));

        bool isRelro = false, hasStack = false, bindsNow = false;
        for (int i = 0; i < header.e_phnum; ++i) {
            Elf64_Phdr part;
            std::memcpy(
                &part, bytes.constData() + header.e_phoff + i * header.e_phentsize, sizeof part);
            isRelro = isRelro || part.p_type == PT_GNU_RELRO;
            if (part.p_type == PT_GNU_STACK) {
                hasStack = true;
                QVERIFY((part.p_flags & PF_X) == 0);
            }
            for (std::size_t at = 0; part.p_type == PT_DYNAMIC && at < part.p_filesz;
                 at += sizeof(Elf64_Dyn)) {
                Elf64_Dyn entry;
                std::memcpy(&entry, bytes.constData() + part.p_offset + at, sizeof entry);
                bindsNow = bindsNow || (entry.d_tag == DT_FLAGS && entry.d_un.d_val & DF_BIND_NOW)
                           || (entry.d_tag == DT_FLAGS_1 && entry.d_un.d_val & DF_1_NOW);
            }
        }
        QVERIFY(isRelro);
        QVERIFY(hasStack);
        QVERIFY(bindsNow);
        QVERIFY(bytes.contains("__stack_chk_fail"));
        QVERIFY(bytes.contains("__memcpy_chk") || bytes.contains("__snprintf_chk")
                || bytes.contains("__fread_chk") || bytes.contains("__read_chk"));
    }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
