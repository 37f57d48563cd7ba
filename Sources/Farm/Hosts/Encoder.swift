/// An encode service: a host beside the phones that is deployed to, restarted and read from over SSH.
public struct Encoder: Hashable, Sendable {
    /// Its name, unique in the farm.
    public let name: String
    /// How it is reached; nil for a container without an SSH server, which can only be restarted.
    public let route: SSHRoute?
    /// The labels it carries, sorted.
    public let labels: [String]
    /// The name of the server beside whose phones it works, if the farm file says so.
    public let server: String?
    /// The variables set on the encoder itself.
    public let variables: [String: FarmValue]

    /// Makes an encoder; the inventory checks what names it.
    public init(
        name: String, route: SSHRoute?, labels: some Sequence<String> = [], server: String? = nil,
        variables: [String: FarmValue] = [:]
    ) {
        self.name = name
        self.route = route
        self.labels = Set(labels).sorted()
        self.server = server
        self.variables = variables
    }
}
