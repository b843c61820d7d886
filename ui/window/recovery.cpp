// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/recovery.h"

#include "core/session/session_json.h"
#include "ui/document/document.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

namespace scorefield::ui {

namespace {

constexpr int kDelayMs = 3000;
const QString kEnding = QStringLiteral(".scorefield.json");

void release(int& lock)
{
    if (lock >= 0)
        ::close(std::exchange(lock, -1));
}

} // namespace

QString Recovery::defaultFolder()
{
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (!QDir::isAbsolutePath(state))
        state = QDir::homePath() + QStringLiteral("/.local/state");
    return state + QStringLiteral("/scorefield/recovery");
}

Recovery::Recovery(Document& document, const QString& folder, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_folder(folder.isEmpty() ? defaultFolder() : folder)
    // Numbers of processes come again, in containers at once: the moment tells them apart.
    , m_key(QStringLiteral("%1-%2")
                .arg(QCoreApplication::applicationPid())
                .arg(QDateTime::currentMSecsSinceEpoch()))
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &Recovery::writeNow);
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        // Only what an undo step is made of: playing changes the session sixty times a second. A
        // long drag must not put the copy off, so a running delay is left alone.
        if ((changes.data || changes.laneCount || changes.anySimulation() || changes.info
             || changes.style || changes.exports)
            && !m_delay.isActive())
            m_delay.start();
    });
    connect(&m_document, &Document::fileChanged, this, [this] {
        if (!m_document.isModified())
            removeCopies(m_key);
    });
    if (m_document.isModified()) // before anybody listened
        m_delay.start();
}

Recovery::~Recovery()
{
    if (!m_keeps) {
        removeCopies(m_key);
        if (m_ownLock >= 0)
            QFile::remove(lockOf(m_key));
    }
    release(m_ownLock);
    release(m_leftLock);
}

QString Recovery::fileOf(const QString& key, int generation) const
{
    return m_folder + QLatin1Char('/') + key
           + (generation > 0 ? QLatin1Char('.') + QString::number(generation) : QString())
           + kEnding;
}

QString Recovery::lockOf(const QString& key) const
{
    return m_folder + QLatin1Char('/') + key + QStringLiteral(".lock");
}

QString Recovery::ownFile(int generation) const
{
    return fileOf(m_key, generation);
}

void Recovery::removeCopies(const QString& key) const
{
    for (int generation = 0; generation < kGenerations; ++generation)
        QFile::remove(fileOf(key, generation));
}

int Recovery::lockUnlessHeld(const QString& key) const
{
    int lock =
        ::open(QFile::encodeName(lockOf(key)).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock >= 0 && ::flock(lock, LOCK_EX | LOCK_NB) != 0)
        release(lock);
    return lock;
}

void Recovery::report(const QString& reason)
{
    if (!std::exchange(m_hasFailed, true))
        Q_EMIT failed(
            tr("Unsaved changes cannot be kept against a crash: %1. Save the session yourself.")
                .arg(reason));
}

void Recovery::writeNow()
{
    if (!m_document.isModified())
        return;
    if (!QDir().mkpath(m_folder))
        return report(tr("the folder %1 cannot be made").arg(m_folder));
    if (m_ownLock < 0)
        m_ownLock = lockUnlessHeld(m_key);
    if (m_ownLock < 0) // unlocked copies would be offered elsewhere as if this window had crashed
        return report(tr("the folder %1 cannot be written").arg(m_folder));
    for (int generation = kGenerations - 1; generation > 0 && QFile::exists(ownFile());
         --generation) {
        QFile::remove(ownFile(generation));
        QFile::rename(ownFile(generation - 1), ownFile(generation));
    }
    // Small (a few kB; a digit session under 200) and rare, so the UI thread does it.
    if (const auto status =
            saveSession(m_document.stored(), ownFile().toStdString(), FileOrigin::Own);
        !status)
        report(QString::fromStdString(status.error().sentence()));
}

void Recovery::writeAndKeep()
{
    m_delay.stop();
    writeNow();
    m_keeps = m_document.isModified();
}

QStringList Recovery::keysByAge() const
{
    QStringList keys;
    const QFileInfoList files =
        QDir(m_folder).entryInfoList({QLatin1Char('*') + kEnding}, QDir::Files, QDir::Time);
    for (const QFileInfo& file : files) {
        const QString key = file.fileName().section(QLatin1Char('.'), 0, 0);
        if (!key.isEmpty() && key != m_key && !keys.contains(key))
            keys += key;
    }
    return keys;
}

std::optional<Session> Recovery::leftBehind()
{
    int older = 0;
    std::optional<Session> found;
    for (const QString& key : keysByAge()) {
        int lock = lockUnlessHeld(key);
        if (lock < 0)
            continue; // of a window that lives, or that offers it already
        for (int generation = 0; generation < kGenerations && !found; ++generation) {
            auto session = loadSession(fileOf(key, generation).toStdString(), FileOrigin::Own);
            if (!session)
                continue; // an older one may still be read
            found = std::move(session).value();
            m_leftBehind = key;
            m_leftLock = std::exchange(lock, -1);
        }
        if (key != m_leftBehind && ++older >= kGenerations) {
            removeCopies(key);
            QFile::remove(lockOf(key));
        }
        release(lock);
    }
    return found;
}

void Recovery::discardLeftBehind()
{
    if (m_leftBehind.isEmpty())
        return;
    removeCopies(m_leftBehind);
    QFile::remove(lockOf(m_leftBehind));
    release(m_leftLock);
    m_leftBehind.clear();
}

} // namespace scorefield::ui
