import SourceText

/// A server's refusal of one operation, or the loss of the channel.
public struct SFTPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for decisions; the texts are for people.
    public struct Code: Hashable, Sendable {
        fileprivate enum Value {
            case noSuchFile, permissionDenied, noSpace, exists, wrongKind, badName, refused, unsupported, tooMany
            case noSFTP, protocolViolation, lost, timedOut, closed, localFailure
        }
        fileprivate let value: Value

        /// The file, or a folder on the way to it, is not there.
        public static var noSuchFile: Self { .init(value: .noSuchFile) }
        /// The user may not do that.
        public static var permissionDenied: Self { .init(value: .permissionDenied) }
        /// The server's disk has no room for it.
        public static var noSpace: Self { .init(value: .noSpace) }
        /// Something is there already.
        public static var exists: Self { .init(value: .exists) }
        /// What is there is of another kind: a folder where a file should be, or the other way round.
        public static var wrongKind: Self { .init(value: .wrongKind) }
        /// The server takes no such name.
        public static var badName: Self { .init(value: .badName) }
        /// The server refuses and does not say why.
        public static var refused: Self { .init(value: .refused) }
        /// The server does not know the operation.
        public static var unsupported: Self { .init(value: .unsupported) }
        /// There is more than what is taken.
        public static var tooMany: Self { .init(value: .tooMany) }
        /// The channel opens, but nobody speaks SFTP there.
        public static var noSFTP: Self { .init(value: .noSFTP) }
        /// The server broke the protocol.
        public static var protocolViolation: Self { .init(value: .protocolViolation) }
        /// The channel ended while an answer was due.
        public static var lost: Self { .init(value: .lost) }
        /// The server has been silent for too long while an answer was due.
        public static var timedOut: Self { .init(value: .timedOut) }
        /// The channel was closed on our side before.
        public static var closed: Self { .init(value: .closed) }
        /// Something on this machine failed: a file that cannot be written.
        public static var localFailure: Self { .init(value: .localFailure) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done, to which path and where: `write /opt/encoder on enc-a`.
    public let operation: String
    /// The cause in words; safe to print.
    public let reason: String
    /// What to do about it.
    public let advice: String?

    /// Describes one failure.
    public init(_ code: Code, _ operation: String, _ reason: String, advice: String? = nil) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.advice = advice
    }

    /// Whether the server said no while the channel holds, so that other operations may go on.
    public var isRefusal: Bool {
        switch code.value {
        case .noSuchFile, .permissionDenied, .noSpace, .exists, .wrongKind, .badName, .refused, .unsupported, .tooMany:
            true
        case .noSFTP, .protocolViolation, .lost, .timedOut, .closed, .localFailure: false
        }
    }

    /// The same failure, as another operation met it.
    func during(_ operation: String) -> SFTPError { SFTPError(code, operation, reason, advice: advice) }

    /// `operation: reason; advice`.
    public var description: String { "\(operation): \(reason)" + (advice.map { "; \($0)" } ?? "") }
}

/// A server's answer to an operation that returns nothing.
struct SFTPStatus: Hashable, Sendable {
    let code: UInt32
    /// The server's words, made safe; empty when it has none.
    let message: String

    static let ok: UInt32 = 0
    static let endOfFile: UInt32 = 1
    static let noSuchFile: UInt32 = 2
    static let permissionDenied: UInt32 = 3
    static let failure: UInt32 = 4
    static let badMessage: UInt32 = 5
    static let unsupported: UInt32 = 8

    var isOK: Bool { code == Self.ok }

    init(from packet: inout SFTPDecoder) throws(SFTPDamage) {
        code = try packet.number()
        // Old servers send no words.
        guard !packet.isAtEnd else {
            message = ""
            return
        }
        message = terminalSafe(String(decoding: try packet.lent().prefix(512), as: UTF8.self))
    }

    /// The refusal as an error, by what the number alone says.
    func error(_ operation: String) -> SFTPError {
        switch code {
        case Self.ok, Self.endOfFile:
            SFTPError(.protocolViolation, operation, "the server answered \(code) where that says nothing")
        case Self.noSuchFile:
            SFTPError(.noSuchFile, operation, "no such file or folder", advice: "check the path and its folders")
        case Self.permissionDenied:
            SFTPError(
                .permissionDenied, operation, "permission denied",
                advice: "check who owns it, or log in as a user who may")
        case Self.badMessage:
            SFTPError(.badName, operation, "the server takes no such name or value", advice: "check the path's length")
        case Self.unsupported:
            SFTPError(.unsupported, operation, "the server does not know this operation")
        default:
            SFTPError(
                .refused, operation, message.isEmpty ? "refused without a reason" : "the server says \"\(message)\"")
        }
    }
}
