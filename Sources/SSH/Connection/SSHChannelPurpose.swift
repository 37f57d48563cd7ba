import CSSH2

/// What is at the other end of a channel, and how the host is asked for it.
enum SSHChannelPurpose {
    case forward(host: String, port: UInt16)
    case subsystem(String)
    /// A line for the user's shell, and whether it runs in a terminal.
    case command(line: String, wantsTerminal: Bool)

    /// Something to be asked for in a channel that stands, and what it means when the host says no.
    struct Request {
        let refusal: String
        /// One call of the library, to be repeated until it has an answer.
        let make: (OpaquePointer) -> CInt
    }

    /// The window that the host may fill before it is told to go on: enough for any sane path, and little memory.
    private static let window: UInt32 = 2 << 20
    private static let packet: UInt32 = 32 << 10

    /// Whether it is a session in the protocol's sense, of which servers allow few on one connection.
    var isSession: Bool { if case .forward = self { false } else { true } }

    /// One call of the library that asks for the channel, to be repeated until there is an answer.
    func open(in session: OpaquePointer) -> OpaquePointer? {
        switch self {
        case .forward(let host, let port):
            // RFC 4254, 7.2: where to, and who asks.
            var message = SSHFieldWriter()
            message.add(host)
            message.add(number: Int(port))
            message.add("127.0.0.1")
            message.add(number: 0)
            return open("direct-tcpip", message.bytes, in: session)
        case .subsystem, .command: return open("session", nil, in: session)
        }
    }

    private func open(_ type: String, _ message: [UInt8]?, in session: OpaquePointer) -> OpaquePointer? {
        // The library keeps no copy of the message, but reads it in the first call only, as it may always send.
        (message ?? []).withUnsafeBytes { bytes in
            libssh2_channel_open_ex(
                session, type, UInt32(type.utf8.count), Self.window, Self.packet,
                message == nil ? nil : bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(bytes.count))
        }
    }

    /// Why a host did not open it, from the library's words.
    func refusal(by host: String, saying words: String, _ operation: String) -> SSHError {
        guard case .forward(let target, let port) = self else {
            return SSHError(
                .channelRefused, operation, "\(host) opens no further session on this connection",
                advice: "look at MaxSessions in the host's sshd_config")
        }
        if words.contains("prohibited") || words.contains("unknown channel") {
            return SSHError(
                .forwardRefused, operation, "\(host) forwards no connections",
                advice: "look at AllowTcpForwarding and PermitOpen in the host's sshd_config")
        }
        return SSHError(
            .targetUnreachable, operation, "\(host) cannot connect to \(target):\(port)",
            advice: "is the address right as that host sees it, and does something listen there?")
    }

    /// What is asked for in the channel, one after the other.
    var requests: [Request] {
        switch self {
        case .forward: []
        case .subsystem(let name):
            [
                Request(refusal: "has no subsystem \(name)") {
                    libssh2_channel_process_startup($0, "subsystem", 9, name, UInt32(name.utf8.count))
                }
            ]
        case .command(let line, let wantsTerminal):
            (wantsTerminal ? [Self.terminal] : []) + [
                Request(refusal: "runs no commands") {
                    libssh2_channel_process_startup($0, "exec", 4, line, UInt32(line.utf8.count))
                }
            ]
        }
    }

    private static var terminal: Request {
        Request(refusal: "gives no terminal") {
            libssh2_channel_request_pty_ex($0, "xterm", 5, nil, 0, 200, 50, 0, 0)
        }
    }
}
