// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/spec_form.h"

#include "ui/exports/form_row.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/section.h"
#include "ui/widgets/segmented_control.h"

#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr double kLabelWidth = 130; // "Lines and markers ×" in one piece
constexpr std::size_t kMostSegments = 3;

} // namespace

SpecForm::SpecForm(const std::vector<FileFormat>& formats, QWidget* parent)
    : QWidget(parent)
    , m_formats(formats)
    , m_column(new QVBoxLayout(this))
{
    setProperty("panel", true);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
}

Section* SpecForm::addSection(const QString& title)
{
    auto* section = new Section(title, m_column->count() > 0, this);
    m_column->addWidget(section);
    return section;
}

void SpecForm::finishSections()
{
    m_column->addStretch(1);
}

ParameterRow* SpecForm::addRow(Section* section, ParameterSource& source, const QString& key)
{
    auto* row = new ParameterRow(source, key, section);
    row->setLabelWidth(kLabelWidth);
    addRow(section, {key}, row, [row](const QString& sentence) { row->showError(sentence); });
    m_rows.push_back(row);
    return row;
}

FormRow* SpecForm::addRow(Section* section,
                          const QString& key,
                          const QString& label,
                          const QString& help,
                          QWidget* control)
{
    auto* row = new FormRow(key, label, help, control, section);
    row->setLabelWidth(kLabelWidth);
    addRow(section, {key}, row, [row](const QString& sentence) { row->showError(sentence); });
    return row;
}

void SpecForm::addRow(Section* section,
                      const QStringList& keys,
                      QWidget* row,
                      const std::function<void(const QString&)>& showError)
{
    section->rows()->addWidget(row);
    m_places.push_back({keys, showError});
}

void SpecForm::addFormat(Section* section)
{
    QStringList labels;
    for (const FileFormat& format : m_formats)
        labels += format.label;
    QWidget* control = nullptr;
    const auto choose = [this](int index) {
        m_ending = index;
        edit();
    };
    if (m_formats.size() <= kMostSegments) {
        m_format = new SegmentedControl(labels, section);
        for (std::size_t i = 0; i < m_formats.size(); ++i)
            m_format->setSegmentToolTip(static_cast<int>(i), m_formats[i].help);
        connect(m_format, &SegmentedControl::activated, this, choose);
        control = m_format;
    } else {
        m_formatList = new ChoiceBox(section);
        m_formatList->addItems(labels);
        for (std::size_t i = 0; i < m_formats.size(); ++i)
            m_formatList->setItemData(static_cast<int>(i), m_formats[i].help, Qt::ToolTipRole);
        connect(m_formatList, &QComboBox::activated, this, choose);
        control = m_formatList;
    }
    addRow(section, QStringLiteral("format"), tr("Format"), tr("The kind of file."), control);
}

void SpecForm::addSize(Section* section, ParameterSource& source, std::vector<NamedSize> sizes)
{
    auto* box = new ChoiceBox(section);
    addRow(section,
           QStringLiteral("preset"),
           tr("Size"),
           tr("Sizes that venues and screens ask for; those of pages come with a font size and a "
              "resolution."),
           box);
    m_presets = std::make_unique<SizePresets>(source, box, std::move(sizes));
    auto* size = new SizeRow(source, section);
    auto* row = new FormRow(QStringLiteral("size"), {}, tr("Width × height."), size, section);
    row->setLabelWidth(kLabelWidth);
    addRow(section,
           {QStringLiteral("width"), QStringLiteral("height"), QStringLiteral("unit")},
           row,
           [row](const QString& sentence) { row->showError(sentence); });
    connect(size, &SizeRow::rejected, row, &FormRow::showError);
}

void SpecForm::addBookmark(Section* section)
{
    m_bookmarks = new ChoiceBox(section);
    m_bookmarkRow = addRow(section,
                           QStringLiteral("bookmark"),
                           tr("State"),
                           tr("What is exported: the session as it is, or one of its bookmarks."),
                           m_bookmarks);
    connect(m_bookmarks, &QComboBox::activated, this, [this](int index) {
        setBookmark(index > 0 ? m_bookmarks->itemText(index) : QString());
        edit();
    });
}

QString SpecForm::ending() const
{
    return m_formats[static_cast<std::size_t>(m_ending)].ending;
}

void SpecForm::setEnding(const QString& ending)
{
    const auto found = std::find_if(m_formats.begin(), m_formats.end(), [&](const auto& format) {
        return format.ending.compare(ending, Qt::CaseInsensitive) == 0;
    });
    if (found == m_formats.end())
        return;
    m_ending = static_cast<int>(found - m_formats.begin());
    if (m_format != nullptr)
        m_format->setCurrentIndex(m_ending);
    if (m_formatList != nullptr)
        m_formatList->setCurrentIndex(m_ending);
    refresh();
}

QString SpecForm::bookmark() const
{
    return m_bookmark;
}

void SpecForm::setBookmark(const QString& name)
{
    m_bookmark = name;
    setSession(Session(m_session));
}

void SpecForm::setSession(const Session& session)
{
    m_session = session;
    const auto known = [&](const Bookmark& bookmark) {
        return QString::fromStdString(bookmark.name) == m_bookmark;
    };
    if (std::none_of(m_session.bookmarks.begin(), m_session.bookmarks.end(), known))
        m_bookmark.clear();
    m_state = m_session;
    if (!m_bookmark.isEmpty())
        if (const auto state = sessionAtBookmark(m_session, m_bookmark.toStdString()))
            m_state = *state;
    refreshBookmarks();
    refresh();
}

void SpecForm::refreshBookmarks()
{
    if (m_bookmarks == nullptr)
        return;
    QStringList names{tr("As it is now")};
    for (const Bookmark& bookmark : m_session.bookmarks)
        names += QString::fromStdString(bookmark.name);
    const QSignalBlocker blocker(m_bookmarks);
    m_bookmarks->clear();
    m_bookmarks->addItems(names);
    m_bookmarks->setCurrentIndex(
        m_bookmark.isEmpty() ? 0 : std::max(0, static_cast<int>(names.indexOf(m_bookmark, 1))));
    m_bookmarkRow->setReason(m_session.bookmarks.empty() ? tr("The session has no bookmarks.")
                                                         : QString());
}

Status SpecForm::check() const
{
    const int lanes = static_cast<int>(m_state.lanes.size());
    return std::visit([lanes](const auto& value) { return checkSpec(value, lanes); }, spec());
}

void SpecForm::edit()
{
    refresh();
    Q_EMIT edited();
}

void SpecForm::refresh()
{
    refreshRows();
    for (ParameterRow* row : m_rows)
        row->refresh(); // reasons depend on the session and the format too
    const Status status = check();
    const QString key = status ? QString() : QString::fromStdString(status.error().path);
    const QString sentence = status ? QString() : QString::fromStdString(status.error().message);
    for (Place& place : m_places) {
        const QString shown = place.keys.contains(key) ? sentence : QString();
        // A row may show a sentence of its own, on text that is no number.
        if (shown == place.shown)
            continue;
        place.shown = shown;
        place.showError(shown);
    }
}

} // namespace scorefield::ui
