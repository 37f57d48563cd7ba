import CloudPhone
import Farm
import Lanes

extension CloudServerLink {
    /// The phones of the server, as the service lists them.
    func phones(_ operation: String) async throws -> [ListedPhone] {
        try await inFarmWords(operation) {
            let phones = try await session.states.phones(of: server)
            // A list of nobody is also what a server that there is not has, and that one is refused here.
            if phones.isEmpty {
                _ = try await session.client.send(ShowCloudPhoneServerDetailOperation(serverID: server))
            }
            return phones
        }
    }

    /// Asks for the same on several phones or encode services of the server at the same time.
    ///
    /// - Parameter isQuestion: Whether it changes nothing: then nothing is written down.
    /// - Returns: The answers, in the order of the subjects; a failure among them is theirs alone.
    /// - Throws: `CancellationError`; ``ServiceError`` for a call that the service would not take of anybody.
    func answers(
        to call: BatchCall, for subjects: [CallSubject], _ operation: String, isQuestion: Bool = false
    ) async throws -> [Result<BatchAnswer, any Error>] {
        let answers = await withTaskGroup { group in
            for (place, subject) in subjects.enumerated() {
                group.addTask(executorPreference: lane) { () -> (Int, Result<BatchAnswer, any Error>) in
                    do {
                        return (
                            place, .success(try await answer(to: call, for: subject, operation, isQuestion: isQuestion))
                        )
                    } catch {
                        return (place, .failure(error))
                    }
                }
            }
            var answers: [Int: Result<BatchAnswer, any Error>] = [:]
            for await (place, answer) in group { answers[place] = answer }
            return subjects.indices.compactMap { answers[$0] }
        }
        try Task.checkCancellation()
        return answers
    }

    /// What phones answered to a call, each under its phone.
    func answers(
        to call: BatchCall, of phones: [ListedPhone], _ operation: String, isQuestion: Bool = false
    ) async throws -> [(phone: ListedPhone, answer: PhoneAnswer)] {
        let answers = try await answers(
            to: call, for: phones.map { CallSubject(part: $0.id, of: server) }, operation, isQuestion: isQuestion)
        return zip(phones, answers).map { ($0, PhoneAnswer($1)) }
    }
}

/// What one phone of a server answered.
enum PhoneAnswer {
    /// It was done; what it printed.
    case done(String)
    /// The phone itself said no; in its words, and the service's.
    case refused(String)
    /// It does not run.
    case stopped
    /// The service did not do it, or did not tell.
    case failed(String, isUnknown: Bool)

    init(_ result: Result<BatchAnswer, any Error>) {
        switch result {
        case .success(.done(let output)): self = .done(output?.text ?? "")
        case .success(.failed(let fault, let output)):
            let said = output?.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            if fault.code == "CPS.0141" {
                self = .stopped
            } else if fault.isFrozen || said.isEmpty && fault.code != nil && fault.code != "CPS.0191" {
                self = .failed(ServiceError(fault, "").reason, isUnknown: false)
            } else {
                self = .refused(said.isEmpty ? fault.description : said)
            }
        case .failure(let error as ServiceError): self = .failed(error.reason, isUnknown: error.outcome == .unknown)
        case .failure(let error as DeadlineExceeded):
            self = .failed("not done within \(error.duration)", isUnknown: true)
        case .failure(let error): self = .failed("\(error)", isUnknown: true)
        }
    }
}

extension ListedPhone {
    /// How people know it: its name, or its id where it has none.
    var title: String { name.isEmpty ? id : name }

    /// Whether something can be asked of it.
    var runs: Bool { status.use == .running }
}
