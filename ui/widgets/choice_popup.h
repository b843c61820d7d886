// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The list of a long choice: a search field over rows with headings, each row with a few facts
// beside its name. Typing searches names, headings, facts and help; arrows, Enter and Escape work
// as in any list.
#include <QFrame>
#include <QString>

#include <vector>

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace scorefield::ui {

/// One row; `index` is the item's number in the choice.
struct ChoiceRow {
    int index = 0;
    QString label, group, facts, toolTip;
    QString searched; ///< whatever else a search should find it by
};

class ChoicePopup : public QFrame {
    Q_OBJECT
public:
    /// Rows of one group are shown together, groups in the order of their first row.
    ChoicePopup(const std::vector<ChoiceRow>& rows, int current, QWidget* parent);

    /// Below `box` (above where there is no room), with this text in the search field.
    void popUp(const QWidget& box, const QString& search);
    QStringList shownLabels() const;
    int currentChoice() const; ///< -1: no row fits the search

Q_SIGNALS:
    void chosen(int index);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void fill(const std::vector<ChoiceRow>& rows, int current);
    void filter(const QString& text);
    void move(int rows);
    void choose(const QListWidgetItem* item);

    QLineEdit* m_search = nullptr;
    QListWidget* m_list = nullptr;
};

} // namespace scorefield::ui
