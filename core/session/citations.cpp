// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/citations.h"

#include "core/session/parameter_table.h"
#include "core/session/references.h"
#include "core/session/table_rows.h"

#include <algorithm>

namespace scorefield {

namespace {

/// What the session shows or computes, and the text that names its sources.
struct Use {
    std::string name; ///< "Sampler: DDIM"
    std::string text;
};

constexpr std::pair<const char*, const char*> kFamilies[] = {{"process", "Process"},
                                                             {"grid", "Time grid"},
                                                             {"sampler", "Sampler"},
                                                             {"guidance", "Guidance"},
                                                             {"error", "Score error"}};

/// Of a choice: its item in force. Items that say nothing of a work name none.
void addChoice(const Session& session,
               const std::string& key,
               const std::string& label,
               std::vector<Use>& uses)
{
    const auto row = describe(session, key);
    if (!row || whyDisabled(session, key))
        return;
    const auto item = static_cast<std::size_t>(*parameterValue(session, key));
    if (row->type == ParameterType::Choice && item < row->choices.size())
        uses.push_back({label + ": " + row->choices[item].label, row->choices[item].help});
}

void addLanes(const Session& session, std::vector<Use>& uses)
{
    for (const auto& [family, label] : kFamilies)
        for (std::size_t i = 0; i < session.lanes.size(); ++i) {
            const table::Family& table = *table::findFamily(family);
            const Choice& choice = session.lanes[i].*(table.choice);
            const VariantInfo& info = *table::findVariant(table, choice.kind);
            uses.push_back({std::string(label) + ": " + info.label, info.source});
            const std::string prefix = "lanes." + std::to_string(i) + "." + family + ".";
            for (const auto& item : choice.values.items())
                addChoice(session, prefix + item.first, std::string(label), uses);
        }
}

void addView(const Session& session, std::vector<Use>& uses)
{
    const ViewSpec& view = session.view;
    const bool hasMap = view.mapQuantity != 0;
    if (hasMap)
        addChoice(session, "view.map.quantity", "Map", uses);
    if (hasMap || view.density.visible != 0)
        addChoice(session, "view.density.map", "Colour map", uses);
    if (view.particles.visible != 0)
        addChoice(session, "view.particles.color", "Colour of particles", uses);
    const bool showsRidge = view.ridge.layer.visible != 0 || view.ridge.strip != 0
                            || view.particleColor == kColorByStage;
    if (showsRidge && session.data->dimension > 1)
        uses.push_back({"Ridges",
                        "Genovese et al. 2014, arXiv:1212.5156; Ozertem and Erdogmus 2011; "
                        "arXiv:2602.06021"});
}

std::vector<Use> usesOf(const Session& session)
{
    std::vector<Use> uses;
    addLanes(session, uses);
    uses.push_back({"Random numbers", "Salmon et al. 2011"}); // of the starting points at least
    addChoice(session, "particles.noise", "Step noise", uses);
    uses.push_back({"Data and setting", session.info.source});
    addView(session, uses);
    return uses;
}

std::string ownEntry()
{
    return "@software{scorefield,\n  author = {{The Scorefield developers}},\n"
           "  title = {Scorefield: a laboratory for reverse diffusion},\n"
           "  version = {" SCOREFIELD_VERSION "},\n  year = {2026},\n"
           "  note = {GPL-3.0-or-later}\n}\n";
}

} // namespace

std::vector<Citation> citedMethods(const Session& session)
{
    std::vector<Citation> citations{{"scorefield", ownEntry(), {"The program"}}};
    for (const Use& use : usesOf(session))
        for (const Reference* reference : referencesIn(use.text)) {
            auto at = std::find_if(citations.begin(), citations.end(), [&](const Citation& known) {
                return known.key == reference->key;
            });
            if (at == citations.end()) {
                citations.push_back({reference->key, bibtexOf(*reference), {}});
                at = citations.end() - 1;
            }
            if (std::find(at->uses.begin(), at->uses.end(), use.name) == at->uses.end())
                at->uses.push_back(use.name);
        }
    return citations;
}

std::string bibliography(const Session& session)
{
    std::string text;
    for (const Citation& citation : citedMethods(session)) {
        std::string uses;
        for (const std::string& use : citation.uses)
            uses += (uses.empty() ? "" : "; ") + use;
        text += (text.empty() ? "% " : "\n% ") + uses + "\n" + citation.bibtex;
    }
    return text;
}

} // namespace scorefield
