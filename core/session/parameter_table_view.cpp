// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of the layers and the view.
#include "core/mixture/gaussian_mixture.h"
#include "core/session/table_rows.h"

namespace scorefield::table {

namespace {

constexpr auto kStyle = Invalidates::Style;
constexpr auto kLinear = Scale::Linear;

ParameterDescriptor visibleRow(const std::string& layer, const std::string& help)
{
    return switchRow("view." + layer + ".visible", "Show", help, kStyle);
}

ParameterDescriptor opacityRow(const std::string& layer)
{
    return realRow("view." + layer + ".opacity",
                   "",
                   "Opacity",
                   "",
                   0,
                   1,
                   kLinear,
                   "0 is invisible, 1 covers what lies below.",
                   kStyle);
}

const std::vector<ChoiceItem> kColorMaps = {
    {"viridis",
     "Viridis",
     "Dark blue to yellow, even steps of lightness. Smith, van der Walt 2015."},
    {"cividis",
     "Cividis",
     "Dark blue to yellow, the same to colour-blind eyes. Nuñez et al. 2018, arXiv:1712.01662."},
    {"magma",
     "Magma",
     "Black through red to cream, even steps of lightness. Smith, van der Walt 2015."},
    {"greys", "Greys", "Even steps of grey."},
};

const std::vector<ChoiceItem> kParticleColors = {
    {"class", "Class", "The class of the likeliest component at the end of the path."},
    {"component", "Component", "The likeliest component at the end of the path."},
    {"confidence",
     "Confidence",
     "The probability of the particle's class, or of the guided target, at the end of the path."},
    {"start",
     "Starting angle",
     "The direction of the starting point, so that mixing of paths can be seen."},
    {"error",
     "Sampler error",
     "The distance of the end point to the converged solution from the same noise (ever finer "
     "steps of the same equation); particles that ended in another basin are marked."},
    {"fate",
     "Guidance's doing",
     "Convergent, mixed or divergent: whether the particle ends closer to the class's centre than "
     "its unguided twin from the same noise, and whether it jumps over the centre in turns."},
    {"stage",
     "Stage",
     "Reach, align, slide or exit: where the particle is on its way to and along the ridge."},
};

const std::vector<ChoiceItem> kMapQuantities = {
    {"none", "None", "The density alone."},
    {"guidance",
     "Guidance",
     "α‖s_c − s_u‖ at the play-head: where guidance acts, and how hard for each unit of weight; "
     "per unit of x/α, so that lanes of one noise level agree."},
    {"curvature",
     "Curvature",
     "α² times the largest eigenvalue of −∇(s_c − s_u) at the play-head: where a large step "
     "overshoots."},
    {"difference",
     "Difference",
     "‖D − D′‖ between this lane's guided posterior mean and another lane's, at the same σ̃."},
    {"output",
     "Output density",
     "log of the exact density of what the guided ODE samples, at the data end; no estimate."},
    {"tilt", "Tilt", "log p_c^w p_u^(1−w) at the data end, up to a constant."},
    {"penalty",
     "Penalty",
     "∫½w(w−1)g²‖s_c − s_u‖²dt along the path that ends at the place: log output density = tilt + "
     "prior − penalty, up to a constant."},
    {"kappa1",
     "Curvature along",
     "κ₁ = σ²λ₁ of the Hessian of log q_t: −1 where x₀ is known, above 0 where neighbouring paths "
     "part. Along v₁ lies the top principal direction of what x₀ may still be. In more than two "
     "dimensions at the points of the plane itself, as for the maps below."},
    {"kappa2",
     "Curvature across",
     "κ₂ = σ²λ₂ of the Hessian of log q_t: near −1 the normal direction of a ridge is settled."},
    {"gap",
     "Ridge strength",
     "log₁₀(κ₁ − κ₂): how clearly the ridge direction stands out, also where doubles underflow."},
    {"error",
     "Score error",
     "‖D_θ − D‖ = σ²‖s_θ − s‖/α at the play-head: what the lane's score error does to the "
     "posterior "
     "mean, in data units. A bounded error of the score fades as σ → 0, one of the mean does not."},
    {"basin",
     "Basins",
     "The likeliest class (with one class alone: component) of F(x), where the exact "
     "probability-flow ODE takes x from the play-head's level to the data end: the one-step map "
     "that consistency models learn. Song et al. 2023, arXiv:2303.01469."},
    {"stretch",
     "Stretch",
     "log₁₀‖dF/dx‖₂ of that map, from the closed-form Hessian of log q_t: its largest value is the "
     "Lipschitz constant L_f, and where it is large a one-step generator must be steep."},
};

const std::vector<ChoiceItem> kArrowFields = {
    {"score",
     "Score",
     "s = ∇log q_t of the lane's own field, guided and with its error: towards higher density."},
    {"velocity",
     "Velocity",
     "−dx/dt = −(α̇x̂₀ + σ̇ε̂): where particles go without noise, towards the data."},
    {"guidance",
     "Guidance",
     "s_c − s_u: where a unit of guidance weight pushes, away from what the other classes have."},
    {"error",
     "Score error",
     "s_θ − s: what the lane's score error adds to the exact guided score."},
};

std::vector<SessionRow> arrowRows()
{
    return {
        {visibleRow("arrows",
                    "Arrows of the lane's field at the play-head, on a grid of places that stays "
                    "with the data."),
         [](Session& s) -> double& { return s.view.arrows.layer.visible; }},
        {opacityRow("arrows"), [](Session& s) -> double& { return s.view.arrows.layer.opacity; }},
        {choiceRow("view.arrows.field",
                   "Field",
                   kArrowFields,
                   "What the arrows are of: vectors of x_t, per unit of it or of the lane's own "
                   "time. Lanes of one process have one scale.",
                   kStyle),
         [](Session& s) -> double& { return s.view.arrows.field; }},
        {realRow("view.arrows.spacing",
                 "",
                 "Spacing",
                 "px",
                 12,
                 160,
                 kLinear,
                 "The distance of neighbouring arrows.",
                 kStyle),
         [](Session& s) -> double& { return s.view.arrows.spacing; }},
        {realRow("view.arrows.length",
                 "",
                 "Length",
                 "",
                 .1,
                 4,
                 Scale::Logarithmic,
                 "The length of the reference arrow in spacings: one in ten is longer.",
                 kStyle),
         [](Session& s) -> double& { return s.view.arrows.length; }},
        {choiceRow(
             "view.arrows.scaling",
             "Lengths",
             {{"proportional",
               "In proportion",
               "The length is that of the vector. One in ten is longer than the reference arrow of "
               "the legend; none is drawn more than twice as long, and a double head says "
               "so."},
              {"direction",
               "All alike",
               "Directions alone: every arrow is as long as the reference."}},
             "What the length of an arrow tells.",
             kStyle),
         [](Session& s) -> double& { return s.view.arrows.scaling; }},
    };
}

std::vector<SessionRow> layerRows()
{
    return {
        {visibleRow("density", "The exact density q_t at the play-head, as colour."),
         [](Session& s) -> double& { return s.view.density.visible; }},
        {opacityRow("density"), [](Session& s) -> double& { return s.view.density.opacity; }},
        {choiceRow("view.density.scale",
                   "Scale",
                   {{"linear", "Linear", "Colour is proportional to q_t."},
                    {"log",
                     "Logarithmic",
                     "Colour is proportional to log q_t, down to e⁻¹² of its maximum."}},
                   "Colour follows q_t or log q_t; one scale for all lanes.",
                   kStyle),
         [](Session& s) -> double& { return s.view.densityScale; }},
        {choiceRow("view.density.map",
                   "Colours",
                   kColorMaps,
                   "A perceptual colour map: equal steps look equal.",
                   kStyle),
         [](Session& s) -> double& { return s.view.densityMap; }},
        {choiceRow("view.map.quantity",
                   "Map",
                   kMapQuantities,
                   "A quantity of the guided field in place of the density, with a colour bar.",
                   kStyle),
         [](Session& s) -> double& { return s.view.mapQuantity; }},
        {opacityRow("map"), [](Session& s) -> double& { return s.view.mapOpacity; }},
        {whole(realRow("view.map.lane",
                       "",
                       "Other lane",
                       "",
                       1,
                       kMaxLanes,
                       kLinear,
                       "The lane whose guided field the map of differences subtracts.",
                       kStyle)),
         [](Session& s) -> double& { return s.view.mapLane; }},
        {visibleRow("contours",
                    "Borders of the smallest regions that hold 50, 80, 95 and 99 % of q_t."),
         [](Session& s) -> double& { return s.view.contours.visible; }},
        {opacityRow("contours"), [](Session& s) -> double& { return s.view.contours.opacity; }},
        {visibleRow("particles", "The simulated particles at the play-head."),
         [](Session& s) -> double& { return s.view.particles.visible; }},
        {opacityRow("particles"), [](Session& s) -> double& { return s.view.particles.opacity; }},
        {realRow("view.particles.size",
                 "",
                 "Size",
                 "px",
                 1,
                 12,
                 kLinear,
                 "The diameter of a particle's disc.",
                 kStyle),
         [](Session& s) -> double& { return s.view.particleSize; }},
        {choiceRow("view.particles.color",
                   "Colour",
                   kParticleColors,
                   "What the colour of a particle means.",
                   Invalidates::Simulation),
         [](Session& s) -> double& { return s.view.particleColor; }},
        {visibleRow("trails", "The paths that lead to the particles."),
         [](Session& s) -> double& { return s.view.trails.visible; }},
        {opacityRow("trails"), [](Session& s) -> double& { return s.view.trails.opacity; }},
        {whole(realRow("view.trails.length",
                       "",
                       "Length",
                       "steps",
                       0,
                       1000,
                       kLinear,
                       "How many steps back a trail reaches; 0 shows the whole path.",
                       kStyle)),
         [](Session& s) -> double& { return s.view.trailLength; }},
        {visibleRow("ridge",
                    "The ridge of log q_t at the play-head: where the score is along the top "
                    "principal direction of what x₀ may still be. Its colour is its strength, "
                    "log₁₀(κ₁ − κ₂)."),
         [](Session& s) -> double& { return s.view.ridge.layer.visible; }},
        {opacityRow("ridge"), [](Session& s) -> double& { return s.view.ridge.layer.opacity; }},
        {realRow("view.ridge.beta",
                 "β",
                 "Curvature",
                 "",
                 0,
                 .999,
                 kLinear,
                 "A ridge needs κ₂ ≤ −β: how sharp it must be across.",
                 kStyle),
         [](Session& s) -> double& { return s.view.ridge.beta; }},
        {realRow("view.ridge.gamma",
                 "γ",
                 "Gap",
                 "",
                 1e-6,
                 10,
                 Scale::Logarithmic,
                 "A ridge needs κ₁ − κ₂ ≥ γ: without it the ridge of two modes is an endless line.",
                 kStyle),
         [](Session& s) -> double& { return s.view.ridge.gamma; }},
        {whole(realRow("view.ridge.ghosts",
                       "",
                       "Ghosts",
                       "",
                       0,
                       12,
                       kLinear,
                       "How many ridges of other noise levels are drawn faintly, evenly in log σ̃ "
                       "over the run.",
                       kStyle)),
         [](Session& s) -> double& { return s.view.ridge.ghosts; }},
        {switchRow("view.ridge.points",
                   "Critical points",
                   "Modes, saddles and umbilics of the density at the play-head.",
                   kStyle),
         [](Session& s) -> double& { return s.view.ridge.points; }},
        {switchRow(
             "view.ridge.tube",
             "Error tube",
             "A band along the ridge as wide as |e_⊥|, the normal part of the lane's error of "
             "the posterior mean: particles align up to it.",
             kStyle),
         [](Session& s) -> double& { return s.view.ridge.tube; }},
        {switchRow("view.ridge.strip",
                   "Scale space",
                   "Modes, saddles, ridge components and length against log σ̃ under the time line.",
                   kStyle),
         [](Session& s) -> double& { return s.view.ridge.strip; }},
        {visibleRow("ellipses", "The 2 σ ellipse of every component at the play-head."),
         [](Session& s) -> double& { return s.view.ellipses.visible; }},
        {opacityRow("ellipses"), [](Session& s) -> double& { return s.view.ellipses.opacity; }},
    };
}

std::vector<SessionRow> sceneRows()
{
    return {
        {choiceRow(
             "view.projection",
             "Seen along",
             {{"axes", "Coordinates", "Two of the coordinates."},
              {"principal",
               "Principal axes",
               "Two of the principal axes of the mixture's covariance."},
              {"means",
               "Plane of means",
               "The plane through three means: of the first three classes, else of components."}},
             "The plane in which data of more than two dimensions are seen; densities are exact "
             "marginals in it.",
             kStyle),
         [](Session& s) -> double& { return s.view.projection; }},
        {whole(realRow("view.axis_x",
                       "",
                       "Horizontal axis",
                       "",
                       0,
                       kMaxDimension - 1,
                       kLinear,
                       "The coordinate or principal axis drawn to the right, counted from 0.",
                       kStyle)),
         [](Session& s) -> double& { return s.view.axisX; }},
        {whole(realRow("view.axis_y",
                       "",
                       "Vertical axis",
                       "",
                       0,
                       kMaxDimension - 1,
                       kLinear,
                       "The coordinate or principal axis drawn upwards, counted from 0.",
                       kStyle)),
         [](Session& s) -> double& { return s.view.axisY; }},
        {switchRow(
             "view.link_lanes", "Link lanes", "An edit of one lane goes to every lane.", kStyle),
         [](Session& s) -> double& { return s.view.linkLanes; }},
        {switchRow("view.link_cameras",
                   "Link cameras",
                   "All lanes look at the same part of the plane.",
                   kStyle),
         [](Session& s) -> double& { return s.view.linkCameras; }},
        {switchRow("view.match_noise",
                   "Match noise levels",
                   "Lanes share with the first what the switches below say, by default its noise "
                   "levels σ̃ = σ/α and scaled start, so that only what was not matched differs.",
                   Invalidates::Simulation),
         [](Session& s) -> double& { return s.view.matchNoise; }},
    };
}

} // namespace

std::vector<SessionRow> viewRows()
{
    std::vector<SessionRow> all = layerRows();
    for (auto rows : {arrowRows(), warpRows(), swarmRows(), sceneRows(), matchRows()})
        for (SessionRow& row : rows)
            all.push_back(std::move(row));
    return all;
}

} // namespace scorefield::table
