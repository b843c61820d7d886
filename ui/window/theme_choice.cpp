// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/theme_choice.h"

#include <QGuiApplication>
#include <QPalette>
#include <QSettings>

namespace scorefield::ui {

namespace {

const QString kKey = QStringLiteral("window/theme");
bool g_systemIsDark = false; // written once at start, on the UI thread

} // namespace

ThemeChoice storedThemeChoice()
{
    const QString stored = QSettings().value(kKey).toString();
    if (stored == QLatin1String("light"))
        return ThemeChoice::Light;
    return stored == QLatin1String("dark") ? ThemeChoice::Dark : ThemeChoice::System;
}

void storeThemeChoice(ThemeChoice choice)
{
    const QLatin1String text(choice == ThemeChoice::Light  ? "light"
                             : choice == ThemeChoice::Dark ? "dark"
                                                           : "system");
    QSettings().setValue(kKey, text);
}

void rememberSystemTheme()
{
    // Qt 6.4 has no colour scheme property; a desktop's theme is dark where its window is darker
    // than its text.
    const QPalette palette = QGuiApplication::palette();
    g_systemIsDark = palette.color(QPalette::Window).lightness()
                     < palette.color(QPalette::WindowText).lightness();
}

render::Theme themeFor(ThemeChoice choice)
{
    const bool dark =
        choice == ThemeChoice::Dark || (choice == ThemeChoice::System && g_systemIsDark);
    return dark ? render::Theme::darkTheme() : render::Theme::lightTheme();
}

} // namespace scorefield::ui
