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
Result<Session> loadSession(const std::filesystem::path& path);
Status saveSession(const Session& session, const std::filesystem::path& path);

/// A bare mixture file: {"weights":[…],"means":[[…]],"covariances":[…],"classes":[…]}; "covs"
/// accepted; without classes every component is its own.
std::string mixtureToJson(const MixtureSpec& mixture);
Result<MixtureSpec> mixtureFromJson(std::string_view text);
Result<MixtureSpec> loadMixture(const std::filesystem::path& path);

} // namespace scorefield
