// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/model_library.h"

#include <algorithm>

namespace scorefield {

ModelLibrary::Model ModelLibrary::find(const RandomFeatureSpec& spec,
                                       const TrainingData& data) const
{
    const std::lock_guard lock(m_mutex);
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
    if (Model known = find(spec, TrainingData(*mixture)))
        return known;
    auto trained = RandomFeatureModel::train(spec, mixture, pool, std::move(stop), progress);
    if (!trained)
        return trained.error();
    const std::lock_guard lock(m_mutex);
    m_models.push_front(*trained);
    if (m_models.size() > m_capacity)
        m_models.pop_back();
    return m_models.front();
}

} // namespace scorefield
