// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Sessions and mixtures as JSON text. Strict: an unknown key is an error with its JSON pointer and
// the nearest valid key. Numbers are written with the digits that read back exactly. A covariance
// may be a number (isotropic), a list (diagonal) or a matrix; it is written in the shortest of
// these. Errors: path = "FILE#/lanes/0/eta" (or the pointer alone for text), message = one
// sentence.
#include "core/session/session.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace scorefield {

std::string sessionToJson(const Session& session);
/// Also checks the mixture (GaussianMixture::create) and every parameter against its descriptor.
/// Older versions are migrated; newer ones refused.
Result<Session> sessionFromJson(std::string_view text);
/// What a file refers to (recorded noise) is found from its folder, and refused when it is used if
/// it leads out of there (core/session/tape_path.h). Own files are those that the program writes
/// for itself: they hold what the session has in memory.
enum class FileOrigin { Anywhere, Own };
Result<Session> loadSession(const std::filesystem::path& path,
                            FileOrigin origin = FileOrigin::Anywhere);
Status saveSession(const Session& session,
                   const std::filesystem::path& path,
                   FileOrigin origin = FileOrigin::Anywhere);
/// loadSession of a file that carries this text, such as a picture.
Result<Session> sessionFromFile(std::string_view text, const std::filesystem::path& path);

/// A bare mixture file: {"weights":[…],"means":[[…]],"covariances":[…],"classes":[…]}; "covs"
/// accepted; without classes every component is its own.
std::string mixtureToJson(const MixtureSpec& mixture);
Result<MixtureSpec> mixtureFromJson(std::string_view text);
Result<MixtureSpec> loadMixture(const std::filesystem::path& path);

} // namespace scorefield
