// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/figure_form.h"

#include "core/base/text.h"
#include "ui/exports/form_row.h"
#include "ui/exports/lane_checks.h"
#include "ui/exports/spec_reasons.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/section.h"

#include <QFontDatabase>
#include <QLineEdit>
#include <QSignalBlocker>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr auto kHere = static_cast<double>(MomentClock::Here);
constexpr auto kGrid = static_cast<double>(FigureContent::Grid);

std::vector<FileFormat> figureFormats()
{
    const auto tr = [](const char* text) { return FigureForm::tr(text); };
    return {{QStringLiteral(".png"),
             QStringLiteral("PNG"),
             tr("Pixels. Carries the session: open it like one.")},
            {QStringLiteral(".svg"),
             QStringLiteral("SVG"),
             tr("Lines and text as such, for browsers and drawing programs. Carries the session.")},
            {QStringLiteral(".pdf"),
             QStringLiteral("PDF"),
             tr("Lines and text as such with embedded fonts, for papers.")}};
}

/// "5, 1, 0.2": separated by commas, semicolons or spaces.
Result<std::vector<double>> readNumbers(QString text)
{
    std::vector<double> numbers;
    text.replace(QLatin1Char(','), QLatin1Char(' ')).replace(QLatin1Char(';'), QLatin1Char(' '));
    const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& word : words) {
        const auto number = parseNumber(word.toStdString());
        if (!number)
            return Error{"moments",
                         "hold '" + word.toStdString()
                             + "', which is no number; write them like 5, 1, 0.2"};
        numbers.push_back(*number);
    }
    return numbers;
}

QString numbersText(const std::vector<double>& numbers)
{
    QStringList words;
    for (const double number : numbers)
        words += QString::fromStdString(formatNumber(number));
    return words.join(QStringLiteral(", "));
}

} // namespace

FigureForm::FigureForm(QWidget* parent)
    : SpecForm(figureFormats(), parent)
    , m_source([this](const FigureSpec& spec, const QString& key) {
        return whyUnused(state(), ending(), spec, key);
    })
{
    buildContent();
    buildPage();
    buildType();
    buildParts();
    finishSections();
    connect(&m_source, &ParameterSource::changed, this, &FigureForm::changed);
}

void FigureForm::set(const std::function<void(FigureSpec&)>& change)
{
    FigureSpec spec = figure();
    change(spec);
    m_source.setSpec(spec);
}

void FigureForm::buildContent()
{
    Section* section = addSection(tr("Content"));
    addBookmark(section);
    addRow(section, m_source, QStringLiteral("content"));
    addRow(section, m_source, QStringLiteral("lane"));
    m_lanes = new LaneChecks(section);
    m_lanesRow = addRow(
        section, QStringLiteral("lanes"), tr("Lanes"), tr("Which lanes the grid shows."), m_lanes);
    connect(m_lanes, &LaneChecks::edited, this, [this] {
        set([this](FigureSpec& spec) { spec.lanes = m_lanes->chosen(); });
    });
    addRow(section, m_source, QStringLiteral("clock"));
    m_moments = new QLineEdit(section);
    m_moments->setPlaceholderText(tr("5, 1, 0.2"));
    m_momentsRow = addRow(section,
                          QStringLiteral("moments"),
                          tr("Moments"),
                          tr("One number, for a grid several, in the units chosen above."),
                          m_moments);
    connect(m_moments, &QLineEdit::textEdited, this, &FigureForm::readMoments);
    addRow(section, m_source, QStringLiteral("moments_down"));
}

void FigureForm::buildPage()
{
    Section* section = addSection(tr("Page"));
    addFormat(section);
    addSize(section, m_source, figureSizes());
    for (const char* key : {"dpi", "theme", "transparent"})
        addRow(section, m_source, QLatin1String(key));
}

void FigureForm::buildType()
{
    Section* section = addSection(tr("Type"));
    m_title = new QLineEdit(section);
    m_title->setPlaceholderText(tr("None"));
    addRow(section, QStringLiteral("title"), tr("Title"), tr("Above the panels."), m_title);
    connect(m_title, &QLineEdit::textEdited, this, [this](const QString& text) {
        set([&](FigureSpec& spec) { spec.title = text.toStdString(); });
    });
    m_font = new ChoiceBox(section);
    m_font->addItem(tr("Interface font"));
    const QStringList families = QFontDatabase::families();
    for (const QString& family : families)
        if (QFontDatabase::isSmoothlyScalable(family) && !QFontDatabase::isPrivateFamily(family))
            m_font->addItem(family);
    addRow(section,
           QStringLiteral("font_family"),
           tr("Font"),
           tr("Of all text. A PDF has it embedded."),
           m_font);
    connect(m_font, &QComboBox::activated, this, [this](int index) {
        set([&](FigureSpec& spec) {
            spec.fontFamily = index > 0 ? m_font->itemText(index).toStdString() : std::string();
        });
    });
    for (const char* key : {"font_size", "line_scale"})
        addRow(section, m_source, QLatin1String(key));
}

void FigureForm::buildParts()
{
    Section* parts = addSection(tr("Parts"));
    for (const char* key : {"letters",
                            "color_bar",
                            "legend",
                            "panel_titles",
                            "formulas",
                            "captions",
                            "readouts",
                            "axes"})
        addRow(parts, m_source, QLatin1String(key));
    Section* drawing = addSection(tr("Drawing"));
    for (const char* key : {"particle_drawing", "particle_limit"})
        addRow(drawing, m_source, QLatin1String(key));
}

void FigureForm::setSpec(const ExportSpec& spec)
{
    const FigureSpec& figure = std::get<FigureSpec>(spec);
    m_quiet = true;
    m_momentsProblem.clear();
    m_moments->setText(numbersText(figure.moments));
    m_source.setSpec(figure);
    m_quiet = false;
}

Status FigureForm::check() const
{
    if (!m_momentsProblem.isEmpty())
        return Error{"moments", m_momentsProblem.toStdString()};
    return SpecForm::check();
}

void FigureForm::readMoments(const QString& text)
{
    const auto numbers = readNumbers(text);
    m_momentsProblem = numbers ? QString() : QString::fromStdString(numbers.error().message);
    if (!numbers)
        return edit();
    set([&](FigureSpec& spec) { spec.moments = *numbers; });
}

void FigureForm::suggestMoments()
{
    const FigureSpec& spec = figure();
    std::vector<double> moments;
    switch (static_cast<MomentClock>(static_cast<int>(spec.clock))) {
    case MomentClock::Here:
        break;
    case MomentClock::Noise:
        moments = {5, 1, .2};
        break;
    case MomentClock::Step:
        moments = {0, 10, 20};
        break;
    default:
        moments = {0, .5, 1};
    }
    if (spec.content != kGrid && !moments.empty())
        moments = {moments[1]};
    m_momentsProblem.clear();
    m_moments->setText(numbersText(moments));
    set([&](FigureSpec& figure) { figure.moments = moments; });
}

/// What one choice makes of others: a grid at one moment is seldom meant, and numbers mean nothing
/// under another clock.
void FigureForm::changed()
{
    const double content = figure().content, clock = figure().clock;
    const bool newContent = content != m_lastContent, newClock = clock != m_lastClock;
    m_lastContent = content;
    m_lastClock = clock;
    if (!m_quiet) {
        if (newContent && content == kGrid && clock == kHere)
            return set(
                [](FigureSpec& spec) { spec.clock = static_cast<double>(MomentClock::Noise); });
        if (newClock || (newContent && !figure().moments.empty()))
            return suggestMoments();
    }
    refresh();
    if (!m_quiet)
        Q_EMIT edited();
}

void FigureForm::refreshRows()
{
    m_source.setLanes(static_cast<int>(state().lanes.size()));
    const FigureSpec& spec = figure();
    m_lanes->setLanes(static_cast<int>(state().lanes.size()));
    m_lanes->setChosen(spec.lanes);
    const auto reason = [&](FormRow* row) {
        row->setReason(whyUnused(state(), ending(), spec, row->key()));
    };
    reason(m_lanesRow);
    reason(m_momentsRow);
    const QString title = QString::fromStdString(spec.title);
    if (m_title->text() != title)
        m_title->setText(title);
    const QString family = QString::fromStdString(spec.fontFamily);
    int font = family.isEmpty() ? 0 : m_font->findText(family);
    if (font < 0) { // of a session from elsewhere
        m_font->addItem(family);
        font = m_font->count() - 1;
    }
    const QSignalBlocker blocker(m_font);
    m_font->setCurrentIndex(font);
}

} // namespace scorefield::ui
