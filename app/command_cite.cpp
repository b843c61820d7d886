// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield cite: the references of what a session uses, as BibTeX.
#include "app/commands.h"
#include "app/output.h"
#include "app/session_source.h"
#include "core/base/file.h"
#include "core/session/citations.h"

#include <cstdio>

namespace scorefield::app {

namespace {

Ending runCite(const Arguments& arguments)
{
    auto found = findSession(*arguments.positional(0));
    if (!found)
        return wrong(found.error());
    if (auto status = applySessionOptions(arguments, found->session); !status)
        return wrong(status.error());
    const std::string text = bibliography(found->session);
    const auto output = arguments.value("--output");
    if (!output) {
        std::fputs(text.c_str(), stdout);
        return {};
    }
    if (auto writable = checkWritable(*output); !writable)
        return wrong(writable.error());
    if (auto status = writeFileAtomically(*output, text); !status)
        return failed(status.error().sentence());
    say(arguments,
        *output + ": " + std::to_string(citedMethods(found->session).size()) + " entries");
    return {};
}

} // namespace

Command citeCommand()
{
    CommandSpec spec;
    spec.name = "cite";
    spec.arguments = "SESSION";
    spec.summary = "names the works that a session uses, as BibTeX";
    spec.leastPositionals = spec.mostPositionals = 1;
    spec.options = {{"--output", "REFS.bib", "the file; stdout without it", "-o"}};
    const auto more = sessionOptions();
    spec.options.insert(spec.options.end(), more.begin(), more.end());
    spec.notes = "A comment line above each entry says what of the session it stands for.";
    return {spec, runCite};
}

} // namespace scorefield::app
