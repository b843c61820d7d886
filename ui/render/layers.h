// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The dense layers in drawing order.
#include "ui/render/gl_objects.h"
#include "ui/render/layer.h"
#include "ui/render/particle_codes.h"

#include <optional>
#include <vector>

namespace scorefield::render {

/// The compiled programs, one set for all lanes.
struct ProgramSet {
    Program densityEvaluate, densityEvaluateMany, densityPaint, densityPaintCoarse, densityDirect,
        trails, wideTrails, lines, particles, discs, mapPaint;
    static Result<std::shared_ptr<const ProgramSet>> create();
};

class PlaneDensity;

/// Heat map of q_t with the contours of its highest-density regions: log q is evaluated into a
/// float texture when mixture, level, camera or size changed (one texel per pixel, or coarser when
/// that would exceed the frame's evaluation budget), then coloured. Only where it shows.
class DensityLayer : public Layer {
public:
    explicit DensityLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;
    QRect box() const
    {
        return m_box;
    } ///< pixels of the plot that were evaluated: elsewhere nothing shows
    QSize size() const { return m_size; }
    std::vector<float> logDensities() const; ///< the texture read back, bottom row first
    double texelPixels() const { return m_texelPixels; } ///< 1: evaluated at every pixel

private:
    struct Key {
        std::shared_ptr<const GaussianMixture>
            mixture; // held, so that a new one cannot have its address
        double alpha = -1, sigma = -1, centreX = 0, centreY = 0;
        ViewBlock block{};
        long long budget = 0;
        double cut = 0; ///< log density below which nothing shows, relative to the view's top
        bool operator==(const Key&) const = default;
    };
    void prepare(const LaneFrame& frame, const Key& key);
    void evaluateTexture(const LaneFrame& frame);
    void updateMap(int map, bool dark);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    BufferName m_components;
    TextureName m_componentTexture, m_logDensity, m_map;
    FramebufferName m_framebuffer;
    Key m_key;
    QSize m_size;
    std::vector<double> m_thresholds;
    QRect m_box; ///< the part of the plot in which anything shows, pixels
    double m_texelPixels = 1;
    std::size_t m_count = 0;         ///< components
    bool m_isTextureCurrent = false; ///< the texture is that of m_key
    int m_mapIndex = -1;
};

/// A map of the guided field in place of the density's colours: the lane's values on the scale that
/// all lanes share, where they were computed, NaN transparent.
class MapLayer : public Layer {
public:
    explicit MapLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;

private:
    void uploadValues(const FieldMap& field, const MapScale& scale);
    void uploadColors(const std::vector<QRgb>& colors);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    TextureName m_values, m_map;
    std::shared_ptr<const LaneMaps> m_shown;
    std::vector<QRgb> m_colors;
};

class TrailLayer : public Layer {
public:
    explicit TrailLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;

private:
    void uploadPaths(const LaneFrame& frame, const TrailSubset& subset);
    void uploadChords(const LaneFrame& frame);
    void uploadColors(const LaneFrame& frame);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    BufferName m_points, m_present, m_colors, m_chords;
    TextureName m_pointTexture, m_presentTexture, m_colorTexture, m_chordTexture;
    int m_mostPoints = 0;
    std::vector<QPointF> m_path; ///< [kept step][trail]
    std::vector<int> m_firstOf;  ///< the first chord of every kept step
    double m_tolerance = -1;     ///< of the chords, in data units
    std::shared_ptr<const RunProduct> m_run;
    std::vector<std::uint32_t> m_shownColors;
    std::vector<std::size_t> m_particles; ///< that have a trail
    TrailSubset m_subset{};
    int m_stride = 1;                            ///< steps between the stored states
    bool m_byStage = false, m_shownDark = false; ///< of the colours
};

/// Component ellipses at two standard deviations of the noised components, dashed.
class EllipseLayer : public Layer {
public:
    explicit EllipseLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;

private:
    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    BufferName m_segments;
};

class ParticleLayer : public Layer {
public:
    explicit ParticleLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;

private:
    void uploadStates(const LaneFrame& frame);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    BufferName m_states, m_codes;
    std::shared_ptr<const RunProduct> m_run;
    int m_step = -1;
    std::shared_ptr<const std::vector<std::uint32_t>> m_shownCodes;
};

} // namespace scorefield::render
