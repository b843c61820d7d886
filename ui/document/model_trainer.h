// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Trains networks in the background, one after another, on threads of its own: lanes that need none
// run on. What is no longer wanted is cancelled; what is trained is in the library.
#include "core/field/model_library.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace scorefield::ui {

class ModelTrainer : public QObject {
    Q_OBJECT
public:
    struct Job {
        RandomFeatureSpec spec;
        std::shared_ptr<const GaussianMixture> mixture;
        /// Of the same network.
        bool operator==(const Job& other) const;
    };

    explicit ModelTrainer(std::shared_ptr<ModelLibrary> library,
                          unsigned threads = 0,
                          QObject* parent = nullptr);
    ~ModelTrainer() override; ///< stops and joins

    /// Replaces what was wanted; a training under way goes on if it still is.
    void want(std::vector<Job> jobs);
    /// 0…1 of the network in training; nothing while none is.
    std::optional<double> progress() const { return m_progress; }

Q_SIGNALS:
    void progressed(); ///< at every percent, and when there is nothing left to train
    void trained();    ///< one more network is in the library
    void failed(const QString& sentence);

private:
    struct Private;
    void finish(quint64 number, const QString& problem);
    void accept(quint64 number, double share);
    void start();

    std::unique_ptr<Private> m_private;
    std::vector<Job> m_wanted; ///< the first one is in training
    std::optional<double> m_progress;
    quint64 m_number = 0; ///< of the training under way
};

} // namespace scorefield::ui
