// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Runs work in a process of its own, so that a crash, a hang or a word on stderr ends in a sentence
// that says what had been done before, and not in silence.
#include <functional>
#include <string>

namespace scorefield::test {

/// What the work has done so far, for whoever asks after a crash: a line each, written at once.
class Journal {
public:
    explicit Journal(int file) : m_file(file) {}
    void note(const std::string& line);
    int lines() const { return m_lines; }

private:
    int m_file;
    int m_lines = 0;
};

/// 0 if the work returned 0 and nothing stood on its stderr. Otherwise 1, and what went wrong, its
/// stderr and the last lines of its journal stand on this process's stderr. Work that writes no
/// line for `patienceSeconds` hangs: it is ended. To be called before threads exist.
int supervise(const std::function<int(Journal&)>& work, int patienceSeconds);

} // namespace scorefield::test
