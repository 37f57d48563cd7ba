import Farm
import JSON
import Journal

/// Ways over SSH as a run's folder keeps them; of a key it keeps the name and the path, and nothing that is secret.
extension SSHRoute {
    init?(frozen value: JSONValue?) {
        let hops = (value?.elements ?? []).compactMap { SSHHop(frozen: $0) }
        guard !hops.isEmpty, hops.count == value?.elements?.count else { return nil }
        var route: SSHRoute?
        for hop in hops { route = SSHRoute(to: hop, via: route) }
        guard let route else { return nil }
        self = route
    }

    var frozen: JSONValue { .array(hops.map(\.frozen)) }
}

extension SSHHop {
    fileprivate init?(frozen value: JSONValue) {
        guard let text = value["address"]?.text, let address = try? Address(parsing: text) else { return nil }
        guard let user = value["user"]?.text else { return nil }
        var keypair: Keypair?
        if let name = value["keypair"]?.text, let path = value["key-file"]?.text {
            keypair = Keypair(name: name, path: path, passphrase: value["passphrase-of"]?.text)
        }
        // A policy that cannot be read is not loosened.
        let policy = value["host-keys"]?.text.flatMap(HostKeyPolicy.init(rawValue:)) ?? .strict
        self.init(address: address, user: user, keypair: keypair, hostKeys: policy, name: value["name"]?.text)
    }

    fileprivate var frozen: JSONValue {
        var value: [String: JSONValue] = [
            "address": .text(address.description), "user": .text(user), "host-keys": .text(hostKeys.rawValue),
        ]
        if let name { value["name"] = .text(name) }
        if let keypair {
            value["keypair"] = .text(keypair.name)
            value["key-file"] = .text(keypair.path)
            if let secret = keypair.passphrase { value["passphrase-of"] = .text(secret) }
        }
        return .object(value)
    }
}

extension WayIn {
    init?(frozen value: JSONValue) {
        let route = SSHRoute(frozen: value["route"])
        // A way that went inside SSH never comes back as one in the clear.
        guard route != nil || value["route"] == nil else { return nil }
        if let text = value["tcp"]?.text, let address = try? Address(parsing: text) {
            self = route.map { .ssh($0, address) } ?? .tcp(address)
        } else if let text = value["adb-server"]?.text, let address = try? Address(parsing: text) {
            self = .server(address, serial: value["serial"]?.text, usbPath: value["usb"]?.text, through: route)
        } else {
            return nil
        }
    }

    var frozen: JSONValue {
        var value: [String: JSONValue] = [:]
        switch self {
        case .tcp(let address): value["tcp"] = .text(address.description)
        case .ssh(_, let address): value["tcp"] = .text(address.description)
        case .server(let address, let serial, let usbPath, _):
            value["adb-server"] = .text(address.description)
            if let serial { value["serial"] = .text(serial) }
            if let usbPath { value["usb"] = .text(usbPath) }
        }
        if let route { value["route"] = route.frozen }
        return .object(value)
    }
}
