// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Texts between the processes of one job. What carries them is a module of its own
// (app/mpi/messenger_mpi.cpp), loaded only where a launcher such as mpirun started the program:
// nobody else waits for the libraries of MPI, or needs them.
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace scorefield::app {

struct Message {
    int rank; ///< of the sender
    std::string text;
};

/// To be used by the main thread alone.
class Messenger {
public:
    virtual ~Messenger() = default;
    virtual int rank() const = 0;
    virtual int size() const = 0;
    /// How many ranks run on this host.
    virtual int ranksHere() const = 0;
    /// Never waits. What is sent to a rank that is gone is lost.
    virtual void send(int rank, const std::string& text) = 0;
    virtual std::optional<Message> receive() = 0;
    /// Nothing more goes to this rank, and nobody waits for it.
    virtual void forget(int rank) = 0;
    /// Waits until what was sent has gone, but not longer than `patience`.
    virtual void flush(std::chrono::milliseconds patience) = 0;
    /// The end of the job; waits until all ranks have come here.
    virtual void finish() = 0;
};

/// What the module exports as "scorefieldOpenMessenger"; lives until the program ends. Null: there
/// is no job.
using OpenMessenger = Messenger* (*)();

} // namespace scorefield::app
