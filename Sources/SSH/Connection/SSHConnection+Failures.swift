import CSSH2
import Glibc
import Lanes

/// What is said when a connection breaks, or never comes to be.
extension SSHConnection {
    /// The stream below could not be made.
    static func unreachable(_ name: String, _ failure: StreamFailure) -> SSHError {
        let advice =
            failure.errno == ECONNREFUSED
            ? "is an SSH server running there, and is the port right?" : "look at the address in the farm file"
        return SSHError(.unreachable, "connect to \(name)", failure.reason, advice: advice)
    }

    /// The stream below has ended; the host's own words tell why, if it had any.
    func ended(_ reason: String) -> SSHError {
        if !isLoggedIn, bytes.farewell == nil { return endedEarly(reason) }
        let words = bytes.farewell.map { "\(reason): \($0)" } ?? reason
        return SSHError(.lost, "talk to \(name)", words)
    }

    /// The library's own words about its last failure.
    var complaint: String {
        var message: UnsafeMutablePointer<CChar>?
        let code = libssh2_session_last_error(session, &message, nil, 0)
        let text = message.map { String(cString: $0) } ?? ""
        return text.isEmpty ? "libssh2 error \(code)" : text
    }
}
