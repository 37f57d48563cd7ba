import Foundation
import Glibc

/// What a program left behind.
public struct ProgramAnswer: Sendable {
    /// Its exit code, or the number of the signal that ended it.
    public let exitCode: CInt
    /// What it wrote to its output.
    public let output: String
    /// What it wrote to its standard error.
    public let error: String

    /// Everything, for messages.
    public var text: String { "exit \(exitCode)\n\(output)\(error)" }
}

/// A program that did not do what a test needs.
public struct ProgramFailed: Error, CustomStringConvertible {
    /// The program and what it said.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Runs a program to its end and gives what it wrote.
///
/// - Parameters:
///   - words: The program's path and its arguments.
///   - variables: Its whole environment, beside `PATH` and `LC_ALL`.
/// - Throws: `POSIXError` when it cannot be started.
public func runToEnd(_ words: [String], _ variables: [String: String] = [:]) async throws -> ProgramAnswer {
    let output = LinePipe()
    let error = LinePipe()
    let standard = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
    let id: pid_t
    do {
        defer {
            output.closeWriter()
            error.closeWriter()
        }
        id = try spawn(words, standard.merging(variables) { $1 }, output: output.writer, error: error.writer)
    }
    let code = await exitCode(of: id)
    return ProgramAnswer(exitCode: code, output: await output.whole(), error: await error.whole())
}

/// Runs a program that must succeed and gives its output.
///
/// - Throws: ``ProgramFailed`` with what it said.
@discardableResult
public func mustRun(_ words: [String], _ variables: [String: String] = [:]) async throws -> String {
    let answer = try await runToEnd(words, variables)
    guard answer.exitCode == 0 else { throw ProgramFailed("\(words.joined(separator: " ")): \(answer.text)") }
    return answer.output
}
