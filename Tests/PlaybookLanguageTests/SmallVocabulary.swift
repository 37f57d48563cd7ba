import Farm
import PlaybookLanguage
import SourceText

/// A few step kinds, enough to read every shape of argument.
struct SmallVocabulary: StepVocabulary {
    struct Shell: Sendable { let line: ShellTemplate }
    struct Install: Sendable {
        let app: LocalSource
        let grant: Argument<String>?
        let force: Argument<Bool>
        let user: Argument<Int>?
    }
    struct Push: Sendable {
        let from: LocalSource
        let to: Argument<RemotePath>
        let limit: Argument<ByteCount>?
    }
    struct Wait: Sendable {
        let time: Argument<Duration>?
        let log: Argument<Pattern>?
    }
    struct Package: Sendable { let names: Argument<[String]> }

    struct Preflight: Sendable { let freeSpace: Argument<ByteCount>? }

    let keywords = ["install", "push", "reboot", "shell", "switch", "uninstall", "wait"]

    func read(_ keyword: String, _ arguments: inout StepArguments) -> (any Sendable)? {
        switch keyword {
        case "shell": Shell(line: arguments.shellLine("command", bare: true))
        case "install":
            Install(
                app: arguments.source("app", bare: true, takesPacked: false),
                grant: arguments.optionalChoice("grant", of: ["all", "none"]),
                force: arguments.flag("force"), user: arguments.optionalInteger("user", in: 0...999))
        case "push":
            Push(
                from: arguments.source("from"), to: arguments.remotePath("to"), limit: arguments.optionalSize("limit"))
        case "wait":
            Wait(
                time: arguments.optionalDuration("for", bare: true),
                log: arguments.group("until") { $0.value("log", .pattern) })
        case "uninstall": Package(names: arguments.list("package", bare: true))
        case "reboot": Package(names: Argument([]))
        case "switch": Package(names: arguments.list("state", bare: true))
        default: nil
        }
    }

    func targets(of keyword: String) -> Set<TargetKind> { keyword == "switch" ? [.servers] : [.phones] }

    func isDelivery(_ keyword: String) -> Bool { ["install", "push", "uninstall"].contains(keyword) }

    func readPreflight(_ arguments: inout StepArguments) -> (any Sendable)? {
        Preflight(freeSpace: arguments.optionalSize("free-space"))
    }

    func outputs(of keyword: String) -> [String: ValueType] {
        keyword == "install" ? ["version": .text, "bytes": .integer] : [:]
    }
}

/// Reads a playbook from a text, with everything that was found wrong, as it is printed.
///
/// - Parameter files: The texts that can be included, by path.
func readPlaybook(
    _ text: String, variables: Set<String> = [], files: [String: String] = [:]
) -> (playbook: Playbook?, complaints: String) {
    var diagnostics = Diagnostics()
    let reader = PlaybookReader(vocabulary: SmallVocabulary(), externalVariables: variables) { path, _ in
        guard let text = files[path] else { throw IncludeError("there is no such file") }
        return SourceFile(name: path, text: text)
    }
    let playbook = reader.read(SourceFile(name: "test.yml", text: text), &diagnostics)
    return (playbook, DiagnosticPrinter().text(of: diagnostics))
}

extension StepEntry {
    /// The tags of the step or block.
    var tags: Set<String> {
        switch self {
        case .step(let step): step.tags
        case .block(let block): block.tags
        }
    }
}
