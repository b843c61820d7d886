// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The numbers of a FigureSpec, VideoSpec or DataSpec as a ParameterSource: so the rows of the
// panels edit an export too.
#include "core/session/export_table.h"
#include "ui/widgets/parameter_source.h"

#include <functional>
#include <utility>

namespace scorefield::ui {

template <class Spec>
class SpecSource final : public ParameterSource {
public:
    using Reason = std::function<QString(const Spec&, const QString& key)>;

    /// `reason`: why a key has no effect now; empty if it has.
    explicit SpecSource(Reason reason, QObject* parent = nullptr)
        : ParameterSource(parent)
        , m_reason(std::move(reason))
    {
    }

    const Spec& spec() const { return m_spec; }
    void setSpec(const Spec& spec)
    {
        m_spec = spec;
        Q_EMIT changed(false);
    }
    /// What the session has: the range of "lane".
    void setLanes(int lanes) { m_lanes = lanes; }

    std::optional<ParameterDescriptor> descriptor(const QString& key) const override
    {
        const SpecRow<Spec>* row = findSpecRow<Spec>(key.toStdString());
        if (row == nullptr)
            return std::nullopt;
        ParameterDescriptor descriptor = row->descriptor;
        // A lane that has gone since stays in sight, with its error.
        if (descriptor.key == "lane")
            descriptor.maximum = std::max<double>(m_lanes, m_spec.lane);
        return descriptor;
    }
    std::optional<double> value(const QString& key) const override
    {
        const SpecRow<Spec>* row = findSpecRow<Spec>(key.toStdString());
        Spec copy = m_spec;
        return row != nullptr ? std::optional(row->field(copy)) : std::nullopt;
    }
    QString whyDisabled(const QString& key) const override { return m_reason(m_spec, key); }
    Status setValue(const QString& key, double value) override
    {
        const SpecRow<Spec>* row = findSpecRow<Spec>(key.toStdString());
        if (row == nullptr)
            return Error{key.toStdString(), "is not a key"};
        if (Status status = row->descriptor.validate(value); !status)
            return status;
        if (row->field(m_spec) == value)
            return success();
        row->field(m_spec) = value;
        Q_EMIT changed(false);
        return success();
    }

private:
    Spec m_spec;
    Reason m_reason;
    int m_lanes = 1;
};

} // namespace scorefield::ui
