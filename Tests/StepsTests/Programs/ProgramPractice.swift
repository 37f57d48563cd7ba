import DroverTesting
import Farm
import Foundation
import Lanes

@testable import Steps

/// A shell with its programs.
enum PracticeShell: String, CaseIterable, Sendable {
    /// This machine's own.
    case machine
    /// mksh and toybox, which phones have.
    case phone

    /// Those that are installed.
    static let all = allCases.filter {
        $0 == .machine || ["/usr/bin/toybox", "/usr/bin/mksh"].allSatisfy(FileManager.default.isExecutableFile)
    }

    var path: String { self == .machine ? "/bin/sh" : "/usr/bin/mksh" }

    /// Where it finds its programs; they are linked into a folder.
    func programs(in folder: ScratchFolder) async throws -> String {
        guard self == .phone else { return "/usr/bin:/bin" }
        try folder.folder("bin")
        let line =
            "for t in $(/usr/bin/toybox); do ln -s /usr/bin/toybox \(folder.path)/bin/$t; done; "
            + "ln -s /usr/bin/mksh \(folder.path)/bin/sh"
        let process = try spawn(
            ["/bin/sh", "-c", line], ["PATH": "/usr/bin:/bin"], output: STDERR_FILENO, error: STDERR_FILENO)
        _ = await exitCode(of: process)
        return "\(folder.path)/bin"
    }
}

/// A program and what drover runs it by, with this machine's shell and processes for a phone's.
final class ProgramPractice: Sendable {
    let folder: ScratchFolder
    let order: ProgramOrder
    private let shell: PracticeShell
    private let programs: String

    /// - Parameter program: A script; `OUT` in it is a file of its own.
    init(
        _ program: String, by shell: PracticeShell = .machine, words: [String] = [], environment: String = "",
        ready: String? = nil,
        grace: Duration = .seconds(5)
    ) async throws {
        let folder = try ScratchFolder()
        self.shell = shell
        programs = try await shell.programs(in: folder)
        let text = program.replacing("OUT", with: "\(folder.path)/out")
        let entry = FilesPayload.Entry(
            path: "tap", content: .bytes(SharedBytes(Array(text.utf8))), mode: 0o755, modified: 1)
        let files = FilesPayload(isFolder: false, entries: [entry], source: "tools/tap")
        var order = ProgramOrder(
            file: try ProgramFile(files), files: files, words: words, environment: environment, ready: ready,
            readyWithin: .seconds(5), length: nil, grace: grace)
        order.root = "\(folder.path)/media"
        self.folder = folder
        self.order = order
        try folder.addProgram(text, at: String(order.path.dropFirst(folder.path.count + 1)))
    }

    /// Writes the script that looks after the program to where it belongs.
    func place(_ control: ProgramControl) throws {
        try folder.addProgram(control.text, at: String(control.path.dropFirst(folder.path.count + 1)))
    }

    /// Runs a line to its end, as a service does.
    func run(_ line: String) async throws -> String {
        let file = "\(folder.path)/answer-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        let process = try spawn(
            [shell.path, "-c", line], ["PATH": programs], output: handle.fileDescriptor,
            error: handle.fileDescriptor)
        try handle.close()
        _ = await exitCode(of: process)
        return RepositoryFile.text(at: file) ?? ""
    }

    /// What a verb of the script tells.
    func report(_ verb: ProgramControl.Verb, _ control: ProgramControl) async throws -> (ProgramReport?, String) {
        let text = try await run(control.line(verb))
        return (ProgramReport(reading: text), text)
    }

    /// What the program has written to `OUT`.
    var out: String? { RepositoryFile.text(at: "\(folder.path)/out") }

    /// The processes that have the practice's folder in their command line.
    func processes() async throws -> String {
        let name = folder.path.suffix(12)
        let split = "[\(name.first ?? "x")]\(name.dropFirst())"
        return try await run("grep -lsa '\(split)' /proc/[0-9]*/cmdline")
    }
}
