// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/recovery.h"

#include "core/session/session_json.h"
#include "ui/document/document.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <cerrno>
#include <csignal>

namespace scorefield::ui {

namespace {

constexpr int kDelayMs = 3000;
const QString kEnding = QStringLiteral(".scorefield.json");

bool isRunning(qint64 process)
{
    return ::kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM;
}

} // namespace

Recovery::Recovery(Document& document, const QString& folder, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_folder(folder)
{
    if (m_folder.isEmpty())
        m_folder = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation)
                   + QStringLiteral("/recovery");
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &Recovery::writeNow);
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        // Only what an undo step is made of: playing changes the session sixty times a second.
        if (changes.data || changes.laneCount || changes.anySimulation() || changes.info
            || changes.style || changes.exports)
            m_delay.start();
    });
    connect(&m_document, &Document::fileChanged, this, [this] {
        if (!m_document.isModified())
            QFile::remove(ownFile());
    });
}

Recovery::~Recovery()
{
    QFile::remove(ownFile());
}

QString Recovery::ownFile() const
{
    return m_folder + QLatin1Char('/') + QString::number(QCoreApplication::applicationPid())
           + kEnding;
}

void Recovery::writeNow()
{
    if (!m_document.isModified())
        return;
    QDir().mkpath(m_folder);
    // Small (a few kB; a digit session under 200) and rare, so the UI thread does it. A full disk
    // must not disturb the work: the copy is a safety net, its failure is not the user's business
    // now.
    (void)saveSession(m_document.stored(), ownFile().toStdString());
}

std::optional<Session> Recovery::leftBehind()
{
    const QFileInfoList files =
        QDir(m_folder).entryInfoList({QLatin1Char('*') + kEnding}, QDir::Files, QDir::Time);
    for (const QFileInfo& file : files) {
        bool isNumber = false;
        const qint64 process =
            file.fileName().section(QLatin1Char('.'), 0, 0).toLongLong(&isNumber);
        if (!isNumber || isRunning(process))
            continue;
        if (auto session = loadSession(file.filePath().toStdString())) {
            m_leftBehind = file.filePath();
            return std::move(session).value();
        }
        QFile::remove(file.filePath()); // nobody could open it
    }
    return std::nullopt;
}

void Recovery::discardLeftBehind()
{
    if (!m_leftBehind.isEmpty())
        QFile::remove(m_leftBehind);
    m_leftBehind.clear();
}

} // namespace scorefield::ui
