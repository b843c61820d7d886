// SPDX-License-Identifier: GPL-3.0-or-later
// The module that knows MPI. Nothing here blocks but finish(), so that a rank that is gone keeps
// nobody waiting.
#include "app/messenger.h"

#include <mpi.h>

#include <algorithm>
#include <list>
#include <memory>
#include <set>
#include <thread>

namespace {

using scorefield::app::Message;
using scorefield::app::Messenger;

constexpr int kTag = 1;

class MpiMessenger final : public Messenger {
public:
    MpiMessenger()
    {
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
        MPI_Comm_rank(MPI_COMM_WORLD, &m_rank);
        MPI_Comm_size(MPI_COMM_WORLD, &m_size);
        MPI_Comm host = MPI_COMM_NULL;
        MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, m_rank, MPI_INFO_NULL, &host);
        MPI_Comm_size(host, &m_ranksHere);
        MPI_Comm_free(&host);
    }

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    int ranksHere() const override { return m_ranksHere; }

    void send(int rank, const std::string& text) override
    {
        dropSent();
        if (m_forgotten.count(rank) != 0)
            return;
        m_sending.push_back({rank, text, MPI_REQUEST_NULL});
        Sending& sending = m_sending.back();
        const int count = static_cast<int>(text.size());
        if (MPI_Isend(
                sending.text.data(), count, MPI_CHAR, rank, kTag, MPI_COMM_WORLD, &sending.request)
            != MPI_SUCCESS)
            m_sending.pop_back();
    }

    std::optional<Message> receive() override
    {
        int isThere = 0;
        MPI_Status status;
        if (MPI_Iprobe(MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, &isThere, &status) != MPI_SUCCESS
            || isThere == 0)
            return std::nullopt;
        int count = 0;
        MPI_Get_count(&status, MPI_CHAR, &count);
        Message message{status.MPI_SOURCE, std::string(static_cast<std::size_t>(count), ' ')};
        if (MPI_Recv(message.text.data(),
                     count,
                     MPI_CHAR,
                     message.rank,
                     kTag,
                     MPI_COMM_WORLD,
                     MPI_STATUS_IGNORE)
            != MPI_SUCCESS)
            return std::nullopt;
        return message;
    }

    void forget(int rank) override { m_forgotten.insert(rank); }

    void flush(std::chrono::milliseconds patience) override
    {
        const auto end = std::chrono::steady_clock::now() + patience;
        const auto isAwaited = [this](const Sending& sending) {
            return m_forgotten.count(sending.rank) == 0;
        };
        for (dropSent(); std::any_of(m_sending.begin(), m_sending.end(), isAwaited)
                         && std::chrono::steady_clock::now() < end;
             dropSent())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    void finish() override { MPI_Finalize(); }

private:
    struct Sending {
        int rank;
        std::string text; ///< stays where it is until it has gone
        MPI_Request request;
    };

    void dropSent()
    {
        for (auto sending = m_sending.begin(); sending != m_sending.end();) {
            int isDone = 0;
            const int status = MPI_Test(&sending->request, &isDone, MPI_STATUS_IGNORE);
            sending = isDone != 0 || status != MPI_SUCCESS ? m_sending.erase(sending) : ++sending;
        }
    }

    int m_rank = 0, m_size = 1, m_ranksHere = 1;
    std::list<Sending> m_sending;
    std::set<int> m_forgotten;
};

} // namespace

extern "C" __attribute__((visibility("default"))) Messenger* scorefieldOpenMessenger()
{
    int provided = 0;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return nullptr;
    // Lives until the program ends: after the loss of a rank nothing of MPI can be torn down.
    return new MpiMessenger; // NOLINT(cppcoreguidelines-owning-memory)
}
