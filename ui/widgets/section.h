// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A titled group of rows in a panel: hairline on top, 11 px tracked capitals, small actions at the
// right, rows below.
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace scorefield::ui {

/// The title line alone: "COMPONENTS", with room for small buttons at its right end.
class SectionHeader : public QWidget {
    Q_OBJECT
public:
    explicit SectionHeader(const QString& title, QWidget* parent = nullptr);
    void addAction(QWidget* button);

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyMetrics();

    QHBoxLayout* m_layout;
    QLabel* m_title;
};

class Section : public QWidget {
    Q_OBJECT
public:
    /// `rule`: draws the hairline above (every section but the first of a panel).
    explicit Section(const QString& title, bool rule = true, QWidget* parent = nullptr);

    SectionHeader* header() const { return m_header; }
    /// The column that holds the rows.
    QVBoxLayout* rows() const { return m_rows; }

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void applyMetrics();

    bool m_rule;
    SectionHeader* m_header;
    QVBoxLayout* m_rows;
};

} // namespace scorefield::ui
