// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A column of sections that edits one export: what it shows, how large, which parts. Its rows come
// from the descriptors of the spec; errors of checkSpec stand at the row that causes them.
#include "core/session/export_table.h"
#include "core/session/session.h"
#include "ui/exports/size_row.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

class QVBoxLayout;

namespace scorefield::ui {

class ChoiceBox;
class FormRow;
class ParameterRow;
class ParameterSource;
class Section;
class SegmentedControl;

using ExportSpec = decltype(ExportJob::spec);

/// A kind of file: ".png" as "PNG".
struct FileFormat {
    QString ending, label, help;
};

class SpecForm : public QWidget {
    Q_OBJECT
public:
    explicit SpecForm(const std::vector<FileFormat>& formats, QWidget* parent = nullptr);

    virtual ExportSpec spec() const = 0;
    virtual void setSpec(const ExportSpec& spec) = 0;
    /// What is wrong with it: text that is no list of numbers, or what checkSpec says.
    virtual Status check() const;

    const std::vector<FileFormat>& formats() const { return m_formats; }
    QString ending() const;
    void setEnding(const QString& ending);
    /// The name of the bookmark that is exported; empty: the session's own state.
    QString bookmark() const;
    void setBookmark(const QString& name);
    /// The open session: ranges, reasons and the list of bookmarks follow.
    void setSession(const Session& session);
    /// The session at the chosen bookmark.
    const Session& state() const { return m_state; }

Q_SIGNALS:
    /// By a person; also the format and the bookmark.
    void edited();

protected:
    Section* addSection(const QString& title);
    ParameterRow* addRow(Section* section, ParameterSource& source, const QString& key);
    FormRow* addRow(Section* section,
                    const QString& key,
                    const QString& label,
                    const QString& help,
                    QWidget* control);
    /// `keys`: errors of these stand at the row.
    void addRow(Section* section,
                const QStringList& keys,
                QWidget* row,
                const std::function<void(const QString&)>& showError);
    void addFormat(Section* section);
    /// Width and height with their unit, and named sizes.
    void addSize(Section* section, ParameterSource& source, std::vector<NamedSize> sizes);
    void addBookmark(Section* section);
    void finishSections();
    /// After every edit and change of the session: reasons and errors.
    void refresh();
    /// The rows that are no descriptors.
    virtual void refreshRows() = 0;
    void edit();

private:
    struct Place {
        QStringList keys;
        std::function<void(const QString&)> showError;
        QString shown{};
    };
    void refreshBookmarks();

    std::vector<FileFormat> m_formats;
    std::vector<Place> m_places;
    std::vector<ParameterRow*> m_rows;
    std::unique_ptr<SizePresets> m_presets;
    Session m_session, m_state;
    QString m_bookmark;
    QVBoxLayout* m_column;
    SegmentedControl* m_format = nullptr; ///< of few formats
    ChoiceBox *m_formatList = nullptr, *m_bookmarks = nullptr;
    FormRow* m_bookmarkRow = nullptr;
    int m_ending = 0;
};

} // namespace scorefield::ui
