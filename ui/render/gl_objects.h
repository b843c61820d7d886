// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OpenGL objects that die with their scope (their context current), and shader programs read from
// the compiled-in files. Never include this where Qt's OpenGL headers are: both declare the
// functions.
#include "core/base/result.h"

#include <QByteArray>
#include <QColor>
#include <QString>

#include <epoxy/gl.h>

#include <cstddef>
#include <span>
#include <utility>

namespace scorefield::render {

/// A name of an OpenGL object; `Delete` frees it.
template <void (*Delete)(GLuint)>
class GlName {
public:
    GlName() = default;
    explicit GlName(GLuint name) : m_name(name) {}
    ~GlName()
    {
        if (m_name != 0)
            Delete(m_name);
    }
    GlName(GlName&& other) noexcept : m_name(std::exchange(other.m_name, 0)) {}
    GlName& operator=(GlName&& other) noexcept
    {
        std::swap(m_name, other.m_name);
        return *this;
    }
    GLuint get() const { return m_name; }

private:
    GLuint m_name = 0;
};

inline void deleteBuffer(GLuint name)
{
    glDeleteBuffers(1, &name);
}
inline void deleteTexture(GLuint name)
{
    glDeleteTextures(1, &name);
}
inline void deleteVertexArray(GLuint name)
{
    glDeleteVertexArrays(1, &name);
}
inline void deleteFramebuffer(GLuint name)
{
    glDeleteFramebuffers(1, &name);
}
inline void deleteProgram(GLuint name)
{
    glDeleteProgram(name);
}

using BufferName = GlName<deleteBuffer>;
using TextureName = GlName<deleteTexture>;
using VertexArrayName = GlName<deleteVertexArray>;
using FramebufferName = GlName<deleteFramebuffer>;

BufferName newBuffer();
TextureName newTexture();
VertexArrayName newVertexArray();
FramebufferName newFramebuffer();

/// Whether OpenGL has lacked memory, or lost its device, since the last call. Forgets all errors.
bool takeOutOfMemory();

/// Replaces a buffer's content (the old storage may still be in use by the previous frame: it is
/// orphaned, not waited for).
void upload(const BufferName& buffer, const void* data, std::size_t bytes);
template <class T>
void upload(const BufferName& buffer, std::span<const T> values)
{
    upload(buffer, values.data(), values.size_bytes());
}
/// A buffer texture over `buffer` in `format`.
TextureName newBufferTexture(const BufferName& buffer, GLenum format);

class Program {
public:
    /// Compiles shaders/<vertex> and shaders/<fragment>; `#include "file"` lines are replaced by
    /// that file. `define` is a macro
    /// set in both. Binds the block View to 0 and Components to 1. Error.path is the file, the
    /// message the compiler's log.
    static Result<Program>
    create(const QString& vertex, const QString& fragment, const QByteArray& define = {});
    /// The same of shaders/<file> alone: a compute shader. The context must offer OpenGL 4.3.
    static Result<Program> createCompute(const QString& file);

    void use() const { glUseProgram(m_name.get()); }
    void set(const char* name, int value) const { glUniform1i(location(name), value); }
    void set(const char* name, unsigned value) const { glUniform1ui(location(name), value); }
    void set(const char* name, float value) const { glUniform1f(location(name), value); }
    void set(const char* name, double value) const { set(name, static_cast<float>(value)); }
    void set(const char* name, float x, float y, float z, float w) const
    {
        glUniform4f(location(name), x, y, z, w);
    }
    void setRgb(const char* name, const QColor& color) const;
    void setRgba(const char* name, const QColor& color, double alpha) const;

private:
    explicit Program(GLuint name) : m_name(name) {}
    GLint location(const char* name) const { return glGetUniformLocation(m_name.get(), name); }
    GlName<deleteProgram> m_name;
};

/// The text of shaders/<file> with its includes and, after the version line, the macro; empty if
/// there is none.
QByteArray shaderSource(const QString& file, const QByteArray& define = {});

} // namespace scorefield::render
