// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The program as a user runs it: a process in a folder of its own, without a display.
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

namespace scorefield::test {

struct CommandResult {
    int status = -1;
    QByteArray out;
    QString err;
};

/// `environment`: "NAME=value" items that are added.
inline CommandResult
runCommand(const QString& folder, const QStringList& arguments, const QStringList& environment = {})
{
    QProcess process;
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        variables.remove(QString::fromLatin1(display));
    for (const QString& item : environment)
        variables.insert(item.section('=', 0, 0), item.section('=', 1));
    process.setProcessEnvironment(variables);
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral(SCOREFIELD_EXECUTABLE), arguments);
    CommandResult result;
    constexpr int patience = 600000; // ms; sanitizer builds on a busy machine are slow
    if (!process.waitForFinished(patience) || process.exitStatus() != QProcess::NormalExit)
        return result;
    result.status = process.exitCode();
    result.out = process.readAllStandardOutput();
    result.err = QString::fromUtf8(process.readAllStandardError());
    return result;
}

} // namespace scorefield::test

/// Fails with the program's own words.
#define VERIFY_SUCCESS(result) QVERIFY2((result).status == 0, qPrintable((result).err))
