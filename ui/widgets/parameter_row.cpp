// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/parameter_row.h"

#include "ui/widgets/choice_box.h"
#include "ui/widgets/formula.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/parameter_source.h"
#include "ui/widgets/parameter_tool_tip.h"
#include "ui/widgets/style.h"
#include "ui/widgets/symbol_label.h"
#include "ui/widgets/toggle_switch.h"
#include "ui/widgets/value_slider.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {
namespace {

/// A slider over more whole numbers than it can tell apart (a seed) would be a toy: such a
/// parameter is a field alone.
constexpr double kWidestIntegerSlider = 1e6;

bool wantsSlider(const ParameterDescriptor& descriptor)
{
    return descriptor.type == ParameterType::Real || descriptor.scale == Scale::Logarithmic
           || descriptor.maximum - descriptor.minimum <= kWidestIntegerSlider;
}

bool isAlike(const ParameterDescriptor& a, const ParameterDescriptor& b)
{
    return a.key == b.key && a.symbol == b.symbol && a.label == b.label && a.unit == b.unit
           && a.type == b.type && a.minimum == b.minimum && a.maximum == b.maximum
           && a.defaultValue == b.defaultValue && a.scale == b.scale
           && a.sliderMaximum == b.sliderMaximum && a.step == b.step && a.choices == b.choices
           && a.help == b.help && a.invalidates == b.invalidates;
}

} // namespace

ParameterRow::ParameterRow(Document& document,
                           const QString& key,
                           QWidget* parent,
                           const QString& label)
    : ParameterRow(*new DocumentSource(document), key, parent, label)
{
    m_source.setParent(this);
}

ParameterRow::ParameterRow(ParameterSource& source,
                           const QString& key,
                           QWidget* parent,
                           const QString& label)
    : QWidget(parent)
    , m_source(source)
    , m_key(key)
    , m_labelText(label)
{
    build();
    connect(&m_source, &ParameterSource::changed, this, [this](bool playing) {
        // Rows of other things have nothing to read while the play-head moves.
        if (!playing || m_key.startsWith(QLatin1StringView("timeline.")))
            refresh();
    });
    connect(&m_source, &ParameterSource::motionChanged, this, &ParameterRow::refreshMotion);
}

void ParameterRow::build()
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_line = new QHBoxLayout;
    column->addLayout(m_line);
    m_label = new SymbolLabel(this);
    m_line->addWidget(m_label);

    if (const auto described = m_source.descriptor(m_key))
        m_descriptor = *described;
    buildControl();
    m_error = new QLabel(this);
    m_error->setProperty("problem", true);
    m_error->setWordWrap(true);
    m_error->hide();
    column->addWidget(m_error);
    applyMetrics();
    refresh();
}

void ParameterRow::buildControl()
{
    switch (m_descriptor.type) {
    case ParameterType::Boolean:
        buildToggle();
        break;
    case ParameterType::Choice:
        buildChoice();
        break;
    default:
        buildNumber();
    }
}

/// A class target is a list of names, or a number where there are too many names: data decide, and
/// may change.
void ParameterRow::changeControl()
{
    for (QWidget* control : {static_cast<QWidget*>(m_slider),
                             static_cast<QWidget*>(m_field),
                             static_cast<QWidget*>(m_choice)}) {
        if (control == nullptr)
            continue;
        control->hide();
        control->setObjectName(QString());
        m_line->removeWidget(control);
        control->deleteLater(); // it may be the sender of what brought us here
    }
    m_slider = nullptr;
    m_field = nullptr;
    m_choice = nullptr;
    m_shownChoices.clear();
    buildControl();
    applyMetrics();
}

void ParameterRow::buildNumber()
{
    m_field = new NumberField(this);
    m_field->setObjectName(m_key);
    if (wantsSlider(m_descriptor)) {
        m_slider = new ValueSlider(this);
        m_slider->setObjectName(m_key + QStringLiteral(".slider"));
        m_line->addWidget(m_slider, 1);
        connect(m_slider, &ValueSlider::gestureStarted, this, [this] {
            m_source.beginGesture(gestureText());
        });
        connect(m_slider, &ValueSlider::gestureFinished, this, [this] { m_source.endGesture(); });
        connect(m_slider, &ValueSlider::numberEdited, this, &ParameterRow::setFromControl);
    } else {
        m_field->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    m_line->addWidget(m_field, m_slider == nullptr ? 1 : 0);
    connect(m_field, &NumberField::gestureStarted, this, [this] {
        m_source.beginGesture(gestureText());
    });
    connect(m_field, &NumberField::gestureFinished, this, [this] { m_source.endGesture(); });
    connect(m_field, &NumberField::numberEdited, this, &ParameterRow::setFromControl);
    connect(m_field, &NumberField::resetRequested, this, &ParameterRow::resetToDefault);
    connect(m_field, &NumberField::rejected, this, &ParameterRow::showError);
    connect(m_field, &NumberField::errorCleared, this, [this] { showError({}); });
}

void ParameterRow::buildChoice()
{
    m_choice = new ChoiceBox(this);
    m_choice->setObjectName(m_key);
    m_line->addWidget(m_choice, 1);
    connect(m_choice, &QComboBox::activated, this, [this](int index) { setFromControl(index); });
}

void ParameterRow::buildToggle()
{
    m_toggle = new ToggleSwitch(this);
    m_toggle->setObjectName(m_key);
    m_line->addStretch(1);
    m_line->addWidget(m_toggle);
    connect(m_toggle, &QCheckBox::clicked, this, [this](bool checked) {
        setFromControl(checked ? 1 : 0);
    });
}

void ParameterRow::applyMetrics()
{
    m_line->setSpacing(0);
    m_line->setContentsMargins(0, 0, 0, 0);
    setMinimumHeight(px(28));
    // A switch leaves the row to its label; everything else stands in one column.
    if (m_toggle == nullptr)
        m_label->setFixedWidth(px(
            m_slider != nullptr ? m_labelWidth - 1 : m_labelWidth + 8)); // the groove is inset by 9
    if (m_error != nullptr)
        m_error->setContentsMargins(0, 0, 0, px(4));
}

void ParameterRow::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange && m_line != nullptr) {
        applyMetrics();
        m_shownChoices.clear();
        m_shownReason.reset();
        refresh(); // tool tips and icons carry colours
    }
}

void ParameterRow::addLeading(QWidget* widget)
{
    m_line->insertWidget(0, widget);
    m_line->insertSpacing(1, px(8));
}

void ParameterRow::addTrailing(QWidget* widget)
{
    m_line->addSpacing(px(8));
    m_line->addWidget(widget);
}

void ParameterRow::setLabelVisible(bool visible)
{
    m_label->setVisible(visible);
}

void ParameterRow::setLabelWidth(double width)
{
    m_labelWidth = width;
    applyMetrics();
}

QString ParameterRow::errorText() const
{
    return m_error->text();
}

QString ParameterRow::gestureText() const
{
    return tr("Change %1").arg(QString::fromStdString(m_descriptor.label).toLower());
}

void ParameterRow::setFromControl(double value)
{
    const Status status = m_source.setValue(m_key, value);
    showError(status ? QString() : QString::fromStdString(status.error().message));
    refresh(); // a refused value leaves the control
}

void ParameterRow::resetToDefault()
{
    setFromControl(m_descriptor.defaultValue);
}

void ParameterRow::showError(const QString& sentence)
{
    if (m_error->text() == sentence)
        return;
    m_error->setText(sentence);
    m_error->setVisible(!sentence.isEmpty());
    // Screen readers hear the reason with the control.
    if (m_field != nullptr)
        m_field->setAccessibleDescription(sentence);
}

void ParameterRow::fillChoices()
{
    const std::vector<ChoiceItem>& items = m_descriptor.choices;
    if (items == m_shownChoices)
        return;
    m_shownChoices = items;
    if (m_choice->count() != static_cast<int>(items.size())) {
        m_choice->clear();
        for (std::size_t i = 0; i < items.size(); ++i)
            m_choice->addItem(QString());
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        const int index = static_cast<int>(i);
        const QString label = QString::fromStdString(items[i].label);
        if (m_choice->itemText(index) != label)
            m_choice->setItemText(index, label);
        if (!items[i].help.empty())
            m_choice->setItemData(
                index,
                QStringLiteral("<p style='margin:0'><b>%1</b><br>%2</p>")
                    .arg(label.toHtmlEscaped(), formulaHtml(QString::fromStdString(items[i].help))),
                Qt::ToolTipRole);
        if (!items[i].group.empty()) {
            m_choice->setItemData(index, QString::fromStdString(items[i].group), ChoiceBox::Group);
            m_choice->setItemData(index, QString::fromStdString(items[i].facts), ChoiceBox::Facts);
            m_choice->setItemData(index,
                                  QString::fromStdString(items[i].id + ' ' + items[i].help),
                                  ChoiceBox::Searched);
        }
        m_choice->setItemIcon(index, m_source.choiceIcon(m_key, index));
    }
}

void ParameterRow::refreshToolTip(const QString& disabledReason)
{
    QString tip = parameterToolTip(m_descriptor, m_key, disabledReason);
    setToolTip(tip);
    const double value = m_choice != nullptr ? m_choice->currentIndex() : -1;
    if (value >= 0 && static_cast<std::size_t>(value) < m_descriptor.choices.size()) {
        const ChoiceItem& item = m_descriptor.choices[static_cast<std::size_t>(value)];
        if (!item.help.empty())
            tip.insert(tip.indexOf(QStringLiteral("<p style='color")),
                       QStringLiteral("<p style='margin:4px 0 0 0'>%1: %2</p>")
                           .arg(QString::fromStdString(item.label).toHtmlEscaped(),
                                formulaHtml(QString::fromStdString(item.help))));
    }
    for (QWidget* control : {static_cast<QWidget*>(m_label),
                             static_cast<QWidget*>(m_slider),
                             static_cast<QWidget*>(m_field),
                             static_cast<QWidget*>(m_choice),
                             static_cast<QWidget*>(m_toggle)})
        if (control != nullptr)
            control->setToolTip(tip);
}

bool ParameterRow::shows(double value) const
{
    if (m_field != nullptr && m_field->number() != value)
        return false;
    if (m_choice != nullptr)
        return m_choice->currentIndex() == static_cast<int>(std::lround(value))
               && m_shownChoices == m_descriptor.choices; // a new theme takes them away
    if (m_toggle != nullptr)
        return m_toggle->isChecked() == (value != 0);
    return m_slider == nullptr || m_slider->number() == value;
}

void ParameterRow::refresh()
{
    const auto described = m_source.descriptor(m_key);
    const auto value = m_source.value(m_key);
    if (!described || !value)
        return; // the key is gone; the panel is about to drop this row
    const QString reason = m_source.whyDisabled(m_key);
    if (m_shownReason == reason && shows(*value) && isAlike(*described, m_descriptor))
        return refreshMotion(); // as most rows are while one of them is dragged
    m_shownReason = reason;
    m_descriptor = *described;
    if (m_toggle == nullptr
        && (m_choice != nullptr) != (m_descriptor.type == ParameterType::Choice))
        changeControl();
    const QString label =
        m_labelText.isEmpty() ? QString::fromStdString(m_descriptor.label) : m_labelText;
    m_label->setContent(label, QString::fromStdString(m_descriptor.symbol));
    if (m_slider != nullptr) {
        const QSignalBlocker blocker(m_slider);
        m_slider->setScale(ValueScale(m_descriptor));
        m_slider->setNumber(*value);
    }
    if (m_field != nullptr) {
        m_field->setDescriptor(m_descriptor);
        m_field->setNumber(*value); // emits only that an error has gone, which the row must hear
    }
    if (m_choice != nullptr) {
        const QSignalBlocker blocker(m_choice);
        fillChoices();
        m_choice->setCurrentIndex(static_cast<int>(std::lround(*value)));
    }
    if (m_toggle != nullptr) {
        const QSignalBlocker blocker(m_toggle);
        m_toggle->setChecked(*value != 0);
    }
    for (QWidget* control : {static_cast<QWidget*>(m_label),
                             static_cast<QWidget*>(m_slider),
                             static_cast<QWidget*>(m_field),
                             static_cast<QWidget*>(m_choice),
                             static_cast<QWidget*>(m_toggle)}) {
        if (control == nullptr)
            continue;
        control->setEnabled(reason.isEmpty());
        control->setAccessibleName(label);
    }
    refreshToolTip(reason);
    refreshMotion();
}

void ParameterRow::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString standard = QString::fromStdString(m_descriptor.format(m_descriptor.defaultValue));
    menu->addAction(tr("Reset to Default (%1)").arg(standard), this, &ParameterRow::resetToDefault)
        ->setEnabled(m_label->isEnabled());
    addMotionEntry(*menu);
    menu->addSeparator();
    menu->addAction(tr("Copy “%1”").arg(m_key), this, [this] {
        if (const auto value = m_source.value(m_key))
            QApplication::clipboard()->setText(
                m_key + u'=' + QString::fromStdString(m_descriptor.format(*value)));
    });
    menu->popup(event->globalPos());
}

} // namespace scorefield::ui
