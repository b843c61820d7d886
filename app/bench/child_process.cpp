// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/child_process.h"

#include "app/bench/bench.h"
#include "core/base/file.h"
#include "core/session/session_json.h"

#include <cstdlib>
#include <system_error>

namespace scorefield::app {

BenchChild::BenchChild()
{
    std::string name =
        (std::filesystem::temp_directory_path() / "scorefield-bench-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr)
        m_folder = name;
    forget();
}

BenchChild::~BenchChild()
{
    std::error_code ignored;
    if (!m_folder.empty())
        std::filesystem::remove_all(m_folder, ignored);
}

Result<std::filesystem::path> BenchChild::write(const Session& session) const
{
    const std::filesystem::path path = m_folder / "session.json";
    if (auto status = writeFileAtomically(path, sessionToJson(session)); !status)
        return status.error();
    return path;
}

Result<BenchChild::Output>
BenchChild::run(const std::vector<std::string>& words, Variables variables, double seconds) const
{
    std::vector<std::string> all = {ownProgram()};
    all.insert(all.end(), words.begin(), words.end());
    return start(std::move(all), std::move(variables), seconds);
}

Result<BenchChild::Output> BenchChild::runWindow(const std::vector<std::string>& words,
                                                 Variables variables,
                                                 double seconds) const
{
    auto all = displayLauncher();
    if (!all)
        return all.error();
    if (!all->empty())
        variables.emplace_back("QT_QPA_PLATFORM", "xcb");
    all->push_back(ownProgram());
    all->insert(all->end(), words.begin(), words.end());
    return start(std::move(all.value()), std::move(variables), seconds);
}

void BenchChild::forget() const
{
    std::error_code ignored;
    std::filesystem::remove_all(m_folder / "home", ignored);
    std::filesystem::create_directories(m_folder / "home", ignored);
}

Result<BenchChild::Output>
BenchChild::start(std::vector<std::string> words, Variables variables, double seconds) const
{
    const std::string home = (m_folder / "home").string();
    variables.emplace_back("HOME", home);
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"})
        variables.emplace_back(name, home);
    const auto report = runChild({.words = std::move(words),
                                  .variables = std::move(variables),
                                  .limit = std::chrono::seconds(static_cast<int>(seconds))});
    if (!report)
        return caseFailure(report.error().sentence());
    if (report->status != 0)
        return caseFailure("the program ended with status " + std::to_string(report->status));
    return Output{report->output, report->peakMegabytes};
}

} // namespace scorefield::app
