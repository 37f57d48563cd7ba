/// A host as `known_hosts` names it: `10.0.9.4`, or `[10.0.9.4]:2222` when its port is not 22.
public struct KnownHostName: Hashable, Sendable, CustomStringConvertible {
    /// The name, in lower case.
    public let description: String
    /// The name without the port; nil when it has none.
    ///
    /// OpenSSH believes a key that is known for the host itself on every port of it.
    let withoutPort: String?

    /// Names a host as it is dialled; an address or a name.
    public init(_ host: String, port: UInt16) {
        let name = host.lowercased()
        description = port == 22 ? name : "[\(name)]:\(port)"
        withoutPort = port == 22 ? nil : name
    }

    /// Whether the name can be written down without meaning something else.
    var canBeWritten: Bool {
        !description.isEmpty && !"@#|!".contains(description.first ?? "@")
            && description.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"*?,!".utf8.contains($0) }
    }
}
