import DroverTesting
import Foundation

/// One run of the built program, as a person would start it, with a folder of its own to live in.
struct DroverProcess {
    /// What the program left behind.
    struct Result: Sendable {
        /// The exit code, or the number of the signal that ended it.
        let exitCode: Int32
        let output: String
        let error: String
    }

    /// Where the program runs, keeps its runs and looks for its home.
    let folder: URL

    /// The program beside the test bundle.
    static let program: URL = {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("drover")
    }()

    /// The project's own folder, for playbooks and fixtures.
    static let project = URL(fileURLWithPath: RepositoryFile.root)

    /// Makes a folder that is removed by ``remove()``.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("drover-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Removes the folder with all that runs left in it.
    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Starts the program and waits for its end.
    ///
    /// - Parameter openFiles: How many files it may have open; nil for as many as the test.
    func run(
        _ arguments: [String], environment: [String: String] = [:], openFiles: Int? = nil
    ) async throws -> Result {
        let running = try Running(self, arguments, environment, openFiles: openFiles)
        return await running.ended()
    }

    /// Starts the program and leaves it running.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
        try Running(self, arguments, environment)
    }

    /// Starts the program with a terminal of 80 columns as its standard error, and leaves it running.
    func startOnTerminal(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
        let variables = environment.merging(["TERM": "xterm"]) { own, _ in own }
        return try Running(self, arguments, variables, error: .terminal())
    }

    /// A program that runs.
    ///
    /// Not Foundation's `Process`: its own descriptors go to programs that are started at the same time, so that a program
    /// that lives on hides the end of others.
    final class Running: Sendable {
        private static let starting = NSLock()
        private let id: pid_t
        private let output: LinePipe
        private let error: LinePipe

        fileprivate init(
            _ owner: DroverProcess, _ arguments: [String], _ environment: [String: String], openFiles: Int? = nil,
            error: LinePipe? = nil
        ) throws {
            var variables = [
                "HOME": owner.folder.path, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
                "DROVER_LEASES": owner.folder.appendingPathComponent("leases").path,
            ]
            variables.merge(environment) { $1 }
            // One at a time, since a pipe is not closed on exec from its first moment on.
            Self.starting.lock()
            defer { Self.starting.unlock() }
            output = LinePipe()
            self.error = error ?? LinePipe()
            // `env -C` sets the folder, and then becomes the program.
            let limit = openFiles.map { ["/usr/bin/prlimit", "--nofile=\($0)"] } ?? []
            id = try spawn(
                limit + ["/usr/bin/env", "-C", owner.folder.path, DroverProcess.program.path] + arguments, variables,
                output: output.writer, error: self.error.writer)
            for pipe in [output, self.error] { pipe.closeWriter() }
        }

        /// Sends a signal.
        func signal(_ number: Int32) { kill(id, number) }

        /// Waits until a line on standard error contains a text; false when the program ended without one.
        func says(_ text: String) async -> Bool {
            for await line in error.lines where line.contains(text) { return true }
            return false
        }

        /// Waits for so many lines on standard error; false when the program ended before.
        func says(lines count: Int) async -> Bool {
            guard count > 0 else { return true }
            var left = count
            for await _ in error.lines {
                left -= 1
                if left == 0 { return true }
            }
            return false
        }

        /// Waits until a line on standard output contains a text, and tells all lines up to it.
        func prints(_ text: String) async -> [String] {
            var lines: [String] = []
            for await line in output.lines {
                lines.append(line)
                if line.contains(text) { break }
            }
            return lines
        }

        /// Waits for the end.
        func ended() async -> Result {
            // Who has no output any more is ending; there is nothing to wait for then.
            let (output, error) = (await output.whole(), await error.whole())
            return Result(exitCode: await exitCode(of: id), output: output, error: error)
        }
    }
}
