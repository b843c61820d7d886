// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_journal.h"

#include "core/base/file.h"
#include "core/base/system.h"
#include "core/field/score_field.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace scorefield::app {

namespace {

/// Between two waits for the disk: what a machine that loses its power may lose.
constexpr std::chrono::seconds kSynchronise{1};

constexpr const char* kKind = "journal";
constexpr const char* kWork = "work";
constexpr const char* kInstructions = "instructions"; ///< of the processor

QJsonObject headerOf(const PreparedStudy& study)
{
    return {{kKind, QString::fromStdString(study.kind().info.id)},
            {kWork, QString::fromStdString(digestOf(study))},
            {kInstructions, QString::fromUtf8(kernelInstructionSet())}};
}

Status compareHeaders(const std::string& path, const QJsonObject& found, const QJsonObject& own)
{
    if (!found.contains(kWork))
        return Error{path, "is not the journal of a study"};
    if (found[kKind] != own[kKind] || found[kWork] != own[kWork])
        return Error{path,
                     "belongs to other work (another study, session, sweep or version of "
                     "Scorefield); remove it, or write another table"};
    if (found[kInstructions] != own[kInstructions]) {
        const std::string theirs = found[kInstructions].toString().toStdString();
        return Error{path,
                     "was begun on a processor that computes with " + theirs
                         + ", and other instructions round otherwise; set SCOREFIELD_SIMD=" + theirs
                         + ", or remove it"};
    }
    return success();
}

} // namespace

std::string digestOf(const PreparedStudy& study)
{
    const auto digest = QCryptographicHash::hash(QByteArray::fromStdString(identityOf(study)),
                                                 QCryptographicHash::Sha256);
    return digest.toHex().toStdString();
}

std::string StudyJournal::nameBeside(const std::string& output)
{
    return output + ".journal";
}

Result<StudyJournal> StudyJournal::open(const std::string& path, const PreparedStudy& study)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0)
        return Error{path, "cannot be written: " + systemReason(errno)};
    StudyJournal journal(path, file);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0)
        return Error{path, "another run of this study writes it"};
    if (auto status = journal.read(study); !status)
        return status.error();
    return journal;
}

StudyJournal::StudyJournal(StudyJournal&& other) noexcept
    : m_path(std::move(other.m_path))
    , m_file(std::exchange(other.m_file, -1))
    , m_finished(std::move(other.m_finished))
    , m_synchronised(other.m_synchronised)
{
}

StudyJournal::~StudyJournal()
{
    if (m_file >= 0)
        ::close(m_file);
}

Status StudyJournal::read(const PreparedStudy& study)
{
    const auto text = readFile(m_path);
    if (!text)
        return text.error();
    const QJsonObject own = headerOf(study);
    const std::string header = QJsonDocument(own).toJson(QJsonDocument::Compact).toStdString();
    const std::size_t first = text->find('\n');
    if (first == std::string::npos && !header.starts_with(*text))
        return Error{m_path, "is not the journal of a study"};
    if (first != std::string::npos) {
        const auto found =
            QJsonDocument::fromJson(QByteArray::fromStdString(text->substr(0, first)));
        if (auto same = compareHeaders(m_path, found.object(), own); !same)
            return same;
    }
    std::size_t end = first == std::string::npos ? 0 : first + 1;
    for (std::size_t next = 0; end > 0; end = next + 1) {
        next = text->find('\n', end);
        if (next == std::string::npos)
            break; // torn, or the end
        auto line = measuredCellFrom(std::string_view(*text).substr(end, next - end));
        if (!line || line->cell.row >= study.rows() || line->cell.lane < 0
            || line->cell.lane >= study.lanes() || !line->measured
            || line->measured->estimates.size() != study.kind().info.quantities.size())
            return Error{m_path, "is damaged; remove it to begin again"};
        m_finished.emplace_back(study.cellOf(line->cell.row, line->cell.lane),
                                std::move(line->measured).value());
    }
    if (::ftruncate(m_file, static_cast<off_t>(end)) != 0)
        return Error{m_path, "cannot be written: " + systemReason(errno)};
    if (end > 0)
        return success();
    auto begun = write(header);
    if (!begun)
        remove(); // of a full disk: without a header it keeps nothing
    return begun;
}

Status StudyJournal::append(const StudyCell& cell, const Measurement& measurement)
{
    return write(lineOf({cell, measurement}));
}

Status StudyJournal::write(const std::string& line)
{
    const std::string bytes = line + '\n';
    for (std::size_t written = 0; written < bytes.size();) {
        // A disk that becomes full takes a part first; only the next try says why.
        const ssize_t count = ::write(m_file, bytes.data() + written, bytes.size() - written);
        if (count < 0 && errno != EINTR)
            return Error{m_path, "cannot be written: " + systemReason(errno)};
        written += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - m_synchronised >= kSynchronise) {
        ::fdatasync(m_file);
        m_synchronised = now;
    }
    return success();
}

void StudyJournal::remove()
{
    ::unlink(m_path.c_str());
}

} // namespace scorefield::app
