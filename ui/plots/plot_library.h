// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// QCustomPlot's header is written with Qt's short keywords, which this project switches off: here
// they exist for that header alone.
#include <QtPrintSupport/QtPrintSupport>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach(variable, container) for (variable : container) // NOLINT: the library's own word
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
