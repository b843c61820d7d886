// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/decade_ticker.h"

#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

namespace {

constexpr int kFewest = 3; ///< numbers an axis needs to be read

/// The multiples m 10^k inside a range, k a multiple of `apart`.
QVector<double> multiples(const QCPRange& range, std::initializer_list<int> factors, int apart)
{
    QVector<double> all;
    const int from = static_cast<int>(std::floor(std::log10(range.lower) / apart)) * apart;
    const int to = static_cast<int>(std::ceil(std::log10(range.upper)));
    const double slack = 1e-9; // of a tick that is the end of the range but for rounding
    for (int power = from; power <= to; power += apart)
        for (const int factor : factors) {
            const double tick = factor * std::pow(10, power);
            if (tick >= range.lower * (1 - slack) && tick <= range.upper * (1 + slack))
                all.append(tick);
        }
    return all;
}

} // namespace

double DecadeTicker::getTickStep(const QCPRange& range)
{
    constexpr int kMostSteps = 5; // within less than a decade, where they stand close at the top
    const int room = tickCount();
    setTickCount(std::min(room, kMostSteps));
    const double step = QCPAxisTicker::getTickStep(range);
    setTickCount(room);
    return step;
}

QVector<double> DecadeTicker::createTickVector(double tickStep, const QCPRange& range)
{
    constexpr double kPowersBelow = 1e-3, kPowersFrom = 1e5;
    m_range = range;
    if (!(range.lower > 0) || !(range.upper > range.lower))
        return {};
    m_powers = range.lower < kPowersBelow / 1.0001 || range.upper > kPowersFrom;
    m_apart = 1;
    const int room = std::max(kFewest, tickCount());
    const auto decades = multiples(range, {1}, 1);
    if (decades.size() < kFewest) {
        m_kind = Kind::OneTwoFive;
        auto ticks = multiples(range, {1, 2, 5}, 1);
        if (ticks.size() >= kFewest && ticks.size() <= room + 1)
            return ticks;
        if (ticks.size() < kFewest) {
            m_kind = Kind::Steps;
            return QCPAxisTicker::createTickVector(tickStep, range);
        }
        const auto fewer = multiples(range, {1, 3}, 1);
        return fewer.size() <= room + 1 ? fewer : decades;
    }
    m_kind = Kind::Decades;
    auto ticks = decades;
    while (ticks.size() > room)
        ticks = multiples(range, {1}, ++m_apart);
    return ticks;
}

int DecadeTicker::getSubTickCount(double tickStep)
{
    return m_kind == Kind::Steps ? QCPAxisTicker::getSubTickCount(tickStep) : 1;
}

QVector<double> DecadeTicker::createSubTickVector(int count, const QVector<double>& ticks)
{
    if (m_kind == Kind::Steps)
        return QCPAxisTicker::createSubTickVector(count, ticks);
    return m_apart > 1 ? multiples(m_range, {1}, 1)
                       : multiples(m_range, {2, 3, 4, 5, 6, 7, 8, 9}, 1);
}

QString DecadeTicker::getTickLabel(double tick, const QLocale& locale, QChar format, int precision)
{
    Q_UNUSED(locale) // points in every language, as in files
    Q_UNUSED(format)
    Q_UNUSED(precision)
    constexpr int kDigits = 6; // 1000, not 10³
    const double power = std::log10(tick);
    const int k = static_cast<int>(std::lround(power));
    const bool isDecade = std::abs(power - k) < 1e-9; // its own rounding
    if (!m_powers || m_kind != Kind::Decades || !isDecade || k == 0 || k == 1)
        return render::prettyNumber(tick, kDigits);
    QString digits;
    for (const QChar digit : QString::number(std::abs(k)))
        digits += QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹").at(digit.digitValue());
    return QStringLiteral("10") + (k < 0 ? QStringLiteral("⁻") : QString()) + digits;
}

} // namespace scorefield::plots
