// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The name of a parameter with its symbol: "Stochasticity η", the words quiet, the symbol italic.
// Too little room shortens the words, never the symbol.
#include <QString>
#include <QWidget>

namespace scorefield::ui {

class SymbolLabel : public QWidget {
    Q_OBJECT
public:
    explicit SymbolLabel(QWidget* parent = nullptr);

    void setContent(const QString& label, const QString& symbol);
    /// What the text leaves free at its right end, in widget pixels.
    void setReserved(int width);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_label, m_symbol;
    int m_reserved = 0;
};

} // namespace scorefield::ui
