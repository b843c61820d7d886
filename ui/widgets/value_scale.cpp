// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/value_scale.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace scorefield::ui {
namespace {

constexpr double kBendsAt = .8; ///< the share of a slider that is linear, of scales with a bend

/// value rounded to a multiple of 10^exponent; divides by a whole power of ten, so the result is
/// the nearest double.
double roundDecimal(double value, int exponent)
{
    const double power = std::pow(10., std::abs(exponent));
    return exponent < 0 ? std::round(value * power) / power : std::round(value / power) * power;
}

int decimalExponent(double value)
{
    return static_cast<int>(std::floor(std::log10(value)));
}

QString typographic(const std::string& text)
{
    QString shown = QString::fromStdString(text);
    const qsizetype e = shown.indexOf(u'e');
    if (e >= 0) {
        QString exponent = shown.mid(e + 1);
        const bool negative = exponent.startsWith(u'-');
        while (!exponent.isEmpty()
               && (exponent[0] == u'-' || exponent[0] == u'+' || exponent[0] == u'0'))
            exponent.remove(0, 1);
        shown = shown.left(e) + u'e' + (negative ? QStringLiteral("-") : QString()) + exponent;
    }
    return shown.replace(u'-', QChar(0x2212));
}

QString grouped(double value)
{
    QString digits = QString::number(std::abs(value), 'f', 0);
    if (digits.size() > 3 && digits.size() <= 9)
        for (qsizetype i = digits.size() - 3; i > 0; i -= 3)
            digits.insert(i, QChar(0x202f));
    return value < 0 ? QChar(0x2212) + digits : digits;
}

} // namespace

QString numberText(double value, int digits)
{
    return typographic(formatNumber(value, digits));
}

ValueScale::ValueScale(const ParameterDescriptor& descriptor)
    : m_minimum(descriptor.minimum)
    , m_maximum(descriptor.maximum)
    , m_logarithmic(descriptor.scale == Scale::Logarithmic && descriptor.minimum > 0)
    , m_integer(descriptor.type != ParameterType::Real)
{
    if (!m_logarithmic && descriptor.sliderMaximum > std::max(0., m_minimum)
        && descriptor.sliderMaximum < m_maximum)
        m_bend = descriptor.sliderMaximum;
    // The descriptor's own default of a step: a hundredth of the range, or of a decade (handled in
    // stepped).
    m_step = descriptor.step > 0 ? descriptor.step
             : m_logarithmic     ? 0
                                 : (m_maximum - m_minimum) / 100;
    if (m_integer && !m_logarithmic)
        m_step = std::max(1., std::round(m_step));
}

double ValueScale::fraction(double value) const
{
    if (!(m_maximum > m_minimum))
        return 0;
    const double x = std::clamp(value, m_minimum, m_maximum);
    if (m_logarithmic)
        return std::log(x / m_minimum) / std::log(m_maximum / m_minimum);
    if (m_bend > 0 && x > m_bend)
        return kBendsAt + (1 - kBendsAt) * std::log(x / m_bend) / std::log(m_maximum / m_bend);
    if (m_bend > 0)
        return kBendsAt * (x - m_minimum) / (m_bend - m_minimum);
    return (x - m_minimum) / (m_maximum - m_minimum);
}

double ValueScale::value(double fraction) const
{
    if (!(fraction > 0))
        return m_minimum;
    if (fraction >= 1)
        return m_maximum;
    if (m_logarithmic) {
        const double x = m_minimum * std::pow(m_maximum / m_minimum, fraction);
        return rounded(x, decimalExponent(x) - 2);
    }
    if (m_bend > 0 && fraction > kBendsAt) {
        const double x =
            m_bend * std::pow(m_maximum / m_bend, (fraction - kBendsAt) / (1 - kBendsAt));
        return rounded(x, decimalExponent(x) - 2);
    }
    if (m_bend > 0) {
        const double x = m_minimum + fraction / kBendsAt * (m_bend - m_minimum);
        return rounded(x, decimalExponent((m_bend - m_minimum) / 500));
    }
    const double x = m_minimum + fraction * (m_maximum - m_minimum);
    return rounded(x, decimalExponent((m_maximum - m_minimum) / 500));
}

double ValueScale::stepped(double value, double steps) const
{
    if (m_logarithmic && m_step == 0) {
        double x = value * std::pow(10., steps / 100);
        x = rounded(x, decimalExponent(x) - 3);
        if (m_integer && std::abs(x - value) < 1)
            x = value + (steps > 0 ? 1 : -1);
        return std::clamp(x, m_minimum, m_maximum);
    }
    double x = value + steps * m_step;
    if (m_step > 0)
        x = rounded(x, decimalExponent(m_step) - 1);
    if (m_integer && std::abs(x - value) < 1)
        x = value + (steps > 0 ? 1 : -1);
    return std::clamp(x, m_minimum, m_maximum);
}

double ValueScale::rounded(double value, int exponent) const
{
    const double x = m_integer ? std::round(roundDecimal(value, std::max(exponent, 0)))
                               : roundDecimal(value, exponent);
    return std::clamp(x, m_minimum, m_maximum);
}

std::vector<double> ValueScale::decades() const
{
    std::vector<double> result;
    if (!m_logarithmic && m_bend <= 0)
        return result;
    if (m_bend > 0)
        result.push_back(m_bend);
    const double low = m_bend > 0 ? m_bend * 1.001 : m_minimum;
    const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9)); // rounding of log10
    const int last = static_cast<int>(std::floor(std::log10(m_maximum) + 1e-9));
    for (int exponent = first; exponent <= last; ++exponent)
        result.push_back(std::pow(10., exponent));
    return result;
}

QString ValueScale::text(double value) const
{
    if (m_integer)
        return grouped(value);
    if (!m_logarithmic && m_step > 0) {
        // Fixed decimals keep a column of fields calm, if they tell the whole value.
        const int decimals = std::clamp(-decimalExponent(m_step), 0, 3);
        if (std::abs(value) < 1e4 && roundDecimal(value, -decimals) == value)
            return QString::number(value, 'f', decimals).replace(u'-', QChar(0x2212));
    }
    const double magnitude = std::abs(value);
    if (magnitude != 0 && (magnitude < .01 || magnitude >= 1e5)) {
        const int exponent = decimalExponent(magnitude);
        const double mantissa = value / std::pow(10., exponent);
        return numberText(mantissa, 3) + u'e'
               + QString::number(exponent).replace(u'-', QChar(0x2212));
    }
    return numberText(value);
}

} // namespace scorefield::ui
