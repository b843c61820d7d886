// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Trained networks by everything that decides them, shared by lanes, runs and studies: moving the
// training time, or a sampler, finds the network again.
#include "core/field/random_features.h"

#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>

namespace scorefield {

/// Thread-safe; bounded: keeps those used last.
class ModelLibrary {
public:
    using Model = std::shared_ptr<const RandomFeatureModel>;

    explicit ModelLibrary(std::size_t capacity = 8) : m_capacity(capacity) {}

    /// The network of this specification and these data, or null.
    Model find(const RandomFeatureSpec& spec, const TrainingData& data) const;
    /// The same, trained if it is not there. Does not block others meanwhile, but those who want
    /// the same network wait for it. Errors as RandomFeatureModel::train.
    Result<Model> train(const RandomFeatureSpec& spec,
                        const std::shared_ptr<const GaussianMixture>& mixture,
                        WorkerPool& pool,
                        std::stop_token stop = {},
                        const std::function<void(double)>& progress = {});

private:
    struct Wanted {
        RandomFeatureSpec spec;
        TrainingData data;
        bool operator==(const Wanted&) const = default;
    };
    Model findUnlocked(const RandomFeatureSpec& spec, const TrainingData& data) const;

    std::size_t m_capacity;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_trained;
    std::list<Wanted> m_training;
    mutable std::list<Model> m_models; ///< used last first
};

/// Where the networks of imperfect scores come from.
struct RunModels {
    std::shared_ptr<ModelLibrary> library{}; ///< null: one for this run alone
    bool train = true; ///< false: lanes whose network is not there yet wait for it
    std::function<void(double)> progress{}; ///< hears 0…1 of every training
};

} // namespace scorefield
