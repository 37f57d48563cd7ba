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
        // A policy that cannot be read is not loosened.
        let policy = value["host-keys"]?.text.flatMap(HostKeyPolicy.init(rawValue:)) ?? .strict
        self.init(
            address: address, user: user, keypair: Keypair(frozen: value), hostKeys: policy, name: value["name"]?.text)
    }

    fileprivate var frozen: JSONValue {
        var value: [String: JSONValue] = [
            "address": .text(address.description), "user": .text(user), "host-keys": .text(hostKeys.rawValue),
        ]
        if let name { value["name"] = .text(name) }
        if let keypair { value.merge(keypair.frozen) { $1 } }
        return .object(value)
    }
}

extension Keypair {
    fileprivate init?(frozen value: JSONValue) {
        guard let name = value["keypair"]?.text, let path = value["key-file"]?.text else { return nil }
        self.init(name: name, path: path, passphrase: value["passphrase-of"]?.text)
    }

    fileprivate var frozen: [String: JSONValue] {
        var value: [String: JSONValue] = ["keypair": .text(name), "key-file": .text(path)]
        if let passphrase { value["passphrase-of"] = .text(passphrase) }
        return value
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
        } else if let account = value["cloud"]?.text, let server = value["cloud-server"]?.text,
            let phone = value["cloud-phone"]?.text
        {
            let place = CloudPlace(account: account, server: server, phone: phone)
            switch value["adb"]?.text {
            case nil: self = .cloud(place)
            case "direct": self = .cloudADB(place, .direct)
            case "ssh":
                guard let port = value["ssh-port"]?.integer.flatMap(UInt16.init(exactly:)), port > 0 else { return nil }
                self = .cloudADB(place, .ssh(Keypair(frozen: value), port: port))
            default: return nil
            }
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
        case .cloud(let place): value = Self.frozen(place)
        case .cloudADB(let place, let access):
            value = Self.frozen(place)
            switch access {
            case .direct: value["adb"] = "direct"
            case .ssh(let keypair, let port):
                value["adb"] = "ssh"
                value["ssh-port"] = .integer(Int64(port))
                if let keypair { value.merge(keypair.frozen) { $1 } }
            }
        }
        if let route { value["route"] = route.frozen }
        return .object(value)
    }

    private static func frozen(_ place: CloudPlace) -> [String: JSONValue] {
        ["cloud": .text(place.account), "cloud-server": .text(place.server), "cloud-phone": .text(place.phone)]
    }
}
