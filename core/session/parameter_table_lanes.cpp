// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of a lane: the four families of variants, and what no variant owns.
#include "core/field/guidance.h"
#include "core/field/score_error.h"
#include "core/process/forward_process.h"
#include "core/process/time_grid.h"
#include "core/sampler/stepper.h"
#include "core/session/table_rows.h"

namespace scorefield::table {

namespace {

template <class Kind>
std::vector<const VariantInfo*> infos(const std::vector<Kind>& kinds)
{
    std::vector<const VariantInfo*> result;
    for (const Kind& kind : kinds)
        result.push_back(&kind.info);
    return result;
}

std::string formulaOf(const VariantInfo& info)
{
    return info.formula;
}

/// "order 2 · 2 evaluations · η", as with the sampler's default values.
std::string samplerFacts(const VariantInfo& info)
{
    for (const SamplerKind& kind : samplerKinds()) {
        if (&kind.info != &info)
            continue;
        const ParameterValues values = makeChoice(info).values;
        const int evaluations = samplerEvaluations(kind, values);
        return "order " + std::to_string(samplerOrder(kind, values)) + " · "
               + (evaluations == 0   ? std::string("adaptive")
                  : evaluations == 1 ? std::string("1 evaluation")
                                     : std::to_string(evaluations) + " evaluations")
               + (kind.usesEta            ? " · η"
                  : kind.drawsPerStep > 0 ? " · noise"
                                          : " · deterministic");
    }
    return {};
}

constexpr double kCameraRange =
    1e6; // data units; float32 positions carry no more detail than this anyway

} // namespace

const std::vector<Family>& families()
{
    static const std::vector<Family> all = {
        {"process",
         "Process",
         "The forward process x_t = α_t x₀ + σ_t ε that the lane reverses.",
         "vp",
         &Lane::process,
         [] { return infos(processKinds()); },
         formulaOf},
        {"grid",
         "Time grid",
         "The K + 1 times, from noise to data, at which the reverse process is simulated.",
         "karras",
         &Lane::grid,
         [] { return infos(gridKinds()); },
         formulaOf},
        {"sampler",
         "Sampler",
         "The numerical method that takes each step.",
         "heun",
         &Lane::sampler,
         [] { return infos(samplerKinds()); },
         samplerFacts},
        {"guidance",
         "Guidance",
         "How the conditional and the unconditional score are combined.",
         "none",
         &Lane::guidance,
         [] { return infos(guidanceKinds()); },
         formulaOf},
        {"error",
         "Score error",
         "What the lane's score gets wrong, as a learned one would.",
         "none",
         &Lane::error,
         [] { return infos(scoreErrorKinds()); },
         formulaOf},
    };
    return all;
}

const std::vector<LaneRow>& laneRows()
{
    static const std::vector<LaneRow> rows = withDefaults<Lane, LaneRow>({
        {realRow("eta",
                 "η",
                 "Stochasticity",
                 "",
                 0,
                 10,
                 Scale::Linear,
                 "dX = [f X − ½(1 + η²) g² s] dt + η g dB̄: 0 is the probability-flow ODE, 1 the "
                 "reverse SDE. Every η has the same "
                 "marginals. Song et al. 2021, arXiv:2011.13456.",
                 Invalidates::Simulation),
         [](Lane& lane) -> double& { return lane.eta; }},
        {choiceRow(
             "prior",
             "Prior",
             {{"gaussian",
               "N(0, σ_T²)",
               "Every particle starts from N(0, σ_T² I), as in practice."},
              {"exact",
               "exact q_T",
               "Every particle starts from the exact law of x_T, so no prior mismatch remains."}},
             "The law of the starting points: N(0, σ_T² I) as samplers use it, or the exact law "
             "q_T of x_T.",
             Invalidates::Simulation),
         [](Lane& lane) -> double& { return lane.prior; }},
        {realRow("camera.x",
                 "",
                 "View centre, horizontal",
                 "data units",
                 -kCameraRange,
                 kCameraRange,
                 Scale::Linear,
                 "The data coordinate in the middle of the canvas.",
                 Invalidates::Style),
         [](Lane& lane) -> double& { return lane.camera.x; }},
        {realRow("camera.y",
                 "",
                 "View centre, vertical",
                 "data units",
                 -kCameraRange,
                 kCameraRange,
                 Scale::Linear,
                 "The data coordinate in the middle of the canvas.",
                 Invalidates::Style),
         [](Lane& lane) -> double& { return lane.camera.y; }},
        {realRow("camera.span",
                 "",
                 "View height",
                 "data units",
                 0,
                 kCameraRange,
                 Scale::Linear,
                 "The height of the canvas in data units; 0 fits the data.",
                 Invalidates::Style),
         [](Lane& lane) -> double& { return lane.camera.span; }},
    });
    return rows;
}

} // namespace scorefield::table
