// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Whose number a ParameterRow shows and edits: the document's, or that of a value which a dialog is
// about to make something of.
#include "core/base/parameter.h"
#include "ui/widgets/key_diamond.h"

#include <QIcon>
#include <QObject>
#include <QString>

#include <optional>

namespace scorefield::ui {

class Document;

class ParameterSource : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Nothing if the key is gone.
    virtual std::optional<ParameterDescriptor> descriptor(const QString& key) const = 0;
    virtual std::optional<double> value(const QString& key) const = 0;
    /// Why the number has no effect now, one sentence; empty if it has.
    virtual QString whyDisabled(const QString& key) const = 0;
    virtual Status setValue(const QString& key, double value) = 0;
    /// Around press and release of a slider.
    virtual void beginGesture(const QString& text);
    virtual void endGesture();
    /// In front of an item of a choice.
    virtual QIcon choiceIcon(const QString& key, int index) const;
    /// What a film does with the number; nothing where it cannot move it.
    virtual std::optional<KeyDiamond::State> motion(const QString& key) const;
    /// Sets a key at the film's cursor, or removes the one there.
    virtual void toggleKey(const QString& key);

Q_SIGNALS:
    /// `playing`: only the play-head has moved, as it does sixty times a second.
    void changed(bool playing);
    void motionChanged();
};

/// The parameters of the open session.
class DocumentSource final : public ParameterSource {
    Q_OBJECT
public:
    explicit DocumentSource(Document& document, QObject* parent = nullptr);

    std::optional<ParameterDescriptor> descriptor(const QString& key) const override;
    std::optional<double> value(const QString& key) const override;
    QString whyDisabled(const QString& key) const override;
    Status setValue(const QString& key, double value) override;
    void beginGesture(const QString& text) override;
    void endGesture() override;
    QIcon choiceIcon(const QString& key, int index) const override;
    std::optional<KeyDiamond::State> motion(const QString& key) const override;
    void toggleKey(const QString& key) override;

private:
    Document& m_document;
};

} // namespace scorefield::ui
