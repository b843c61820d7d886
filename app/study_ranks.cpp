// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_ranks.h"

#include "app/cell_worker.h"
#include "app/rank_words.h"

#include <algorithm>
#include <map>

namespace scorefield::app {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience{2}; ///< between two looks for messages
constexpr std::size_t kMostLosses = 2; ///< ranks that a cell may be lost with before it is given up

/// A rank as rank 0 sees it.
struct Member {
    enum class State { Coming, Here, Gone } state = State::Coming;
    RankCard card;
    std::vector<std::size_t> inHand{};
    Clock::time_point heard = Clock::now();
};

class Lead {
public:
    Lead(const PreparedStudy& study, CellLedger& ledger, const RankSetting& setting)
        : m_study(study)
        , m_ledger(ledger)
        , m_setting(setting)
        , m_worker(study, setting.threads)
        , m_own(ownCard(study, m_worker.atATime()))
    {
        for (int rank = 1; rank < setting.messenger.size(); ++rank)
            m_members[rank];
        m_members[0].card = m_own;
        m_members[0].state = Member::State::Here;
    }

    bool run()
    {
        while (!m_ledger.isComplete() && !m_setting.stop.stop_requested()) {
            while (const auto message = m_setting.messenger.receive())
                hear(*message);
            handOut();
            for (auto& [cell, measured] : m_worker.collect(kPatience))
                take(0, cell, std::move(measured));
            if (Clock::now() - m_beaten >= kBeat)
                beat();
        }
        return m_isWhole;
    }

private:
    void hear(const Message& message)
    {
        Member& member = m_members[message.rank];
        member.heard = Clock::now();
        const auto [word, rest] = splitWord(message.text);
        if (word == words::kHello)
            welcome(message.rank, RankCard::from(rest));
        else if (word == words::kRefuse)
            leave(message.rank, "cannot take part: " + rest);
        else if (word == words::kLeave)
            leave(message.rank, "has been told to end");
        else if (word == words::kCell)
            if (auto line = measuredCellFrom(rest))
                take(message.rank,
                     m_study.cellOf(line->cell.row, line->cell.lane),
                     std::move(line->measured));
    }

    void welcome(int rank, const RankCard& card)
    {
        Member& member = m_members[rank];
        member.card = card;
        if (card.work != m_own.work)
            leave(rank, "cannot take part: it reads another session, or is another version");
        else if (card.instructions != m_own.instructions)
            leave(rank,
                  "cannot take part: its processor computes with " + card.instructions
                      + " and this one with " + m_own.instructions
                      + ", which round differently; set SCOREFIELD_SIMD for all ranks");
        else
            member.state = Member::State::Here;
    }

    void take(int rank, std::size_t cell, Result<Measurement> measured)
    {
        std::erase(m_members[rank].inHand, cell);
        m_ledger.take(cell, std::move(measured));
    }

    /// As many cells as a rank measures at a time, and one more while there are plenty, so that it
    /// need not wait for the next.
    void handOut()
    {
        std::size_t hands = 0;
        for (const auto& [rank, member] : m_members)
            hands += member.state == Member::State::Here ? member.card.atATime : 0;
        const std::size_t spare = m_ledger.left() > 2 * hands ? 1 : 0;
        for (auto& [rank, member] : m_members)
            while (member.state == Member::State::Here
                   && member.inHand.size() < member.card.atATime + spare) {
                const auto cell = m_ledger.next();
                if (!cell)
                    return pauseIfIdle();
                member.inHand.push_back(*cell);
                m_isPaused = false;
                if (rank == 0)
                    m_worker.give(*cell);
                else
                    tell(rank, words::kMeasure, std::to_string(*cell));
            }
    }

    /// Nothing is left to hand out: every rank may put all its threads to what it has.
    void pauseIfIdle()
    {
        if (m_isPaused)
            return;
        m_isPaused = true;
        m_worker.pause();
        for (auto& [rank, member] : m_members)
            if (rank != 0 && member.state == Member::State::Here)
                tell(rank, words::kPause);
    }

    void beat()
    {
        m_beaten = Clock::now();
        for (auto& [rank, member] : m_members) {
            if (rank == 0 || member.state == Member::State::Gone)
                continue;
            if (isGone(member.card))
                lose(rank, "has ended");
            else if (m_beaten - member.heard > kSilence)
                lose(rank, "has been silent for " + std::to_string(kSilence.count()) + " s");
            else
                tell(rank, words::kBeat);
        }
    }

    /// It does not take part any more, but is still there for the end.
    void leave(int rank, const std::string& why)
    {
        Member& member = m_members[rank];
        if (member.state == Member::State::Gone)
            return;
        member.state = Member::State::Gone;
        std::string sentence = "rank " + std::to_string(rank)
                               + (member.card.host.empty() ? "" : " on " + member.card.host) + " "
                               + why;
        if (!member.inHand.empty())
            sentence += "; its " + std::to_string(member.inHand.size())
                        + (member.inHand.size() == 1 ? " measurement goes" : " measurements go")
                        + " to the others";
        m_setting.say(sentence);
        for (const std::size_t cell : std::exchange(member.inHand, {}))
            m_ledger.putBack(cell);
    }

    /// It cannot be waited for.
    void lose(int rank, const std::string& why)
    {
        m_isWhole = false;
        m_setting.messenger.forget(rank);
        std::vector<std::size_t> givenUp;
        std::erase_if(m_members[rank].inHand, [&](std::size_t cell) {
            const bool isLast = ++m_losses[cell] >= kMostLosses;
            if (isLast)
                givenUp.push_back(cell);
            return isLast;
        });
        leave(rank, why);
        for (const std::size_t cell : givenUp)
            m_ledger.take(cell,
                          Error{"",
                                std::to_string(kMostLosses)
                                    + " processes that measured it were lost, the last of them "
                                      "rank "
                                    + std::to_string(rank)});
    }

    void tell(int rank, const char* word, const std::string& rest = {})
    {
        m_setting.messenger.send(rank, rest.empty() ? word : std::string(word) + ' ' + rest);
    }

    const PreparedStudy& m_study;
    CellLedger& m_ledger;
    const RankSetting& m_setting;
    CellWorker m_worker;
    RankCard m_own;
    std::map<int, Member> m_members;
    std::map<std::size_t, std::size_t> m_losses; ///< by cell
    Clock::time_point m_beaten{};
    bool m_isPaused = false;
    bool m_isWhole = true; ///< no rank is lost
};

/// What rank 0 says to another rank.
class Served {
public:
    Served(const PreparedStudy& study, const RankSetting& setting)
        : m_setting(setting)
        , m_study(study)
        , m_worker(study, setting.threads)
    {
        tell(words::kHello, ownCard(study, m_worker.atATime()).text());
    }

    /// Whether all can end together; nothing while the study goes on.
    std::optional<bool> step()
    {
        while (const auto message = m_setting.messenger.receive()) {
            m_heard = Clock::now();
            const auto [word, rest] = splitWord(message->text);
            if (word == words::kHome || word == words::kAlone)
                return word == words::kHome;
            if (word == words::kMeasure)
                m_worker.give(std::stoul(rest));
            if (word == words::kPause)
                m_worker.pause();
        }
        for (auto& [cell, measured] : m_worker.collect(kPatience))
            tell(words::kCell, lineOf({m_study.cells()[cell], std::move(measured)}));
        if (m_setting.stop.stop_requested()) {
            tell(words::kLeave);
            m_setting.messenger.flush(kBeat);
            return true;
        }
        if (Clock::now() - m_beaten >= kBeat) {
            tell(words::kBeat);
            m_beaten = Clock::now();
        }
        if (Clock::now() - m_heard > kSilence)
            return false;
        return std::nullopt;
    }

private:
    void tell(const char* word, const std::string& rest = {})
    {
        m_setting.messenger.send(0, rest.empty() ? word : std::string(word) + ' ' + rest);
    }

    const RankSetting& m_setting;
    const PreparedStudy& m_study;
    CellWorker m_worker;
    Clock::time_point m_heard = Clock::now(), m_beaten{};
};

} // namespace

bool leadStudy(const PreparedStudy& study, CellLedger& ledger, const RankSetting& setting)
{
    return Lead(study, ledger, setting).run();
}

void sendHome(Messenger& messenger, bool isTogether)
{
    for (int rank = 1; rank < messenger.size(); ++rank)
        messenger.send(rank, isTogether ? words::kHome : words::kAlone);
    messenger.flush(kBeat);
}

bool serveStudy(const Result<PreparedStudy>& study, const RankSetting& setting)
{
    if (!study) {
        setting.messenger.send(0, std::string(words::kRefuse) + ' ' + study.error().sentence());
        setting.messenger.flush(kBeat);
        return true;
    }
    Served served(*study, setting);
    std::optional<bool> isTogether;
    while (!isTogether)
        isTogether = served.step();
    return *isTogether;
}

} // namespace scorefield::app
