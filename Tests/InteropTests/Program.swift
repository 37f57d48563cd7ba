import Dispatch
import DroverTesting
import Foundation
import Glibc

/// What a program left behind.
struct ProgramResult {
    let exitCode: Int32
    let output: String
    let error: String

    /// Both streams, for messages.
    var text: String { "exit \(exitCode)\n\(output)\(error)" }
}

/// Runs a program to its end and hands out what it wrote; after the limit it is killed.
///
/// What it writes goes to files and not to pipes: adb leaves servers behind that would keep a pipe open.
func run(
    _ program: String,
    _ arguments: [String],
    environment: [String: String],
    limit: Double = 60
) async throws -> ProgramResult {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let paths = (output: try folder.file("out", ""), error: try folder.file("err", ""))
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: paths.output))
    let error = try FileHandle(forWritingTo: URL(fileURLWithPath: paths.error))
    let id = try spawn(
        [program] + arguments, environment, output: output.fileDescriptor, error: error.fileDescriptor)
    let guardian = DispatchSource.makeTimerSource(queue: .global())
    guardian.setEventHandler { kill(id, SIGKILL) }
    guardian.schedule(deadline: .now() + limit)
    guardian.activate()
    let exitCode = await exitCode(of: id)
    guardian.cancel()
    return ProgramResult(
        exitCode: exitCode,
        output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: paths.output)), as: UTF8.self),
        error: String(decoding: try Data(contentsOf: URL(fileURLWithPath: paths.error)), as: UTF8.self)
    )
}

/// A program that serves for as long as it is held: it announces itself in one line and ends with its standard input.
struct Companion {
    /// The words of the line with which it announced itself.
    let announcement: [String]
    private let id: pid_t
    private let lifeline: CInt
    private static let starting = NSLock()

    /// The program said nothing, or something else than was expected.
    struct DidNotStart: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts the program and waits for its announcement.
    init(_ program: String, _ arguments: [String] = [], environment: [String: String]) async throws {
        let (id, lifeline, output) = try Self.start([program] + arguments, environment)
        self.id = id
        self.lifeline = lifeline
        for await line in output.lines {
            announcement = line.split(separator: " ").map(String.init)
            return
        }
        close(lifeline)
        _ = await exitCode(of: id)
        throw DidNotStart(description: "\(program) ended without a word")
    }

    /// One at a time, since a pipe is not closed on exec from its first moment on.
    private static func start(_ words: [String], _ environment: [String: String]) throws -> (pid_t, CInt, LinePipe) {
        starting.lock()
        defer { starting.unlock() }
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw DidNotStart(description: "no descriptor is left for a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let output = LinePipe()
        defer {
            close(ends[0])
            output.closeWriter()
        }
        do {
            return (
                try spawn(words, environment, input: ends[0], output: output.writer, error: STDERR_FILENO), ends[1],
                output
            )
        } catch {
            close(ends[1])
            throw error
        }
    }

    /// Lets the program end.
    func stop() {
        close(lifeline)
        reap(id)
    }
}
