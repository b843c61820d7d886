// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Up to ten million particles of a lane's run, simulated on the GPU and drawn as how many there are
// in each pixel. What does not fit into a frame comes with the next ones: particles with the lowest
// numbers first, and the legend says how many are there.
#include "ui/render/gpu_run.h"
#include "ui/render/layer.h"
#include "ui/render/work_rate.h"

#include <memory>
#include <optional>

namespace scorefield::render {

/// The shaders of all lanes, compiled when the first one shows its swarm.
class SwarmShaders {
public:
    struct Set {
        std::shared_ptr<const Program> run;
        Program count, paint;
    };
    const Result<Set>& get();

private:
    std::optional<Result<Set>> m_set;
};

class SwarmLayer : public Layer {
public:
    SwarmLayer(std::shared_ptr<SwarmShaders> shaders, bool isSoftware);
    void draw(const LaneFrame& frame) override;
    /// Of the last frame; empty where the layer is hidden.
    const std::optional<SwarmStatus>& status() const { return m_status; }

private:
    struct Picture { ///< what the counts depend on
        int taken = -1;
        double fraction = 0;
        std::size_t there = 0;
        ViewBlock block{};
        bool operator==(const Picture&) const = default;
    };
    Status follow(const LaneFrame& frame, const std::shared_ptr<const Program>& program);
    void advance(const LaneFrame& frame, int taken);
    void count(const LaneFrame& frame, const Program& program, const Picture& picture);
    void paint(const LaneFrame& frame, const Program& program);

    std::shared_ptr<SwarmShaders> m_shaders;
    bool m_isSoftware;
    std::unique_ptr<GpuRun> m_run;
    std::shared_ptr<const RunProduct> m_followed; ///< what m_run simulates
    std::optional<Error> m_refusal;               ///< why there is no run of m_followed
    double m_refusedCount = 0;
    std::optional<SwarmStatus> m_status;
    WorkRate m_rate;
    Picture m_picture;
    QSize m_size;
    TextureName m_counts;
    FramebufferName m_framebuffer;
    VertexArrayName m_vertexArray;
};

} // namespace scorefield::render
