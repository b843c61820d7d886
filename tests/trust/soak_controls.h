// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What of the window a hand could use at this moment, under names that stay the same from one
// window to the next, and the ledger of what has been used.
#include <QPoint>
#include <QString>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

class QAction;
class QMenu;
class QModelIndex;
class QWidget;

namespace scorefield::ui {

using Random = std::mt19937_64;
/// 0 … count - 1
int below(Random& random, int count);

struct Control {
    QWidget* widget = nullptr;
    std::string name;
};

/// Windows that take input now: the modal one, or all. Popups and Qt's own dialogs are none.
std::vector<QWidget*> openWindows();
/// Their shown and enabled controls, also where a panel must be scrolled to reach them.
std::vector<Control> controlsNow();
/// "mainWindow/leftPanel/addComponent"; numbers are N, so that lanes and rows share a name.
std::string controlName(const QWidget& widget);
/// "menu/File/open"; entries that files and runs name share one name.
std::string actionName(const QMenu& menu, const QAction& action);
/// "mainWindow/rightPanel/sampler: Heun" for what a choice that was opened by `opener` offers.
std::string rowName(const std::string& opener, const QModelIndex& row);

/// Where on the control, in pixels of its window, a press would reach it; panels are scrolled.
/// Nothing if other things cover it.
std::optional<QPoint> placeOn(QWidget& control, Random& random);

class Ledger {
public:
    struct Entry {
        int seen = 0, used = 0; ///< moments at which it could be used, and uses
        int openings = 0;       ///< uses that led to something never used
    };
    void see(const std::string& name) { ++m_entries[name].seen; }
    void use(const std::string& name) { ++m_entries[name].used; }
    /// It led to something that was never used: not worn by that use, it will soon be used again.
    void keepFresh(const std::string& name) { ++m_entries[name].openings; }
    int uses(const std::string& name) const;
    /// The position of a name that is worn least, among those of the least used, one at random
    /// among equals: what was never used comes before what leads to such.
    std::size_t leastUsed(const std::vector<std::string>& names, Random& random) const;

    int seenCount() const { return static_cast<int>(m_entries.size()); }
    int usedCount() const;
    int useCount() const;
    /// What was there at `moments` moments or more and was never used.
    std::vector<std::string> unused(int moments) const;

private:
    /// The uses that led to nothing new, and all.
    std::pair<int, int> wear(const std::string& name) const;

    std::map<std::string, Entry> m_entries;
};

} // namespace scorefield::ui
