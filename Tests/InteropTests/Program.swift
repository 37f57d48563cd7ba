import Dispatch
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
func run(
    _ program: String,
    _ arguments: [String],
    environment: [String: String],
    limit: Double = 60
) async throws -> ProgramResult {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let output = try folder.file("out", "")
    let error = try folder.file("err", "")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: error))
    let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
    process.terminationHandler = { _ in continuation.finish() }
    try process.run()
    let id = process.processIdentifier
    let guardian = DispatchSource.makeTimerSource(queue: .global())
    guardian.setEventHandler { kill(id, SIGKILL) }
    guardian.schedule(deadline: .now() + limit)
    guardian.activate()
    for await _ in ended {}
    guardian.cancel()
    process.waitUntilExit()
    return ProgramResult(
        exitCode: process.terminationStatus,
        output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self),
        error: String(decoding: try Data(contentsOf: URL(fileURLWithPath: error)), as: UTF8.self)
    )
}

/// A program that serves for as long as it is held: it announces itself in one line and ends with its standard input.
///
/// Sendable: everything is set in `init`; the pipe is closed once.
final class Companion: @unchecked Sendable {
    /// The words of the line with which it announced itself.
    let announcement: [String]
    private let process = Process()
    private let lifeline = Pipe()

    /// The program said nothing, or something else than was expected.
    struct DidNotStart: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts the program and waits for its announcement.
    init(_ program: String, _ arguments: [String] = [], environment: [String: String]) async throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = lifeline
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let line = await firstLine(of: output.fileHandleForReading)
        guard let line else { throw DidNotStart(description: "\(program) ended without a word") }
        announcement = line.split(separator: " ").map(String.init)
    }

    /// Lets the program end.
    func stop() {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// Waits for a line on a thread that may block; nil when the writer ended without one.
private func firstLine(of handle: FileHandle) async -> String? {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while read(handle.fileDescriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
            continuation.resume(returning: line.isEmpty ? nil : String(decoding: line, as: UTF8.self))
        }
    }
}
