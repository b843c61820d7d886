// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Somebody who tries everything: one random action after another on whatever takes input, what was
// used least first. Acts from a timer, so that menus and dialogs that wait for an answer get one.
#include "tests/trust/soak_controls.h"
#include "tests/trust/supervisor.h"
#include "ui/window/main_window.h"

#include <QDir>
#include <QTimer>

#include <memory>
#include <vector>

class QFileDialog;

namespace scorefield::ui {

class SoakUser : public QObject {
public:
    /// Files are opened from and saved in the folder.
    SoakUser(std::uint64_t seed, const QString& folder, test::Journal& journal);
    ~SoakUser() override;

    /// Begins to act; until stop().
    void start();
    /// Closes menus and dialogs and comes to where every measurement is made: the default session
    /// at rest in a window of one size. False: it does not come there.
    bool rest();
    /// Whether an answer is still waited for; rest() is not possible then.
    bool isAmidst() const;
    /// No new actions, only ends of menus and dialogs.
    void finish() { m_isFinishing = true; }
    void resume() { m_isFinishing = false; }

    const Ledger& ledger() const { return m_ledger; }
    int actions() const { return m_actions; }
    int windows() const { return m_windows; }

private:
    void tick();
    void act();
    void openWindow();
    void seeControls(const std::vector<Control>& controls);

    // Whatever must be answered before anything else.
    bool answer();
    void chooseFrom(QMenu& menu);
    void chooseIn(QWidget& popup);
    void answerFileDialog(QFileDialog& dialog);

    // Of the window.
    void useAControl();
    void useMenuBar();
    void useShortcut();
    void useHandle();
    void dropFile();
    void resizeWindow();
    void closeADialog();
    void keepSmall();
    void note(const std::string& what);
    /// Of what a menu or a choice offers: what was used least, and used now.
    std::size_t choose(const std::vector<std::string>& names);

    Random m_random;
    QDir m_folder;
    test::Journal& m_journal;
    std::unique_ptr<MainWindow> m_window;
    Ledger m_ledger;
    std::vector<std::string> m_openers; ///< what the last action went through, the first one first
    QTimer m_timer;
    int m_actions = 0, m_windows = 0;
    int m_loopsOfAct = -1; ///< event loops below the action under way; -1: there is none
    bool m_isFinishing = false;
};

} // namespace scorefield::ui
