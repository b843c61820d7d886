// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the line of `scorefield study` asks for.
#include "app/arguments.h"
#include "core/study/study.h"
#include "ui/plots/study_chart.h"

#include <string>
#include <vector>

namespace scorefield::app {

struct StudyJob {
    const StudyKind* study = nullptr;
    Session session;
    std::vector<Sweep> sweeps; ///< empty: the study's own
    std::string path;          ///< of the table; empty: none
    unsigned threads = 0;      ///< 0: one per processor
    bool resumes = false;      ///< keeps a journal, and goes on where it ends
    std::string plot;          ///< of the chart; empty: none
    plots::ChartStyle style;

    /// The file beside which the journal lies.
    const std::string& output() const { return path.empty() ? plot : path; }
};

std::vector<Option> studyOptions();
/// What is to be measured. Every mistake is found before anything runs.
Result<StudyJob> readStudyJob(const Arguments& arguments);
/// What is written of it, and how.
Status readStudyOutputs(const Arguments& arguments, StudyJob& job);

} // namespace scorefield::app
