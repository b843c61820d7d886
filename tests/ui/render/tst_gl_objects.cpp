// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/gl_objects.h"
#include "ui/render/layers.h"
#include "ui/render/offscreen.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace scorefield::render;

class GlObjectsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto context = OffscreenContext::create();
        QVERIFY2(context.ok(), context.ok() ? "" : context.error().sentence().c_str());
        m_context = std::move(*context);
    }

    void everyShaderCompiles_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto& file : QDir(QStringLiteral(":/shaders")).entryList({"*.vert", "*.frag"}))
            QTest::newRow(qPrintable(file)) << file;
    }

    void everyShaderCompiles()
    {
        QFETCH(QString, file);
        for (const char* define : {"", "DIRECT", "DISCS_ONLY", "COARSE"}) {
            const QByteArray source = shaderSource(file, define);
            const GLuint shader = glCreateShader(
                file.endsWith(QLatin1String(".vert")) ? GL_VERTEX_SHADER : GL_FRAGMENT_SHADER);
            const char* text = source.constData();
            glShaderSource(shader, 1, &text, nullptr);
            glCompileShader(shader);
            GLint ok = 0;
            glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
            char log[1000] = "";
            glGetShaderInfoLog(shader, sizeof log, nullptr, log);
            glDeleteShader(shader);
            QVERIFY2(ok != 0, log);
        }
    }

    void allProgramsLink()
    {
        const auto programs = ProgramSet::create();
        QVERIFY2(programs.ok(), programs.ok() ? "" : programs.error().sentence().c_str());
    }

    void everyShaderIsListed()
    {
        QFile readme(QStringLiteral(SCOREFIELD_SOURCE_DIR "/shaders/README.md"));
        QVERIFY(readme.open(QIODevice::ReadOnly));
        const QByteArray text = readme.readAll();
        const auto files = QDir(QStringLiteral(":/shaders")).entryList();
        QVERIFY(files.size() > 5);
        for (const auto& file : files)
            QVERIFY2(text.contains('`' + file.toUtf8() + '`'), qPrintable(file));
    }

    void everyUniformIsListed()
    {
        QFile readme(QStringLiteral(SCOREFIELD_SOURCE_DIR "/shaders/README.md"));
        QVERIFY(readme.open(QIODevice::ReadOnly));
        const QByteArray text = readme.readAll();
        for (const auto& file :
             QDir(QStringLiteral(":/shaders")).entryList({"*.vert", "*.frag", "*.comp"}))
            for (const QByteArray& line : shaderSource(file).split('\n'))
                if (line.startsWith("uniform ")) {
                    const QByteArray name = line.left(line.indexOf(';')).split(' ').last();
                    QVERIFY2(text.contains('`' + name + '`'), name.constData());
                }
    }

    void missingShaderIsNamed()
    {
        const auto program =
            Program::create(QStringLiteral("fullscreen.vert"), QStringLiteral("nothing.frag"));
        QVERIFY(!program.ok());
        QCOMPARE(program.error().path, std::string("shaders/nothing.frag"));
    }

private:
    std::unique_ptr<OffscreenContext> m_context;
};

QTEST_MAIN(GlObjectsTest)
#include "tst_gl_objects.moc"
