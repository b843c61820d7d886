// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace scorefield::app {

namespace {

constexpr const char* kFailed = "failed";

} // namespace

Error caseFailure(std::string sentence)
{
    return {kFailed, std::move(sentence)};
}

bool isCaseFailure(const Error& error)
{
    return error.path == kFailed;
}

BenchFigure figureOf(std::string name, std::string unit, std::vector<double> samples)
{
    BenchFigure figure{.name = std::move(name), .unit = std::move(unit)};
    if (samples.empty())
        return figure;
    std::sort(samples.begin(), samples.end());
    const std::size_t middle = samples.size() / 2;
    figure.median =
        samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
    figure.lowest = samples.front();
    figure.highest = samples.back();
    figure.repetitions = static_cast<int>(samples.size());
    return figure;
}

BenchFigure atLeast(double target, BenchFigure figure)
{
    figure.target = target;
    figure.moreIsBetter = true;
    return figure;
}

BenchFigure atMost(double target, BenchFigure figure)
{
    figure.target = target;
    figure.moreIsBetter = false;
    return figure;
}

double secondsOf(const std::function<void()>& work)
{
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::vector<double> repeatedSeconds(const BenchContext& context, const std::function<void()>& work)
{
    constexpr double kShort = 0.5; // seconds
    constexpr std::size_t kMost = 50;
    work();
    std::vector<double> seconds;
    double sum = 0;
    while (seconds.size() < static_cast<std::size_t>(std::max(1, context.repetitions))
           || (context.repetitions > 1 && sum < kShort && seconds.size() < kMost)) {
        seconds.push_back(secondsOf(work));
        sum += seconds.back();
    }
    return seconds;
}

std::vector<double> ratesOf(double count, std::vector<double> seconds)
{
    for (double& value : seconds)
        value = count / value;
    return seconds;
}

} // namespace scorefield::app
