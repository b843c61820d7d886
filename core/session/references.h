// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The works that Scorefield follows, and how its texts name them. Private to core/session.
#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

struct Reference {
    const char* key;   ///< "song2021score"
    const char* type;  ///< "article", "inproceedings", "misc", "book", "software", "dataset"
    const char* token; ///< how texts name it: "arXiv:2011.13456", "Salmon et al. 2011";
                       ///< alternatives stand on both sides of a |
    const char* author;
    const char* title;
    int year;
    const char* venue = "";  ///< journal, proceedings, publisher
    const char* detail = ""; ///< further fields: "volume = {5}, pages = {300--304}"
};

const std::vector<Reference>& references();
/// Parts of the table.
std::vector<Reference> referencesOfMethods();
std::vector<Reference> referencesOfGuidance();
/// Those that the text names, in the order of the table.
std::vector<const Reference*> referencesIn(std::string_view text);
/// The BibTeX entry.
std::string bibtexOf(const Reference& reference);

} // namespace scorefield
