// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Ticks of a logarithmic axis, as many as there is room for: whole decades, 1-2-5 within a few of
// them, equal steps within less than one.
#include "ui/plots/plot_library.h"

namespace scorefield::plots {

class DecadeTicker : public QCPAxisTicker {
protected:
    double getTickStep(const QCPRange& range) override;
    QVector<double> createTickVector(double tickStep, const QCPRange& range) override;
    int getSubTickCount(double tickStep) override;
    QVector<double> createSubTickVector(int count, const QVector<double>& ticks) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

private:
    enum class Kind { Steps, OneTwoFive, Decades };
    Kind m_kind = Kind::Decades;
    int m_apart = 1;       ///< decades between two ticks
    bool m_powers = false; ///< 10⁻⁴ rather than 0.0001
    QCPRange m_range;
};

} // namespace scorefield::plots
