// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// QCustomPlot's header is written with Qt's short keywords. Where they are switched off, they exist
// for that header alone.
#include <QtPrintSupport/QtPrintSupport>

#ifdef QT_NO_KEYWORDS
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
#else
#include <qcustomplot.h>
#endif
