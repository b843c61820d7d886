// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two hundred files that cannot be opened, each broken in its own way: sessions, mixtures, tables,
// arrays and pictures.
#include <string>
#include <vector>

namespace scorefield::fuzz {

struct BrokenFile {
    std::string name; ///< of the file, with its ending
    std::string bytes;
    std::string mustSay; ///< a word of the sentence: the field, the place or the range
};

/// The same ones everywhere, in this order.
std::vector<BrokenFile> brokenFiles();

/// By kind; what brokenFiles() is made of.
void addBrokenSessions(std::vector<BrokenFile>& files);
void addBrokenMixtures(std::vector<BrokenFile>& files);
void addBrokenTables(std::vector<BrokenFile>& files);
void addBrokenArrays(std::vector<BrokenFile>& files);
void addBrokenPictures(std::vector<BrokenFile>& files);

/// Adds `text` with the first `find` replaced.
void addEdited(std::vector<BrokenFile>& files,
               const std::string& name,
               std::string text,
               const std::string& find,
               const std::string& replacement,
               const std::string& mustSay);
/// A session that can be opened.
std::string soundSession();

} // namespace scorefield::fuzz
