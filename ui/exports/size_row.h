// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Width × height of an export with its unit, and the sizes that venues and screens ask for.
#include "ui/widgets/parameter_source.h"

#include <QWidget>

#include <vector>

namespace scorefield::ui {

class ChoiceBox;
class NumberField;
class SegmentedControl;

/// The keys "width", "height", and where the source has it "unit" of a source.
class SizeRow : public QWidget {
    Q_OBJECT
public:
    explicit SizeRow(ParameterSource& source, QWidget* parent = nullptr);

Q_SIGNALS:
    void rejected(const QString& sentence); ///< what was typed is no length; empty: it is again

private:
    NumberField* addField(const QString& key);
    void setUnit(int unit);
    void refresh();

    ParameterSource& m_source;
    NumberField *m_width = nullptr, *m_height = nullptr;
    SegmentedControl* m_unit = nullptr;
};

/// A size by name.
struct NamedSize {
    QString label;
    double width, height;
    double unit = 2;     ///< LengthUnit
    double fontSize = 0; ///< 0: stays
    double dpi = 0;      ///< 0: stays
};
/// columnPresets() with the resolution that each is for, and sizes of films.
std::vector<NamedSize> figureSizes();
std::vector<NamedSize> filmSizes();

/// A list of them: shows which one the source has, and sets it.
class SizePresets {
public:
    SizePresets(ParameterSource& source, ChoiceBox* box, std::vector<NamedSize> sizes);

private:
    void apply(int index);
    void refresh();

    ParameterSource& m_source;
    ChoiceBox* m_box;
    std::vector<NamedSize> m_sizes;
};

} // namespace scorefield::ui
