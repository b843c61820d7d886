// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/expression.h"

#include <array>
#include <cmath>
#include <numbers>

namespace scorefield::ui {
namespace {

constexpr int kMaxDepth =
    64; // nested brackets and signs: far beyond what fits a field, far below the stack

struct Function {
    QLatin1StringView name;
    double (*apply)(double);
};
const std::array<Function, 10> kFunctions{{
    {QLatin1StringView("sqrt"), [](double x) { return std::sqrt(x); }},
    {QLatin1StringView("exp"), [](double x) { return std::exp(x); }},
    {QLatin1StringView("log"), [](double x) { return std::log(x); }},
    {QLatin1StringView("ln"), [](double x) { return std::log(x); }},
    {QLatin1StringView("log2"), [](double x) { return std::log2(x); }},
    {QLatin1StringView("log10"), [](double x) { return std::log10(x); }},
    {QLatin1StringView("sin"), [](double x) { return std::sin(x); }},
    {QLatin1StringView("cos"), [](double x) { return std::cos(x); }},
    {QLatin1StringView("tan"), [](double x) { return std::tan(x); }},
    {QLatin1StringView("abs"), [](double x) { return std::abs(x); }},
}};

bool isThinSpace(QChar c)
{
    return c == QChar(0x2009) || c == QChar(0x202f) || c == QChar(0x00a0);
}

/// Typographic signs to plain ones; the spaces that group digits disappear.
QString normalised(QStringView text)
{
    QString plain;
    plain.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (isThinSpace(c))
            continue;
        // "5 000": a space between a digit and exactly three digits groups.
        if (c == u' ' && !plain.isEmpty() && plain.back().isDigit() && i + 3 < text.size()
            && text[i + 1].isDigit() && text[i + 2].isDigit() && text[i + 3].isDigit()
            && (i + 4 == text.size() || !text[i + 4].isDigit()))
            continue;
        if (c == QChar(0x2212))
            plain += u'-';
        else if (c == QChar(0x00d7) || c == QChar(0x00b7))
            plain += u'*';
        else if (c == QChar(0x03c0))
            plain += QLatin1StringView("pi");
        else
            plain += c;
    }
    return plain;
}

class Parser {
public:
    explicit Parser(const QString& text) : m_text(text) {}

    Result<double> whole()
    {
        skipSpaces();
        if (atEnd())
            return Error{{}, "A number is missing."};
        const double value = sum();
        skipSpaces();
        if (m_error.isEmpty() && !atEnd())
            fail(QStringLiteral("“%1” is not understood here.").arg(m_text.mid(m_at).trimmed()));
        if (m_error.isEmpty() && !std::isfinite(value))
            fail(QStringLiteral("“%1” has no finite value.").arg(m_text.trimmed()));
        if (!m_error.isEmpty())
            return Error{{}, m_error.toStdString()};
        return value;
    }

private:
    double sum()
    {
        double value = product();
        while (ok()) {
            if (accept(u'+'))
                value += product();
            else if (accept(u'-'))
                value -= product();
            else
                break;
        }
        return value;
    }

    double product()
    {
        double value = sign();
        while (ok()) {
            if (accept(u'*'))
                value *= sign();
            else if (accept(u'/'))
                value /= sign();
            else
                break;
        }
        return value;
    }

    double sign()
    {
        if (++m_depth > kMaxDepth) {
            fail(QStringLiteral("The expression is nested too deeply."));
            return 0;
        }
        const double value = accept(u'-') ? -sign() : accept(u'+') ? sign() : power();
        --m_depth;
        return value;
    }

    double power()
    {
        const double base = primary();
        return ok() && accept(u'^') ? std::pow(base, sign()) : base;
    }

    double primary()
    {
        skipSpaces();
        if (atEnd()) {
            fail(QStringLiteral("“%1” ends too early.").arg(m_text.trimmed()));
            return 0;
        }
        const QChar c = m_text[m_at];
        if (accept(u'('))
            return closing(sum());
        if (c.isDigit() || c == u'.')
            return number();
        if (c.isLetter())
            return named();
        fail(QStringLiteral("“%1” is not understood.").arg(m_text.mid(m_at).trimmed()));
        return 0;
    }

    double closing(double value)
    {
        if (ok() && !accept(u')'))
            fail(QStringLiteral("A closing bracket is missing."));
        return value;
    }

    double number()
    {
        const qsizetype start = m_at;
        const auto digits = [this] {
            while (!atEnd() && m_text[m_at].isDigit())
                ++m_at;
        };
        digits();
        if (!atEnd() && m_text[m_at] == u'.')
            ++m_at;
        digits();
        if (!atEnd() && (m_text[m_at] == u'e' || m_text[m_at] == u'E')) {
            const qsizetype mark = m_at++;
            if (!atEnd() && (m_text[m_at] == u'-' || m_text[m_at] == u'+'))
                ++m_at;
            if (atEnd() || !m_text[m_at].isDigit())
                m_at = mark; // not an exponent: the rest is reported as not understood
            digits();
        }
        bool valid = false;
        const double value = QStringView(m_text).mid(start, m_at - start).toDouble(&valid);
        if (!valid)
            fail(QStringLiteral("“%1” is not a number.").arg(m_text.mid(start, m_at - start)));
        return value;
    }

    double named()
    {
        const qsizetype start = m_at;
        while (!atEnd() && m_text[m_at].isLetterOrNumber())
            ++m_at;
        const QString name = m_text.mid(start, m_at - start).toLower();
        if (name == QLatin1StringView("pi"))
            return std::numbers::pi;
        if (name == QLatin1StringView("e"))
            return std::numbers::e;
        for (const Function& function : kFunctions) {
            if (name != function.name)
                continue;
            if (!accept(u'(')) {
                fail(QStringLiteral("“%1” needs its argument in brackets.").arg(name));
                return 0;
            }
            return function.apply(closing(sum()));
        }
        fail(QStringLiteral("“%1” is no number, constant or function.").arg(name));
        return 0;
    }

    void skipSpaces()
    {
        while (!atEnd() && m_text[m_at].isSpace())
            ++m_at;
    }

    bool accept(char16_t c)
    {
        skipSpaces();
        if (atEnd() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    bool atEnd() const { return m_at >= m_text.size(); }
    bool ok() const { return m_error.isEmpty(); }
    void fail(const QString& sentence)
    {
        if (ok())
            m_error = sentence;
        m_at = m_text.size(); // the first problem is the one to name
    }

    const QString& m_text;
    QString m_error;
    qsizetype m_at = 0;
    int m_depth = 0;
};

} // namespace

Result<double> evaluateExpression(QStringView text)
{
    const QString plain = normalised(text);
    return Parser(plain).whole();
}

Result<std::vector<double>> evaluateList(QStringView text)
{
    text = text.trimmed();
    const bool bracketed = text.size() >= 2
                           && ((text.front() == u'(' && text.back() == u')')
                               || (text.front() == u'[' && text.back() == u']'));
    // "(1, 2)" is a bracketed list; "(1)+(2)" is not: its first bracket closes before the end.
    if (bracketed && text.mid(1, text.size() - 2).indexOf(text.back()) < 0)
        text = text.mid(1, text.size() - 2);
    std::vector<double> values;
    qsizetype start = 0;
    for (qsizetype i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] != u',' && text[i] != u';')
            continue;
        const Result<double> value = evaluateExpression(text.mid(start, i - start));
        if (!value)
            return value.error();
        values.push_back(*value);
        start = i + 1;
    }
    return values;
}

} // namespace scorefield::ui
