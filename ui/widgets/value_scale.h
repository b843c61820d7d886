// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where a value of a parameter stands on its slider, how far a key moves it, and how it is written.
// Linear or logarithmic as the descriptor says, or linear up to a bend; values that a slider
// produces are rounded to what a person would type.
#include "core/base/parameter.h"

#include <QString>

#include <vector>

namespace scorefield::ui {

class ValueScale {
public:
    ValueScale() = default;
    explicit ValueScale(const ParameterDescriptor& descriptor);

    bool isLogarithmic() const { return m_logarithmic; }
    double minimum() const { return m_minimum; }
    double maximum() const { return m_maximum; }

    /// 0 at the minimum, 1 at the maximum; clamped.
    double fraction(double value) const;
    /// The inverse, rounded to three significant digits (log) or 1/500 of the range (linear); exact
    /// at both ends.
    double value(double fraction) const;
    /// `value` moved by `steps` steps of an arrow key, inside the range; moves by at least one
    /// whole number for integers.
    double stepped(double value, double steps) const;
    /// The powers of ten inside a logarithmic range; of a scale with a bend, that and those beyond.
    std::vector<double> decades() const;
    /// As shown in a narrow field: "0.70", "1e−5", "5 000"; never wrong by more than four
    /// significant digits show.
    QString text(double value) const;

private:
    double rounded(double value, int exponent) const;

    double m_minimum = 0, m_maximum = 1, m_step = .01;
    double m_bend = 0; ///< a linear scale is logarithmic from here on; 0: nowhere
    bool m_logarithmic = false, m_integer = false;
};

/// A number for people: `digits` significant digits, a true minus sign, short exponents: "−1.25",
/// "1e−5".
QString numberText(double value, int digits = 4);

} // namespace scorefield::ui
