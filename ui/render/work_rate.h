// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much work fits into a part of a frame, learned from how long earlier work took: by the GPU's
// own clock, which is read without waiting for it, and by the caller's, since some drivers work at
// once. Software renderers that draw later stamp only the last part of a picture: there the work is
// awaited. Never include this where Qt's OpenGL headers are.
#include "ui/render/gl_objects.h"

#include <QElapsedTimer>

#include <array>

namespace scorefield::render {

inline void deleteQuery(GLuint name)
{
    glDeleteQueries(1, &name);
}

class WorkRate {
public:
    /// `perMillisecond`: a first guess, rather too small.
    explicit WorkRate(double perMillisecond);
    double allowance(double milliseconds) const { return m_perMillisecond * milliseconds; }
    /// Around the commands of some work.
    void begin();
    void end(double work);
    /// The same, with all work before it and the work itself done: for renderers whose stamps lie.
    void beginAwaited();
    void endAwaited(double work);

private:
    void readClock();
    void learn(double work, double milliseconds);

    std::array<GlName<deleteQuery>, 2> m_stamps;
    QElapsedTimer m_clock;
    double m_perMillisecond;
    double m_work = 0, m_called = 0; ///< of the commands whose stamps are awaited; milliseconds
    bool m_isAwaited = false;        ///< the GPU has not come to the second stamp
    bool m_isStamped = false;        ///< the commands now being given are
};

} // namespace scorefield::render
