// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One line of a terminal that says how far a command is; silent where stderr is no terminal or with
// --quiet.
#include "app/arguments.h"

#include <functional>
#include <string>

namespace scorefield::app {

class ProgressLine {
public:
    explicit ProgressLine(const Arguments& arguments);
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const std::string& sentence) const;
    void clear() const;
    /// Shows the share of a training, 0…1, as "training the network: 42 %". The line must outlive
    /// it.
    std::function<void(double)> ofTraining() const;

private:
    bool m_isShown;
};

} // namespace scorefield::app
