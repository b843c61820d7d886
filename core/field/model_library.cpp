// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/model_library.h"

#include <algorithm>
#include <exception>

namespace scorefield {

ModelLibrary::Model ModelLibrary::find(const RandomFeatureSpec& spec,
                                       const TrainingData& data) const
{
    const std::lock_guard lock(m_mutex);
    return findUnlocked(spec, data);
}

ModelLibrary::Model ModelLibrary::findUnlocked(const RandomFeatureSpec& spec,
                                               const TrainingData& data) const
{
    const auto found = std::find_if(m_models.begin(), m_models.end(), [&](const Model& model) {
        return model->spec() == spec && model->data() == data;
    });
    if (found == m_models.end())
        return nullptr;
    m_models.splice(m_models.begin(), m_models, found);
    return m_models.front();
}

Result<ModelLibrary::Model>
ModelLibrary::train(const RandomFeatureSpec& spec,
                    const std::shared_ptr<const GaussianMixture>& mixture,
                    WorkerPool& pool,
                    std::stop_token stop,
                    const std::function<void(double)>& progress)
{
    const Wanted wanted{spec, TrainingData(*mixture)};
    std::unique_lock lock(m_mutex);
    m_trained.wait(lock, stop, [&] { // after a stop request the training itself says so
        return std::find(m_training.begin(), m_training.end(), wanted) == m_training.end();
    });
    if (Model known = findUnlocked(spec, wanted.data))
        return known;
    const auto entry = m_training.insert(m_training.end(), wanted);
    lock.unlock();
    Result<Model> trained = Error{};
    std::exception_ptr failure;
    try {
        trained = RandomFeatureModel::train(spec, mixture, pool, std::move(stop), progress);
    } catch (...) {
        failure = std::current_exception(); // others must not wait for it
    }
    lock.lock();
    m_training.erase(entry);
    m_trained.notify_all();
    if (failure)
        std::rethrow_exception(failure);
    if (!trained)
        return trained.error();
    m_models.push_front(*trained);
    if (m_models.size() > m_capacity)
        m_models.pop_back();
    return m_models.front();
}

} // namespace scorefield
