// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/size_row.h"

#include "core/session/export_table.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kPrintDpi = 300, kScreenDpi = 96; // what venues ask for; a CSS pixel
constexpr double kInchMm = 25.4;
const QString kWidth = QStringLiteral("width"), kHeight = QStringLiteral("height"),
              kUnit = QStringLiteral("unit"), kDpi = QStringLiteral("dpi"),
              kFontSize = QStringLiteral("font_size");

/// How many of a unit are one inch.
double perInch(int unit, double dpi)
{
    switch (static_cast<LengthUnit>(unit)) {
    case LengthUnit::Millimetre:
        return kInchMm;
    case LengthUnit::Inch:
        return 1;
    default:
        return dpi;
    }
}

} // namespace

SizeRow::SizeRow(ParameterSource& source, QWidget* parent) : QWidget(parent), m_source(source)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(px(4));
    m_width = addField(kWidth);
    auto* by = new QLabel(QStringLiteral("×"), this);
    by->setProperty("quiet", true);
    line->addWidget(by);
    m_height = addField(kHeight);
    if (const auto unit = m_source.descriptor(kUnit)) {
        QStringList labels;
        for (const ChoiceItem& item : unit->choices)
            labels += QString::fromStdString(item.label);
        m_unit = new SegmentedControl(labels, this);
        m_unit->setObjectName(kUnit);
        m_unit->setAccessibleName(tr("Unit"));
        line->addSpacing(px(4));
        line->addWidget(m_unit);
        connect(m_unit, &SegmentedControl::activated, this, &SizeRow::setUnit);
    } else {
        auto* pixels = new QLabel(tr("px"), this);
        pixels->setProperty("quiet", true);
        line->addWidget(pixels);
    }
    line->addStretch(1);
    connect(&m_source, &ParameterSource::changed, this, &SizeRow::refresh);
    refresh();
}

NumberField* SizeRow::addField(const QString& key)
{
    auto* field = new NumberField(this);
    field->setObjectName(key);
    field->setFixedWidth(px(56));
    if (const auto descriptor = m_source.descriptor(key)) {
        field->setDescriptor(*descriptor);
        field->setAccessibleName(QString::fromStdString(descriptor->label));
        field->setToolTip(QString::fromStdString(descriptor->help));
    }
    layout()->addWidget(field);
    connect(field, &NumberField::numberEdited, this, [this, key](double value) {
        (void)m_source.setValue(key, value); // the field knows the range
    });
    connect(field, &NumberField::resetRequested, this, [this, key] {
        if (const auto descriptor = m_source.descriptor(key))
            (void)m_source.setValue(key, descriptor->defaultValue);
    });
    connect(field, &NumberField::rejected, this, &SizeRow::rejected);
    connect(field, &NumberField::errorCleared, this, [this] { Q_EMIT rejected({}); });
    return field;
}

/// The page stays as large as it is: its numbers change.
void SizeRow::setUnit(int unit)
{
    const double dpi = m_source.value(kDpi).value_or(kScreenDpi);
    const int before = static_cast<int>(m_source.value(kUnit).value_or(0));
    const double factor = perInch(unit, dpi) / perInch(before, dpi);
    // Whole pixels, hundredths of an inch, tenths of a millimetre: what people write.
    const double parts = unit == 0 ? 10 : unit == 1 ? 100 : 1;
    const auto converted = [&](const QString& key) {
        return std::round(m_source.value(key).value_or(1) * factor * parts) / parts;
    };
    const double width = converted(kWidth), height = converted(kHeight);
    (void)m_source.setValue(kUnit, unit);
    (void)m_source.setValue(kWidth, width);
    (void)m_source.setValue(kHeight, height);
}

void SizeRow::refresh()
{
    m_width->setNumber(m_source.value(kWidth).value_or(0));
    m_height->setNumber(m_source.value(kHeight).value_or(0));
    if (m_unit != nullptr)
        m_unit->setCurrentIndex(static_cast<int>(m_source.value(kUnit).value_or(0)));
}

std::vector<NamedSize> figureSizes()
{
    std::vector<NamedSize> sizes;
    for (const ColumnPreset& preset : columnPresets()) {
        const bool isScreen = preset.unit == LengthUnit::Pixel;
        const QString label = QString::fromUtf8(preset.label);
        const QString unit = preset.unit == LengthUnit::Millimetre ? QStringLiteral("mm")
                             : isScreen                            ? QStringLiteral("px")
                                                                   : QStringLiteral("in");
        sizes.push_back({QStringLiteral("%1 · %2 × %3 %4")
                             .arg(label, numberText(preset.width), numberText(preset.height), unit),
                         preset.width,
                         preset.height,
                         static_cast<double>(preset.unit),
                         preset.fontSize,
                         isScreen ? kScreenDpi : kPrintDpi});
    }
    return sizes;
}

std::vector<NamedSize> filmSizes()
{
    const auto translated = [](const char* text) { return SizeRow::tr(text); };
    return {{translated("Small · 640 × 360"), 640, 360},
            {translated("HD · 1280 × 720"), 1280, 720},
            {translated("Full HD · 1920 × 1080"), 1920, 1080},
            {translated("4K · 3840 × 2160"), 3840, 2160},
            {translated("Square · 1080 × 1080"), 1080, 1080},
            {translated("Slide 4:3 · 1440 × 1080"), 1440, 1080}};
}

SizePresets::SizePresets(ParameterSource& source, ChoiceBox* box, std::vector<NamedSize> sizes)
    : m_source(source)
    , m_box(box)
    , m_sizes(std::move(sizes))
{
    m_box->addItem(SizeRow::tr("Custom"));
    for (const NamedSize& size : m_sizes)
        m_box->addItem(size.label);
    QObject::connect(m_box, &QComboBox::activated, m_box, [this](int index) { apply(index - 1); });
    QObject::connect(&m_source, &ParameterSource::changed, m_box, [this] { refresh(); });
    refresh();
}

void SizePresets::apply(int index)
{
    if (index < 0)
        return refresh(); // "Custom" is what typing makes
    const NamedSize size = m_sizes[static_cast<std::size_t>(index)];
    if (m_source.descriptor(kUnit))
        (void)m_source.setValue(kUnit, size.unit);
    (void)m_source.setValue(kWidth, size.width);
    (void)m_source.setValue(kHeight, size.height);
    if (size.fontSize > 0)
        (void)m_source.setValue(kFontSize, size.fontSize);
    if (size.dpi > 0)
        (void)m_source.setValue(kDpi, size.dpi);
}

void SizePresets::refresh()
{
    const double unit = m_source.value(kUnit).value_or(static_cast<double>(LengthUnit::Pixel));
    int shown = 0;
    for (std::size_t i = 0; i < m_sizes.size(); ++i)
        if (m_sizes[i].width == m_source.value(kWidth)
            && m_sizes[i].height == m_source.value(kHeight) && m_sizes[i].unit == unit)
            shown = static_cast<int>(i) + 1;
    const QSignalBlocker blocker(m_box);
    m_box->setCurrentIndex(shown);
}

} // namespace scorefield::ui
