// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/lane_checks.h"

#include "core/session/session.h"
#include "ui/widgets/style.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QSignalBlocker>

#include <algorithm>

namespace scorefield::ui {

LaneChecks::LaneChecks(QWidget* parent) : QWidget(parent)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(px(12));
    for (int lane = 1; lane <= kMaxLanes; ++lane) {
        auto* box = new QCheckBox(QString::number(lane), this);
        box->setObjectName(QStringLiteral("lanes.%1").arg(lane));
        box->setAccessibleName(tr("Lane %1").arg(lane));
        connect(box, &QCheckBox::clicked, this, [this, box] {
            // A grid has at least one lane: the last one stays.
            if (std::none_of(m_boxes.begin(), m_boxes.end(), [](QCheckBox* each) {
                    return each->isChecked() && !each->isHidden();
                }))
                return box->setChecked(true);
            Q_EMIT edited();
        });
        line->addWidget(box);
        m_boxes.push_back(box);
    }
    line->addStretch(1);
}

void LaneChecks::setLanes(int count)
{
    m_count = count;
    for (int i = 0; i < kMaxLanes; ++i)
        m_boxes[static_cast<std::size_t>(i)]->setVisible(i < count);
}

void LaneChecks::setChosen(const std::vector<int>& lanes)
{
    for (int i = 0; i < kMaxLanes; ++i) {
        const QSignalBlocker blocker(m_boxes[static_cast<std::size_t>(i)]);
        m_boxes[static_cast<std::size_t>(i)]->setChecked(
            lanes.empty() || std::find(lanes.begin(), lanes.end(), i + 1) != lanes.end());
    }
}

std::vector<int> LaneChecks::chosen() const
{
    std::vector<int> lanes;
    for (int i = 0; i < m_count; ++i)
        if (m_boxes[static_cast<std::size_t>(i)]->isChecked())
            lanes.push_back(i + 1);
    return static_cast<int>(lanes.size()) == m_count ? std::vector<int>{} : lanes;
}

} // namespace scorefield::ui
