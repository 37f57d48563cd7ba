import Lanes
import Synchronization

/// Asks the person at the terminal, each question once for the whole run, however many targets come to it.
final class PersonDesk: Sendable {
    private struct Question {
        var answer: Bool?
        var waiters: [Waiter<Admission.Answer>] = []
    }

    private let ask: @Sendable (String) async -> Bool
    private let questions = Mutex<[String: Question]>([:])

    /// - Parameter ask: Puts a text before a person, and says whether to go on.
    init(ask: @escaping @Sendable (String) async -> Bool) { self.ask = ask }

    /// The answer to a question; whoever comes first asks.
    ///
    /// - Parameters:
    ///   - key: What makes it the same question.
    ///   - rest: Where the target waits; answered by the end of the run as well.
    /// - Returns: Whether to go on, or nil when the run was stopped meanwhile.
    /// - Throws: `CancellationError`.
    func answer(_ key: String, _ text: String, rest: Waiter<Admission.Answer>) async throws -> Bool? {
        let (known, isFirst) = questions.withLock { questions -> (Bool?, Bool) in
            let isFirst = questions[key] == nil
            questions[key, default: Question()].waiters.append(rest)
            return (questions[key]?.answer, isFirst)
        }
        if let known { return known }
        if isFirst {
            // The first one waits like all others, so that the end of the run finds it outside the question.
            Task { [ask] in settle(key, await ask(text)) }
        }
        guard try await rest.value() == .admitted else { return nil }
        return questions.withLock { $0[key]?.answer } ?? nil
    }

    private func settle(_ key: String, _ answer: Bool) {
        let waiters = questions.withLock { questions in
            questions[key]?.answer = answer
            return questions[key]?.waiters ?? []
        }
        for waiter in waiters { waiter.resume(with: .success(.admitted)) }
    }
}
