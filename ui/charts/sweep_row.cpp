// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/sweep_row.h"

#include "core/base/text.h"
#include "core/session/parameter_table.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/style.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

/// "lanes.0.grid.steps" as "lanes.*.grid.steps".
std::string forAllLanes(const std::string& key)
{
    constexpr std::string_view kLanes = "lanes.";
    if (!key.starts_with(kLanes))
        return key;
    const auto dot = key.find('.', kLanes.size());
    return std::string(kLanes) + "*" + key.substr(dot);
}

QString nameOf(const ParameterDescriptor& row)
{
    QString name = QString::fromStdString(row.label);
    if (!row.symbol.empty())
        name += QStringLiteral(" ") + QString::fromStdString(row.symbol);
    return name;
}

QLineEdit* field(const char* name, const QString& label, QWidget* parent)
{
    auto* edit = new QLineEdit(parent);
    edit->setObjectName(QLatin1String(name));
    edit->setAccessibleName(label);
    edit->setPlaceholderText(label);
    edit->setToolTip(label);
    return edit;
}

} // namespace

SweepRow::SweepRow(const QString& name, bool optional, QWidget* parent)
    : QWidget(parent)
    , m_optional(optional)
    , m_key(new ChoiceBox(this))
    , m_from(field("sweepFrom", tr("from"), this))
    , m_to(field("sweepTo", tr("to"), this))
    , m_count(field("sweepCount", tr("number of values"), this))
    , m_factors(new QPushButton(tr("log"), this))
{
    m_key->setObjectName(QStringLiteral("sweepKey"));
    m_key->setAccessibleName(name);
    m_factors->setObjectName(QStringLiteral("sweepFactors"));
    m_factors->setCheckable(true);
    m_factors->setToolTip(tr("By equal factors instead of equal steps"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(px(4));
    grid->setVerticalSpacing(px(4));
    auto* label = new QLabel(name, this);
    label->setProperty("quiet", true);
    grid->addWidget(label, 0, 0);
    grid->addWidget(m_key, 0, 1, 1, 4);
    grid->addWidget(m_from, 1, 1);
    grid->addWidget(m_to, 1, 2);
    grid->addWidget(m_count, 1, 3);
    grid->addWidget(m_factors, 1, 4);
    grid->setColumnMinimumWidth(0, px(48));
    for (int column = 1; column <= 3; ++column)
        grid->setColumnStretch(column, 1);
    connect(m_key, &QComboBox::activated, this, [this] { suggestRange(m_session); });
}

bool SweepRow::isEmpty() const
{
    return m_key->currentData().toString().isEmpty();
}

void SweepRow::clear()
{
    m_key->setCurrentIndex(0);
    suggestRange(m_session);
}

void SweepRow::setOwn(const Session& session, std::span<const StudyParameter> own)
{
    if (own.data() == m_own.data() && own.size() == m_own.size())
        return setSession(session);
    m_own = own;
    m_session = session;
    m_keys = parameterKeys(session);
    list(session);
}

void SweepRow::setSession(const Session& session)
{
    m_session = session;
    auto keys = parameterKeys(session);
    if (keys == m_keys)
        return; // while a slider is dragged
    m_keys = std::move(keys);
    list(session);
}

void SweepRow::addItem(const ParameterDescriptor& row, const QString& key)
{
    m_key->addItem(nameOf(row), key);
    const int at = m_key->count() - 1;
    m_key->setItemData(at, QString::fromStdString(row.help), Qt::ToolTipRole);
    m_key->setItemData(at, key, ChoiceBox::Facts);
}

void SweepRow::list(const Session& session)
{
    const QString chosen = m_key->currentData().toString();
    const QSignalBlocker blocker(m_key);
    m_key->clear();
    if (m_optional)
        m_key->addItem(tr("nothing"), QString());
    for (const StudyParameter& parameter : m_own)
        addItem(parameter.row, QString::fromStdString(parameter.row.key));
    for (const std::string& concrete : m_keys) {
        const QString key = QString::fromStdString(forAllLanes(concrete));
        const auto row = describe(session, concrete);
        const bool isMeasured =
            row && (row->invalidates != Invalidates::Style || concrete == kPlayHeadKey);
        if (!isMeasured || m_key->findData(key) >= 0 || whyDisabled(session, concrete))
            continue;
        addItem(*row, key);
    }
    m_key->setCurrentIndex(std::max(0, m_key->findData(chosen)));
    if (m_key->currentData().toString() != chosen)
        suggestRange(session);
}

std::optional<SweepRow::Chosen> SweepRow::chosen(const Session& session) const
{
    const std::string key = m_key->currentData().toString().toStdString();
    for (const StudyParameter& parameter : m_own)
        if (parameter.row.key == key)
            return Chosen{parameter.row, parameter.current(session)};
    const auto keys = keysOf(session, key);
    if (keys.empty())
        return std::nullopt;
    const auto row = describe(session, keys.front());
    const auto now = parameterValue(session, keys.front());
    if (!row || !now)
        return std::nullopt;
    return Chosen{*row, *now};
}

void SweepRow::setSweep(const Session& session, const Sweep& sweep)
{
    setSession(session);
    const QSignalBlocker blocker(m_key);
    m_key->setCurrentIndex(std::max(0, m_key->findData(QString::fromStdString(sweep.key))));
    const auto parameter = chosen(session);
    if (!parameter || sweep.values.empty())
        return suggestRange(session);
    m_from->setText(QString::fromStdString(parameter->row.format(sweep.values.front())));
    m_to->setText(QString::fromStdString(parameter->row.format(sweep.values.back())));
    m_count->setText(QString::number(sweep.values.size()));
    m_factors->setChecked(sweep.logarithmic);
    showFields();
}

void SweepRow::showFields()
{
    for (QWidget* widget : {static_cast<QWidget*>(m_from),
                            static_cast<QWidget*>(m_to),
                            static_cast<QWidget*>(m_count),
                            static_cast<QWidget*>(m_factors)})
        widget->setVisible(!isEmpty());
}

void SweepRow::suggestRange(const Session& session)
{
    showFields();
    if (isEmpty() || session.lanes.empty())
        return;
    const auto parameter = chosen(session);
    if (!parameter)
        return;
    const ParameterDescriptor& row = parameter->row;
    const bool words = row.type == ParameterType::Choice || row.type == ParameterType::Boolean;
    const bool factors = row.scale == Scale::Logarithmic && row.minimum > 0;
    double low = row.minimum, high = row.maximum;
    if (!words && row.sliderMaximum > 0)
        high = row.sliderMaximum;
    // A decade to either side of what is set; of a study's own parameter its whole range.
    const bool isOwn = keysOf(session, m_key->currentData().toString().toStdString()).empty();
    if (factors && !isOwn && std::isfinite(parameter->now)) {
        low = std::max(low, parameter->now / 10);
        high = std::min(high, parameter->now * 10);
    }
    if (row.type == ParameterType::Integer) {
        low = std::ceil(low);
        high = std::floor(high);
    }
    m_from->setText(QString::fromStdString(row.format(low)));
    m_to->setText(QString::fromStdString(row.format(high)));
    const double whole = high - low + 1;
    constexpr double kValues = 9;
    const bool counted = words || row.type == ParameterType::Integer;
    m_count->setText(QString::number(counted ? std::min(whole, kValues) : kValues));
    m_factors->setChecked(factors);
}

Result<Sweep> SweepRow::sweep(const Session& session) const
{
    const std::string key = m_key->currentData().toString().toStdString();
    const auto count = parseNumber(m_count->text().toStdString());
    if (!count || std::floor(*count) != *count || *count < 1
        || *count > static_cast<double>(kMostSweepValues))
        return Error{key,
                     "the number of values is '" + m_count->text().toStdString()
                         + "', must be a whole number from 1 to "
                         + std::to_string(kMostSweepValues)};
    return makeSweep(session,
                     key,
                     m_from->text().toStdString(),
                     m_to->text().toStdString(),
                     static_cast<std::size_t>(*count),
                     m_factors->isChecked(),
                     m_own);
}

} // namespace scorefield::ui
