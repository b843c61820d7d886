// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which lanes a grid shows: a check box for each lane of the session. All is written as an empty
// list, so that a lane added later is in the figure too.
#include <QWidget>

#include <vector>

class QCheckBox;

namespace scorefield::ui {

class LaneChecks : public QWidget {
    Q_OBJECT
public:
    explicit LaneChecks(QWidget* parent = nullptr);

    void setLanes(int count);
    void setChosen(const std::vector<int>& lanes);
    std::vector<int> chosen() const;

Q_SIGNALS:
    void edited();

private:
    int m_count = 0;
    std::vector<QCheckBox*> m_boxes;
};

} // namespace scorefield::ui
