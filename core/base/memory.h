// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much memory there is, and how much of it one thing may take: runs, files and tables ask here
// before they allocate, so that the answer is a sentence and not the system's killer.
#include "core/base/result.h"

#include <string>

namespace scorefield {

/// Bytes that this process may use: the machine's, or what its control group allows if that is
/// less.
double machineMemory();
/// Bytes that the states of all lanes of a run may take together: half of machineMemory(), for the
/// window shows one run while it computes the next.
double runMemoryLimit();
/// "640 bytes", "3.1 MB", "12 GB": three digits, powers of 1000.
std::string memoryText(double bytes);
/// Error (empty path) "WHAT needs 12 GB of memory; the limit is 8.6 GB: ADVICE" where bytes >
/// limit, or where bytes is no number.
Status checkMemory(const std::string& what, double bytes, double limit, const std::string& advice);

/// Returns to the system what this process has freed and the allocator keeps, in all threads'
/// pools; takes some milliseconds. Nothing where the allocator cannot.
void giveBackFreeMemory();

/// Lets all threads that begin from now on allocate from the same two pools: what one frees serves
/// the others. By default every thread has a pool of its own and keeps what it freed there, which
/// makes a program that runs for hours grow. For programs whose loops do not allocate, at their
/// start.
void shareFreeMemory();

} // namespace scorefield
