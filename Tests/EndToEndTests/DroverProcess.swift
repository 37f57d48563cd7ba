import Foundation

/// One run of the built program, as a person would start it, with a folder of its own to live in.
struct DroverProcess {
    /// What the program left behind.
    struct Result {
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
    static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Makes a folder that is removed by ``remove()``.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("drover-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Removes the folder with all that runs left in it.
    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Starts the program and waits for its end.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Result {
        let running = try start(arguments, environment: environment)
        return await running.ended()
    }

    /// Starts the program and leaves it running.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
        try Running(self, arguments, environment)
    }

    /// A program that runs.
    final class Running: @unchecked Sendable {
        // Sendable: set up in `init`; Process may be signalled from anywhere, and files are read after its end.
        private let process = Process()
        private let output: URL
        private let error: URL
        private let exited: AsyncStream<Void>

        fileprivate init(_ owner: DroverProcess, _ arguments: [String], _ environment: [String: String]) throws {
            let stem = UUID().uuidString
            output = owner.folder.appendingPathComponent("\(stem).out")
            error = owner.folder.appendingPathComponent("\(stem).err")
            for file in [output, error] { try Data().write(to: file) }
            process.executableURL = DroverProcess.program
            process.arguments = arguments
            process.currentDirectoryURL = owner.folder
            var variables = ["HOME": owner.folder.path, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
            variables.merge(environment) { $1 }
            process.environment = variables
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: error)
            let (exited, continuation) = AsyncStream.makeStream(of: Void.self)
            self.exited = exited
            process.terminationHandler = { _ in continuation.finish() }
            try process.run()
        }

        /// The process's number, for signals.
        var id: pid_t { process.processIdentifier }

        /// Waits for the end.
        func ended() async -> Result {
            for await _ in exited {}
            process.waitUntilExit()
            return Result(exitCode: process.terminationStatus, output: text(of: output), error: text(of: error))
        }

        /// What the program has written to standard output so far.
        var outputSoFar: String { text(of: output) }

        private func text(of file: URL) -> String {
            String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
        }
    }
}
