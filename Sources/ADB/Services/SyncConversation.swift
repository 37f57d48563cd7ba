import ADBWire
import Lanes

/// A conversation with the phone's file service: which answer is due, and what each means.
///
/// Sendable: touched only on the connection's lane.
protocol SyncConversation: StreamHandler {
    associatedtype Outcome: Sendable
    var end: Waiter<Outcome> { get }
    var stream: (any ADBStream)? { get set }
    var reader: SyncReader { get set }
    /// What the next answer belongs to; nil when none is due.
    var expectation: SyncExpectation? { get }
    /// Takes one answer; an outcome ends the conversation.
    func take(_ response: SyncResponse) throws -> Outcome?
}

/// The parser, and the bytes' way through it.
struct SyncReader {
    var parser = SyncResponseParser()
}

extension SyncConversation {
    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        // Taken out while it works, since answers change the conversation.
        var parser = reader.parser
        defer { reader.parser = parser }
        do {
            while !rest.isEmpty {
                guard let expectation else { throw WireError(.unexpectedReply, "bytes that answer nothing") }
                guard let response = try parser.next(&rest, expecting: expectation) else { return }
                if let outcome = try take(response) { return finish(.success(outcome)) }
            }
        } catch let error as WireError {
            finish(.failure(ADBError(.protocolViolation, "talk to the phone's file service", "\(error)")))
        } catch {
            finish(.failure(error))
        }
    }

    func streamEnded(_ failure: ADBError?) { finish(.failure(failure ?? .earlySyncEnd)) }

    func finish(_ outcome: Result<Outcome, any Error>) {
        stream?.close()
        stream = nil
        end.resume(with: outcome)
    }
}

extension ADBError {
    /// The file service ended without a reason; the link may have broken behind a server.
    static let earlySyncEnd = ADBError(
        .lost, "talk to the phone's file service", "the phone ended the file service without a word")
}

extension ADBConnection {
    /// Opens the file service and has a conversation to its end.
    func converse<Conversation: SyncConversation>(
        _ conversation: Conversation, _ operation: String, meter: ProgressMeter? = nil, first bytes: SharedBytes? = nil
    ) async throws -> Conversation.Outcome {
        let stream = open("sync:", operation: operation, handler: conversation)
        stream.meter = meter
        conversation.stream = stream
        if let bytes { stream.send(bytes, 0..<bytes.count) }
        do {
            return try await conversation.end.value(orClosing: stream)
        } catch let error as ADBError {
            guard error == .earlySyncEnd else { throw error.during(operation, mayHaveBeenSent: error.mayHaveBeenSent) }
            throw await explainEarlyEnd(operation) ?? error.during(operation, mayHaveBeenSent: true)
        }
    }
}

/// Makes the bytes of a request, and names the path when it cannot be sent.
func encode(_ request: SyncRequest, _ operation: String, to bytes: inout [UInt8]) throws(ADBError) {
    do throws(WireError) {
        try request.append(to: &bytes)
    } catch {
        throw ADBError(.unsupported, operation, "the path is longer than 1024 bytes", mayHaveBeenSent: false)
    }
}
