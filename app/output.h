// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Files that a command writes: checked before the work begins, written whole or not at all.
#include "app/arguments.h"
#include "core/base/result.h"

#include <Eigen/Core>

#include <QJsonObject>

#include <csignal>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace scorefield::app {

/// Error when a file of this name could not be created or replaced: no such folder, a folder in its
/// place, no permission.
Status checkWritable(const std::string& path);
/// The same for a folder, which may be there already.
Status checkFolderWritable(const std::string& path);

bool hasExtension(const std::string& path, std::string_view extension);
/// The bytes of a CSV file (RFC 4180): a header and one row per point; numbers read back exactly,
/// with points in every locale.
std::string csvBytes(const std::vector<std::string>& header, const Eigen::MatrixXd& rows);
std::string jsonBytes(const QJsonObject& object);

/// A line on stderr unless --quiet.
void say(const Arguments& arguments, const std::string& sentence);

/// True with SOURCE_DATE_EPOCH in the environment: outputs then hold nothing that differs between
/// two runs.
bool isReproducible();

/// What ends a program in good order: Ctrl-C, a request, the loss of its terminal.
inline constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP};
/// Sets the handler, but leaves a signal ignored that was so when the program started.
void handleUnlessIgnored(int signal, void (*handler)(int));

/// The signal that an Interruption has met, 0 without one.
int interruptedBy();

/// Turns the signals that end programs into a stop request while it lives, so that a command ends
/// without a partial file.
class Interruption {
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;
    std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::jthread m_watch;
};

} // namespace scorefield::app
