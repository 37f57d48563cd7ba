import Farm
import Journal

/// The way to a host as a run's folder keeps it: addresses, users, and the names and files of keypairs, never a key.
extension SSHRoute {
    init?(frozen value: JSONValue) {
        let hops = (value.elements ?? []).compactMap { SSHHop(frozen: $0) }
        guard let first = hops.first, hops.count == value.elements?.count else { return nil }
        self = hops.dropFirst().reduce(SSHRoute(to: first)) { SSHRoute(to: $1, via: $0) }
    }

    var frozen: JSONValue { .array(hops.map(\.frozen)) }
}

extension SSHHop {
    fileprivate init?(frozen value: JSONValue) {
        guard let text = value["address"]?.text, let address = try? Address(parsing: text),
            let user = value["user"]?.text, let policy = value["host-keys"]?.text.flatMap(HostKeyPolicy.init(rawValue:))
        else { return nil }
        var keypair: Keypair?
        if let name = value["keypair"]?.text, let path = value["key-file"]?.text {
            keypair = Keypair(name: name, path: path)
        }
        self.init(address: address, user: user, keypair: keypair, hostKeys: policy)
    }

    fileprivate var frozen: JSONValue {
        var value: [String: JSONValue] = [
            "address": .text(address.description), "user": .text(user), "host-keys": .text(hostKeys.rawValue),
        ]
        if let keypair {
            value["keypair"] = .text(keypair.name)
            value["key-file"] = .text(keypair.path)
        }
        return .object(value)
    }
}
