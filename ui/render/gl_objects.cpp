// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/gl_objects.h"

#include <QFile>

namespace scorefield::render {
namespace {

Result<GLuint> compile(GLenum stage, const QString& file, const QByteArray& define)
{
    const std::string path = "shaders/" + file.toStdString();
    const QByteArray source = shaderSource(file, define);
    if (source.isEmpty())
        return Error{path, "the shader is not compiled into the program"};
    const GLuint shader = glCreateShader(stage);
    const char* text = source.constData();
    glShaderSource(shader, 1, &text, nullptr);
    glCompileShader(shader);
    GLint ok = 0;
    glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
    if (ok != 0)
        return shader;
    char log[2000] = "";
    glGetShaderInfoLog(shader, sizeof log, nullptr, log);
    glDeleteShader(shader);
    return Error{path, "the shader does not compile: " + std::string(log)};
}

/// Empty if the program links, else the linker's log.
std::string linked(GLuint program)
{
    glLinkProgram(program);
    GLint ok = 0;
    glGetProgramiv(program, GL_LINK_STATUS, &ok);
    if (ok != 0)
        return {};
    char log[2000] = "";
    glGetProgramInfoLog(program, sizeof log, nullptr, log);
    return "the shaders do not link: " + std::string(log);
}

} // namespace

BufferName newBuffer()
{
    GLuint name = 0;
    glGenBuffers(1, &name);
    return BufferName(name);
}

TextureName newTexture()
{
    GLuint name = 0;
    glGenTextures(1, &name);
    return TextureName(name);
}

VertexArrayName newVertexArray()
{
    GLuint name = 0;
    glGenVertexArrays(1, &name);
    return VertexArrayName(name);
}

FramebufferName newFramebuffer()
{
    GLuint name = 0;
    glGenFramebuffers(1, &name);
    return FramebufferName(name);
}

bool takeOutOfMemory()
{
    constexpr GLenum lost = 0x0507; // GL_CONTEXT_LOST of OpenGL 4.5
    constexpr int most = 16;        // without a device some drivers answer with errors for ever
    bool found = false;
    for (int i = 0; i < most; ++i) {
        const GLenum error = glGetError();
        if (error == GL_NO_ERROR)
            break;
        found = found || error == GL_OUT_OF_MEMORY || error == lost;
    }
    return found;
}

void upload(const BufferName& buffer, const void* data, std::size_t bytes)
{
    glBindBuffer(GL_ARRAY_BUFFER, buffer.get());
    glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(bytes), data, GL_DYNAMIC_DRAW);
}

TextureName newBufferTexture(const BufferName& buffer, GLenum format)
{
    auto texture = newTexture();
    glBindTexture(GL_TEXTURE_BUFFER, texture.get());
    glTexBuffer(GL_TEXTURE_BUFFER, format, buffer.get());
    return texture;
}

QByteArray shaderSource(const QString& file, const QByteArray& define)
{
    QFile input(QStringLiteral(":/shaders/") + file);
    if (!input.open(QIODevice::ReadOnly))
        return {};
    QByteArray source;
    while (!input.atEnd()) {
        const QByteArray line = input.readLine();
        if (line.startsWith("#include \""))
            source += shaderSource(QString::fromUtf8(line.mid(10, line.lastIndexOf('"') - 10)));
        else
            source += line;
        if (line.startsWith("#version") && !define.isEmpty())
            source += "#define " + define + "\n";
    }
    return source;
}

Result<Program>
Program::create(const QString& vertex, const QString& fragment, const QByteArray& define)
{
    const auto first = compile(GL_VERTEX_SHADER, vertex, define);
    if (!first)
        return first.error();
    const auto second = compile(GL_FRAGMENT_SHADER, fragment, define);
    if (!second) {
        glDeleteShader(*first);
        return second.error();
    }
    const GLuint name = glCreateProgram();
    glAttachShader(name, *first);
    glAttachShader(name, *second);
    const std::string log = linked(name);
    glDeleteShader(*first);
    glDeleteShader(*second);
    Program program(name);
    if (!log.empty())
        return Error{"shaders/" + vertex.toStdString(), log};
    GLuint binding = 0;
    for (const char* blockName : {"View", "Components"}) {
        const GLuint block = glGetUniformBlockIndex(name, blockName);
        if (block != GL_INVALID_INDEX)
            glUniformBlockBinding(name, block, binding);
        ++binding;
    }
    return program;
}

Result<Program> Program::createCompute(const QString& file)
{
    const auto shader = compile(GL_COMPUTE_SHADER, file, {});
    if (!shader)
        return shader.error();
    const GLuint name = glCreateProgram();
    glAttachShader(name, *shader);
    const std::string log = linked(name);
    glDeleteShader(*shader);
    Program program(name);
    if (!log.empty())
        return Error{"shaders/" + file.toStdString(), log};
    return program;
}

void Program::setRgb(const char* name, const QColor& color) const
{
    glUniform3f(location(name),
                static_cast<float>(color.redF()),
                static_cast<float>(color.greenF()),
                static_cast<float>(color.blueF()));
}

void Program::setRgba(const char* name, const QColor& color, double alpha) const
{
    glUniform4f(location(name),
                static_cast<float>(color.redF()),
                static_cast<float>(color.greenF()),
                static_cast<float>(color.blueF()),
                static_cast<float>(alpha));
}

} // namespace scorefield::render
