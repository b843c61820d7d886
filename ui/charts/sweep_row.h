// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One sweep of a study: a parameter, from, to, how many values, by equal steps or equal factors.
#include "core/study/sweep.h"

#include <QWidget>

#include <optional>
#include <span>
#include <string>
#include <vector>

class QLineEdit;
class QPushButton;

namespace scorefield::ui {

class ChoiceBox;

class SweepRow : public QWidget {
    Q_OBJECT
public:
    /// `optional`: the parameter may be "nothing".
    explicit SweepRow(const QString& name, bool optional, QWidget* parent = nullptr);

    /// The parameters that only the chosen study has; they live as long as the program.
    void setOwn(const Session& session, std::span<const StudyParameter> own);
    /// The study's own parameters, and those that change a run of this session, "lanes.*." for
    /// those of lanes; keeps the chosen one where it still exists.
    void setSession(const Session& session);
    void setSweep(const Session& session, const Sweep& sweep);
    /// Nothing is swept.
    void clear();
    bool isEmpty() const;
    /// What is asked for; the error names the parameter and its range.
    Result<Sweep> sweep(const Session& session) const;

private:
    /// The chosen parameter, and where the session stands; NaN: nowhere.
    struct Chosen {
        ParameterDescriptor row;
        double now;
    };
    std::optional<Chosen> chosen(const Session& session) const;
    void list(const Session& session);
    void addItem(const ParameterDescriptor& row, const QString& key);
    void showFields();
    void suggestRange(const Session& session);

    bool m_optional;
    Session m_session; ///< whose parameters are listed
    std::span<const StudyParameter> m_own;
    std::vector<std::string> m_keys;
    ChoiceBox* m_key;
    QLineEdit *m_from, *m_to, *m_count;
    QPushButton* m_factors;
};

} // namespace scorefield::ui
