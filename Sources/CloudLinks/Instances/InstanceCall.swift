import CloudPhone
import KooPhone

/// What is asked for on phones that are rented by themselves; those that ask for the same share a request.
enum InstanceCall: Hashable, Sendable {
    /// Installs an app that the phones get by a link; the hash of its content names it.
    case install(InstallFile, sha256: String)
    /// Runs a line, which may be work that takes longer than lines do as a rule.
    case shell(line: String, as: JobKind = .shell)
    /// Restarts phones.
    case restart
    /// Sets phones back to how they came.
    case reset

    /// Whether it starts or ends what a phone does, of which no job tells.
    var isPower: Bool { self == .restart || self == .reset }

    /// How soon and how long jobs are looked at.
    var kind: JobKind {
        switch self {
        case .install: .install
        case .shell(_, let kind): kind
        case .restart, .reset: .power
        }
    }

    /// The call in words, for messages.
    var words: String {
        switch self {
        case .install(let file, _): "install \(file.package)"
        case .shell(let line, let kind): BatchCall.shell(line: line, as: kind).words
        case .restart: "restart"
        case .reset: "reset"
        }
    }

    /// By what a journal knows the call again; a link is another one in each process.
    var mark: String {
        switch self {
        case .install(_, let sha256): BatchCall.mark("install", [sha256])
        case .shell(let line, _): BatchCall.mark("shell", [line])
        case .restart: "restart"
        case .reset: "reset"
        }
    }

    /// The call to the service for some phones.
    func operation(for ids: [String]) -> any StartingOperation {
        switch self {
        case .install(let file, _): InstallAppOperation(file: file, instanceIDs: ids)
        case .shell(let line, _): AsyncInvokeInstanceOperation(line: line, instanceIDs: ids)
        case .restart: BatchRebootInstanceOperation(instanceIDs: ids)
        case .reset: BatchResetInstanceOperation(instanceIDs: ids)
        }
    }
}

extension QuickQuestions {
    /// The most phones that are asked at once: the service waits for all of them before it answers.
    private static let mostInstances = 10

    /// Asks phones that are rented by themselves.
    static func ofInstances(_ client: CloudClient) -> QuickQuestions {
        QuickQuestions(client, most: mostInstances) { client, line, ids in
            let answer = try await client.send(SyncInvokeInstanceOperation(line: line, instanceIDs: ids))
            let quick = answer.results.map {
                ($0.instanceID, Quick(isDone: $0.status == .success, fault: $0.fault, output: $0.output))
            }
            return (Dictionary(quick) { first, _ in first }, answer.requestID)
        }
    }
}
