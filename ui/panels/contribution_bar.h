// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One step of a waterfall, lying: from where the parts before it have brought the gap to where it
// brings it, with the number it adds.
#include <QWidget>

#include <limits>

namespace scorefield::ui {

class ContributionBar : public QWidget {
    Q_OBJECT
public:
    explicit ContributionBar(QWidget* parent = nullptr);

    /// In units of the widest end, `scale`; NaN: unknown. `isActive`: the lanes run with it.
    void setStep(double from, double to, double scale, bool isActive);
    /// Nothing is known.
    void clear();
    /// Whether the numbers are of an older run.
    void setStale(bool stale);

    double from() const { return m_from; }
    double to() const { return m_to; }
    bool isKnown() const;
    QString number() const; ///< "+0.31", "0", or empty
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double m_from = std::numeric_limits<double>::quiet_NaN(), m_to = m_from;
    double m_scale = 0; ///< the widest end
    bool m_isActive = false, m_isStale = false;
};

} // namespace scorefield::ui
