import DroverTesting
import Farm
import PlaybookLanguage
import SourceText
import Testing

/// One case of `fixtures/steps/KIND/`: the phone or server before, the step, and for every round what is expected of it.
struct StepCase: Sendable, CustomTestStringConvertible {
    /// What is expected of one round: `need`, and `perform` when it is due.
    struct Round: Sendable {
        let need: String
        let reason: String?
        let verdict: String?
        let code: String?
        let says: String?
        let advice: String?
        /// Words of the error that is thrown in place of an outcome.
        let throwsWords: String?
        let requests: [String]?
        let outputs: [String: String]
        /// The test cases that are told of: `com.x.LoginTest#logsIn passed, flaky: words`.
        let cases: [String]?
        /// Files of the run's folder and what they hold.
        let keeps: [String: String]
    }

    let name: String
    let step: String
    let script: ScriptedPhone.Script
    /// The server that the step is for; nil for a phone.
    let server: ScriptedServer.Script?
    let features: String
    let payloads: ScriptedPayloads
    let rounds: [Round]

    var testDescription: String { name }

    /// All cases of a kind.
    static func all(of kind: String) -> [StepCase] {
        let folder = RepositoryFile.path("fixtures/steps/\(kind)")
        return RepositoryFile.names(in: folder).filter { $0.hasSuffix(".yml") }.map { file in
            let text = RepositoryFile.text(at: "\(folder)/\(file)") ?? ""
            return StepCase(name: "\(kind)/\(file)", text: text)
        }
    }

    /// Reads a case; what cannot be read makes a case that fails with the reason.
    init(name: String, text: String) {
        self.name = name
        var diagnostics = Diagnostics()
        let root = Document.read(SourceFile(name: name, text: text), &diagnostics)?.root
        var script = ScriptedPhone.Script()
        var payloads = ScriptedPayloads()
        step = root?["step"]?.text ?? "unreadable: \(diagnostics.sorted)"
        Self.fill(&script, from: root?["phone"])
        Self.fill(&payloads, from: root)
        self.script = script
        server = root?["server"].map(Self.server)
        features = root?["phone"]?["features"]?.text ?? "shell_v2,cmd,stat_v2"
        self.payloads = payloads
        rounds = (root?["rounds"]?.sequence ?? []).map(Self.round)
    }

    private static func round(_ node: Node) -> Round {
        var outputs: [String: String] = [:]
        for entry in node["outputs"]?.mapping ?? [] { outputs[entry.name] = entry.value.text }
        var keeps: [String: String] = [:]
        for entry in node["keeps"]?.mapping ?? [] { keeps[entry.name] = entry.value.text }
        return Round(
            need: node["need"]?.text ?? "missing", reason: node["reason"]?.text, verdict: node["verdict"]?.text,
            code: node["code"]?.text, says: node["says"]?.text, advice: node["advice"]?.text,
            throwsWords: node["throws"]?.text,
            requests: node["requests"]?.sequence?.compactMap(\.text), outputs: outputs,
            cases: node["cases"]?.sequence?.compactMap(\.text), keeps: keeps)
    }

    private static func fill(_ script: inout ScriptedPhone.Script, from node: Node?) {
        for entry in node?["answers"]?.mapping ?? [] { script.answers[entry.name] = answers(entry.value) }
        for entry in node?["after-install"]?.mapping ?? [] {
            script.answersAfterInstall[entry.name] = answers(entry.value)
        }
        for entry in node?["files"]?.mapping ?? [] { script.files[entry.name] = status(entry.value) }
        for entry in node?["folders"]?.mapping ?? [] {
            script.folders[entry.name] = (entry.value.sequence ?? []).map { node in
                // `NAME`, or a mapping of it to what `files` takes.
                if let file = node.mapping?.first { return RemoteEntry(name: file.name, file: status(file.value)) }
                let file = RemoteFile(kind: .file, mode: 0o644, size: 1, modified: 1)
                return RemoteEntry(name: node.text ?? "", file: file)
            }
        }
        for entry in node?["contents"]?.mapping ?? [] {
            script.contents[entry.name] = bytes(entry.value.text ?? "")
        }
        for entry in node?["refuses"]?.mapping ?? [] { script.pushRefusals[entry.name] = entry.value.text }
        script.cuts = Set((node?["cuts"]?.sequence ?? []).compactMap(\.text))
        if let text = node?["log"]?.text { script.log = [Array(text.utf8)] }
        script.logExit = node?["log-exit"]?.text.flatMap { Int($0) }
        script.cutsPushedFiles = node?["cuts-files"]?.text == "true"
        if let replies = node?["install"]?.sequence { script.installReplies = replies.map(reply) }
        if let replies = node?["uninstall"]?.sequence { script.uninstallReplies = replies.map(reply) }
    }

    /// A text is an answer with exit code 0; several in a list are given one after the other.
    private static func answers(_ node: Node) -> [CommandResult] {
        (node.sequence ?? [node]).map { node in
            guard node.mapping != nil else { return ScriptedPhone.Script.result(node.text ?? "") }
            if let text = node["bytes"]?.text {
                return CommandResult(exit: 0, exitSource: .protocolPacket, output: bytes(text), error: [])
            }
            return ScriptedPhone.Script.result(
                node["output"]?.text ?? "", exit: node["exit"]?.text.flatMap { Int($0) } ?? 0,
                error: node["error"]?.text ?? "")
        }
    }

    /// Bytes from pairs of hexadecimal digits; any other text stands for its own bytes.
    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return Array(text.utf8) }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }

    /// `folder`, `file SIZE TIME`, `link SIZE TIME` or `other`.
    private static func status(_ node: Node) -> RemoteFile {
        let words = (node.text ?? "").split(separator: " ")
        let kind = words.first.flatMap { RemoteFile.Kind(rawValue: String($0)) } ?? .other
        return RemoteFile(
            kind: kind, mode: 0o644, size: words.count > 1 ? UInt64(words[1]) ?? 0 : 0,
            modified: words.count > 2 ? Int64(words[2]) ?? 0 : 0)
    }

    /// `Success`, `unknown TEXT`, or `CODE: TEXT`.
    private static func reply(_ node: Node) -> PackageReply {
        let text = node.text ?? ""
        if text == "Success" { return .success(warnings: nil) }
        if text.hasPrefix("unknown") { return .unknown(text: String(text.dropFirst(8))) }
        let code = text.split(separator: ":").first.map(String.init)
        return .refused(code: code, text: "Failure [\(text)]")
    }

    private static func fill(_ payloads: inout ScriptedPayloads, from root: Node?) {
        for entry in root?["apps"]?.mapping ?? [] {
            let node = entry.value
            let version = node["version"]?.text.flatMap { Int64($0) } ?? 2
            try? payloads.addApp(
                entry.name, version: version, name: node["name"]?.text ?? "\(version).0",
                sum: node["sum"]?.text?.first ?? "b", signer: node["signer"]?.text ?? "key-a",
                size: node["size"]?.text.flatMap { Int($0) } ?? 1000)
        }
        for entry in root?["local-files"]?.mapping ?? [] {
            if let files = entry.value.mapping {
                let texts = files.map { ($0.name, $0.value.text ?? "") }
                payloads.addFolder(entry.name, Dictionary(texts) { $1 })
            } else {
                payloads.addFile(entry.name, text: entry.value.text ?? "")
            }
        }
    }
}
