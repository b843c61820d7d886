// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The arguments of a sub-command against its table of options; the same table is its --help.
#include "core/base/result.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace scorefield::app {

struct Option {
    std::string name;  ///< "--particles"
    std::string value; ///< what follows it, for the help; empty: nothing follows
    std::string help;
    std::string shortName = {}; ///< "-o"
    bool isRepeatable = false;
};

struct CommandSpec {
    std::string name;
    std::string arguments; ///< "SESSION", "[SESSION]", …
    std::string summary;
    std::size_t leastPositionals = 0, mostPositionals = 0;
    std::vector<Option> options; ///< --quiet and --help are added to every command
    std::string notes;           ///< further lines of the help
};

class Arguments {
public:
    /// Options in any order, "--name value" or "--name=value", everything else is positional.
    /// Errors: an unknown option (with the nearest one), a missing value, an option given twice,
    /// too few or too many positionals.
    static Result<Arguments> parse(const CommandSpec& spec, const std::vector<std::string>& words);

    bool has(const std::string& option) const { return m_values.count(option) != 0; }
    std::optional<std::string> value(const std::string& option) const;
    std::vector<std::string> values(const std::string& option) const;
    const std::vector<std::string>& positionals() const { return m_positionals; }
    std::optional<std::string> positional(std::size_t index) const;
    bool isQuiet() const { return has("--quiet"); }

    /// The value of option as a number in [minimum, maximum], or fallback; the Error names the
    /// option.
    Result<double>
    number(const std::string& option, double minimum, double maximum, double fallback) const;
    Result<long long> wholeNumber(const std::string& option,
                                  long long minimum,
                                  long long maximum,
                                  long long fallback) const;

private:
    std::map<std::string, std::vector<std::string>> m_values;
    std::vector<std::string> m_positionals;
};

/// What "scorefield COMMAND --help" prints.
std::string helpText(const CommandSpec& spec);

} // namespace scorefield::app
