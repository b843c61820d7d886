// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output.h"

#include "core/base/csv_text.h"
#include "core/base/part_name.h"
#include "core/base/system.h"

#include <QJsonDocument>

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace scorefield::app {

namespace {

volatile std::sig_atomic_t g_interrupted = 0; // what a signal handler may touch

extern "C" void onInterrupt(int signal)
{
    g_interrupted = signal;
}

/// Whether a file can really be created there: permissions alone do not tell on read-only and
/// special file systems.
Status probeFolder(const std::filesystem::path& folder)
{
    std::string name = (folder / ".scorefield-XXXXXX").string();
    const int file = mkstemp(name.data());
    if (file < 0)
        return Error{folder.string(), "the folder cannot be written: " + systemReason(errno)};
    close(file);
    unlink(name.c_str());
    return success();
}

std::filesystem::path folderOf(const std::filesystem::path& path)
{
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

} // namespace

Status checkWritable(const std::string& path)
{
    std::error_code ignored;
    if (path.empty())
        return Error{"-o", "the name of the output is empty"};
    if (std::filesystem::is_directory(path, ignored))
        return Error{path, "is a folder, must be a file"};
    const std::filesystem::path folder = folderOf(path);
    if (!std::filesystem::is_directory(folder, ignored))
        return Error{path, "the folder '" + folder.string() + "' does not exist"};
    if (auto writable = probeFolder(folder); !writable)
        return writable;
    sweepParts(path); // of a command that was killed
    return success();
}

Status checkFolderWritable(const std::string& path)
{
    std::error_code ignored;
    if (path.empty())
        return Error{"-o", "the name of the output is empty"};
    if (std::filesystem::is_directory(path, ignored))
        return probeFolder(path);
    if (std::filesystem::exists(path, ignored))
        return Error{path, "is a file, must be a folder"};
    std::filesystem::path clean(path);
    if (!clean.has_filename())
        clean = clean.parent_path(); // "out/" -> "out"
    return checkWritable(clean.string());
}

bool hasExtension(const std::string& path, std::string_view extension)
{
    return path.size() > extension.size() && path.ends_with(extension);
}

std::string csvBytes(const std::vector<std::string>& header, const Eigen::MatrixXd& rows)
{
    return csvText(header, rows);
}

std::string jsonBytes(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Indented).toStdString();
}

void say(const Arguments& arguments, const std::string& sentence)
{
    if (!arguments.isQuiet())
        std::fputs((sentence + "\n").c_str(), stderr);
}

bool isReproducible()
{
    return environmentVariable("SOURCE_DATE_EPOCH") != nullptr;
}

void handleUnlessIgnored(int signal, void (*handler)(int))
{
    // Who started the program may have said that it shall live on: nohup, a shell's background.
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
        std::signal(signal, handler);
}

int interruptedBy()
{
    return g_interrupted;
}

Interruption::Interruption()
{
    for (const int signal : kEndingSignals)
        handleUnlessIgnored(signal, onInterrupt);
    m_watch = std::jthread([this](const std::stop_token& finished) {
        constexpr auto pause =
            std::chrono::milliseconds(20); // unnoticeable to a person who pressed Ctrl-C
        while (!finished.stop_requested()) {
            if (g_interrupted != 0)
                m_stop.request_stop();
            std::this_thread::sleep_for(pause);
        }
    });
}

Interruption::~Interruption()
{
    for (const int signal : kEndingSignals)
        handleUnlessIgnored(signal, SIG_DFL);
}

} // namespace scorefield::app
