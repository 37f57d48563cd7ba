import CloudPhone
import Farm
import Lanes
import ObjectStorage

/// A cloud's server behind its service's REST interface.
struct CloudServerLink: ConnectedServer {
    let id: TargetID
    /// The service's id of the server.
    let server: String
    let session: AccountSession
    let lane: Lane
    var attempt = BatchedAttempt()

    var facts: [String: String] { ["way-in": "cloud \(session.name), \(server)"] }

    func during(_ attempt: BatchedAttempt) -> any ConnectedServer {
        var link = self
        link.attempt = attempt
        return link
    }

    // MARK: Calls

    /// Asks for something on the whole server, and waits until it is done.
    ///
    /// - Parameter isQuestion: Whether it changes nothing: then nothing is written down, and it is asked anew each time.
    /// - Returns: What the job told.
    @discardableResult
    func ask(_ call: ServerCall, isQuestion: Bool = false) async throws -> CommandOutput? {
        let operation = call.words
        switch try await answer(to: .server(call), for: CallSubject(server: server), operation, isQuestion: isQuestion)
        {
        case .done(let output): return output
        case .failed(let fault, let output): throw ServiceError(fault, saying: output, operation)
        }
    }

    /// Asks for something, and gives the service's answer.
    ///
    /// - Throws: ``ServiceError``, `DeadlineExceeded`, `CancellationError`.
    func answer(
        to call: BatchCall, for subject: CallSubject, _ operation: String, isQuestion: Bool = false
    ) async throws -> BatchAnswer {
        if let fault = call.fault {
            throw ServiceError("content", operation: operation, reason: fault.reason, advice: fault.advice)
        }
        return try await inFarmWords(operation) {
            try await session.calls.answer(
                to: call, for: subject, during: isQuestion ? BatchedAttempt(limit: attempt.limit) : attempt)
        }
    }

    // MARK: Apps

    func uninstall(_ package: PackageName, sharing: AppSharing) async throws -> FleetOutcome {
        try await FleetRemoval(link: self, package: package, sharing: sharing).run()
    }

    func share(_ order: SharedAppOrder) async throws -> FleetOutcome {
        try await SharedAppDelivery(link: self, order: order).run()
    }

    // MARK: Files

    func share(_ delivery: BatchedDelivery) async throws {
        let staging = try session.staging(for: "share files")
        let tar = try await session.packing.tar(of: delivery, listsSums: false)
        for part in tar.parts {
            let key = try await inFarmWords("share files") {
                try await staging.key(of: part.sha256.lowercased(), ending: ".tar") {
                    .file(path: part.file.path, owner: tar)
                }
            }
            try await ask(.pushFiles(bucket: staging.bucket, key: key))
        }
    }

    func unshare(_ paths: [RemotePath]) async throws { try await ask(.deleteFiles(paths.map(\.path))) }

    func sharedFiles(in folder: RemotePath) async throws -> [SharedFile] {
        var files: [SharedFile] = []
        while true {
            let call = ServerCall.listFiles(path: folder.path, offset: files.count, limit: SharedListing.pageSize)
            let page = try SharedListing(reading: try await ask(call, isQuestion: true), of: call)
            files += page.files
            if page.files.isEmpty || files.count >= page.total { return files }
        }
    }

    // MARK: The server itself

    func restart() async throws { try await ask(.restart) }

    func rename(to name: String) async throws {
        _ = try await inFarmWords("rename the server to \(name)") {
            try await session.client.send(UpdateServerNameOperation(serverID: server, serverName: name))
        }
    }

    func use(keypair: String) async throws { try await ask(.keypair(keypair)) }

    func resize(bandwidth id: String, to size: Int) async throws {
        _ = try await inFarmWords("resize the bandwidth \(id)") {
            try await session.client.send(UpdateBandwidthOperation(bandwidthID: id, size: size))
        }
    }

    func restartEncoders() async throws -> Int {
        let operation = BatchCall.restartEncoders.words
        let encoders = try await inFarmWords(operation) {
            try await session.calls.leading(to: .restartEncoders) {
                try await session.client.all(ListEncodeServersOperation(serverID: server))
            }
        }
        let subjects = encoders.map { CallSubject(part: $0.id, of: server) }
        let answers = try await answers(to: .restartEncoders, for: subjects, operation)
        for (encoder, answer) in zip(encoders, answers) {
            let words = "\(operation): \(encoder.name ?? encoder.id)"
            if case .failed(let fault, let output) = try answer.get() {
                throw ServiceError(fault, saying: output, words)
            }
        }
        return encoders.count
    }

    func close() async {}
}

extension ServiceError {
    /// A job that failed: with what it said itself, or else with what the service says of it.
    init(_ fault: ServiceFault, saying output: CommandOutput?, _ operation: String) {
        let said = output?.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let plain = ServiceError(fault, operation)
        self.init(
            plain.code, operation: operation, reason: said.isEmpty ? plain.reason : "\(said) (\(plain.reason))",
            advice: plain.advice, outcome: plain.outcome)
    }
}
