import CloudPhone
import Farm

/// What a call is about: one phone, one server or one encode service, and the server whose turn it takes.
struct CallSubject: Hashable, Sendable {
    /// The server on which the work is done; it does one thing after the other.
    let server: String
    /// The id that the service's answer names.
    let id: String
    /// Whether it is one of several parts of what one target asks for, so that its jobs need a name of their own.
    let isPart: Bool

    /// A phone that asks for itself.
    init(_ place: CloudPlace) {
        server = place.server
        id = place.phone
        isPart = false
    }

    /// A server that asks for itself.
    init(server: String) {
        self.server = server
        id = server
        isPart = false
    }

    /// A phone or an encode service for which its server asks.
    init(part id: String, of server: String) {
        self.server = server
        self.id = id
        isPart = true
    }

    /// By what a journal knows a call for this subject again.
    func mark(of call: BatchCall) -> String { isPart ? "\(call.mark) \(id)" : call.mark }
}
