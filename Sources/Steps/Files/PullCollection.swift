import Farm
import Journal
import Lanes
import Secrets

/// Everything that one pull brings to this machine.
struct PullCollection {
    /// Deeper folders than this are a phone's joke.
    static let deepest = 64
    /// More entries than this are one as well.
    static let mostEntries = 1_000_000

    let operation: String
    let phone: any ConnectedPhone
    let progress: ProgressMeter
    /// What names pass on their way to this machine.
    private let redactor: Redactor
    private(set) var files = 0
    private(set) var bytes: UInt64 = 0
    /// Links that lead nowhere, devices, and names that no folder here can hold.
    private(set) var passedOver = 0

    init(operation: String, phone: any ConnectedPhone, progress: ProgressMeter, redactor: Redactor = Redactor()) {
        self.operation = operation
        self.phone = phone
        self.progress = progress
        self.redactor = redactor
    }

    /// Brings a file or a folder; the failure says what could not be had.
    mutating func collect(_ source: RemotePath, into place: ContainedPath) async throws -> StepFailure? {
        guard let status = try await phone.status(of: [source]).first ?? nil else {
            return StepFailure(
                code: "no-such-file", operation: operation, reason: "there is no \(source.path) on the phone")
        }
        switch status.kind {
        case .folder:
            return try await folder(source, into: place)
        case .file:
            return try await file(source, into: place)
        case .link:
            let entries = try await phone.list(source)
            return entries.isEmpty ? try await file(source, into: place) : try await folder(source, into: place)
        case .other:
            return StepFailure(
                code: "no-file", operation: operation, reason: "\(source.path) is neither a file nor a folder")
        }
    }

    private mutating func folder(_ top: RemotePath, into place: ContainedPath) async throws -> StepFailure? {
        try PulledFile.makeFolders(down: place)
        var waiting: [(RemotePath, ContainedPath, Int)] = [(top, place, 0)]
        var seen = 0
        while let (source, target, depth) = waiting.popLast() {
            for entry in try await phone.list(source).sorted(by: { $0.name < $1.name }) {
                seen += 1
                guard seen <= Self.mostEntries, depth < Self.deepest else {
                    return StepFailure(
                        code: "too-large", operation: operation,
                        reason:
                            "the folder has more than \(Self.mostEntries) entries, or more than \(Self.deepest) levels")
                }
                // A name that would leave the folder, or that this machine cannot hold, stays on the phone.
                guard let path = try? source.appending(entry.name),
                    let local = try? target.appending(redactor.redacting(entry.name)),
                    local.components.count == target.components.count + 1
                else {
                    passedOver += 1
                    continue
                }
                switch entry.file.kind {
                case .folder:
                    try PulledFile.makeFolders(down: local)
                    waiting.append((path, local, depth + 1))
                case .file:
                    if let failure = try await file(path, into: local) { return failure }
                case .link:
                    if try await file(path, into: local) != nil { passedOver += 1 }
                case .other:
                    passedOver += 1
                }
            }
        }
        return nil
    }

    private mutating func file(_ source: RemotePath, into place: ContainedPath) async throws -> StepFailure? {
        let sink = try PulledFile(at: place)
        do {
            switch try await phone.pull(source, into: sink, progress: progress) {
            case .pulled(let count):
                try sink.keep()
                files += 1
                bytes += count
                return nil
            case .refused(let reason):
                sink.drop()
                return StepFailure(
                    code: "refused", operation: operation, reason: "\(source.path): \(PhoneWords(reason).firstLine)")
            }
        } catch {
            sink.drop()
            throw error
        }
    }
}
