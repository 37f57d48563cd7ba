import Farm
import SourceText

/// Reads the ways in of one entry under `phones:`, which may stand for many phones.
struct WaysIn {
    private let names: NameRange
    private let serials: [String]?
    private let usbPath: String?
    private let isSerialMistaken: Bool
    /// The way to the host that phones `ssh HOST:PORT` are behind, or why there is none.
    private let host: Host
    /// The server that carries the phones, if there is one.
    private let server: Server?
    private var columns: [[WayIn]] = []
    private(set) var diagnostics = Diagnostics()

    /// Stands in where the real way was mistaken; the file is refused then, and nobody dials it.
    static let unknown = WayIn.tcp(Address(host: "unknown", port: 1))

    /// What is known of the host that the phones are behind.
    enum Host {
        case route(SSHRoute)
        /// It is named, and what is wrong with it has been told.
        case mistaken
        /// Nobody names one.
        case none
    }

    /// - Parameter isSerialMistaken: Whether a serial was written, so that none is asked for.
    init(
        names: NameRange, serials: [String]?, usbPath: String?, isSerialMistaken: Bool, behind host: Host,
        of server: Server?
    ) {
        self.host = host
        self.server = server
        self.isSerialMistaken = isSerialMistaken
        self.names = names
        self.serials = serials
        self.usbPath = usbPath
    }

    var isEmpty: Bool { columns.isEmpty }

    func ways(at index: Int) -> [WayIn] { columns.map { $0[index] } }

    /// `adb:` with one way or several, best first.
    mutating func read(_ node: Node) {
        if let nodes = node.sequence, !nodes.isEmpty {
            for node in nodes { way(node) }
        } else {
            way(node)
        }
    }

    /// The phone is on a server's roster.
    mutating func add(_ server: Server, _ span: SourceSpan) {
        if let cloud = server.cloud {
            guard !columns.contains(where: { column in column.contains { !$0.isADB } }) else { return }
            return addCloud(cloud, of: server, span)
        }
        guard serials != nil || usbPath != nil || server.adbServer == nil else {
            if columns.isEmpty, !isSerialMistaken {
                diagnostics.error(
                    "missing-key", "a phone of a server is known by its serial", at: span, help: "add `serial: SERIAL`")
            }
            return
        }
        // A server without an adb server carries phones that are reached by their own ports.
        guard let address = server.adbServer else {
            if columns.isEmpty, !diagnostics.hasErrors, server.route != nil {
                diagnostics.error(
                    "no-way-in", "a phone of `\(server.name)` needs an address there", at: span,
                    help: "add `adb: \"ssh HOST:5555\"`")
            }
            return
        }
        addServer(address, through: server.route)
    }

    private mutating func addServer(_ address: Address, through route: SSHRoute? = nil) {
        columns.append(
            names.names.indices.map { .server(address, serial: serials?[$0], usbPath: usbPath, through: route) })
    }

    private mutating func way(_ node: Node) {
        guard let text = node.text, !node.isNull else {
            diagnostics.error(
                "wrong-type", "a way in is a text, this is \(node.phrase)", at: node.span,
                help: "write \"tcp:HOST:PORT\", \"ssh HOST:PORT\" or \"server HOST:PORT\"")
            return
        }
        if text == "cloud" {
            cloud(node)
        } else if text == "ssh" || text.hasPrefix("ssh ") {
            ssh(text, node)
        } else if text.hasPrefix("tcp:") {
            tcp(String(text.dropFirst(4)), node)
        } else if text == "server" || text.hasPrefix("server ") {
            server(text, node)
        } else {
            // Only what looks like a host gets the suggestion.
            let isAddress =
                text.contains { $0 == "." || $0 == ":" } && (try? AddressRange(parsing: text, defaultPort: 5555)) != nil
            let near = isAddress ? "did you mean \"tcp:\(text)\(text.contains(":") ? "" : ":5555")\"?" : nil
            diagnostics.error(
                "wrong-type", "`\(text)` is not a way in", at: node.span,
                help: near ?? "write \"tcp:HOST:PORT\", \"ssh HOST:PORT\" or \"server HOST:PORT\"")
        }
    }

    /// The service of the cloud, at that place among the ways.
    private mutating func cloud(_ node: Node) {
        guard let server, let cloud = server.cloud else {
            diagnostics.error(
                "missing-key", "a phone that is reached through its cloud is on a server with an `account`",
                at: node.span, help: "add `server: NAME`, and `account: NAME` to that server")
            return
        }
        addCloud(cloud, of: server, node.span)
    }

    private mutating func addCloud(_ cloud: CloudServer, of server: Server, _ span: SourceSpan) {
        guard let serials else {
            if !isSerialMistaken {
                diagnostics.error(
                    "missing-key", "a phone of a cloud is known by its id, or by its name there", at: span,
                    help: "add `serial: ID`, or leave the phone out: the phones of `\(server.name)` are asked for")
            }
            return
        }
        columns.append(
            serials.map { .cloud(CloudPlace(account: cloud.account, server: cloud.id ?? server.name, phone: $0)) })
    }

    private mutating func tcp(_ text: String, _ node: Node) {
        do throws(FarmError) {
            let pairs = try names.paired(with: AddressRange(parsing: text))
            columns.append(pairs.map { .tcp($0.address) })
        } catch {
            diagnostics.add(error.diagnostic(in: node.origin, from: 4))
        }
    }

    private mutating func ssh(_ text: String, _ node: Node) {
        guard text.hasPrefix("ssh ") else {
            diagnostics.error(
                "missing-address", "`ssh` alone does not say which phone it is", at: node.span,
                help: "write \"ssh HOST:5555\", the phone's address as its server sees it")
            return
        }
        do throws(FarmError) {
            let pairs = try names.paired(with: AddressRange(parsing: String(text.dropFirst(4))))
            switch host {
            case .route(let route): columns.append(pairs.map { .ssh(route, $0.address) })
            case .mistaken: columns.append(pairs.map { _ in Self.unknown })
            case .none:
                diagnostics.error(
                    "missing-key", "a phone that is reached through SSH is behind a server", at: node.span,
                    help: "add `server: NAME`, or `via: NAME` for a server or an encoder that does not carry it")
            }
        } catch {
            diagnostics.add(error.diagnostic(in: node.origin, from: 4))
        }
    }

    private mutating func server(_ text: String, _ node: Node) {
        let start = text.prefix { $0 != " " }.utf8.count + 1
        do throws(FarmError) {
            let address = try Address(parsing: String(text.dropFirst(7)), defaultPort: Server.defaultPort)
            guard serials != nil || usbPath != nil else {
                diagnostics.error(
                    "missing-key", "a phone behind an adb server is known by its serial", at: node.span,
                    help: "add `serial: SERIAL`")
                return
            }
            addServer(address)
        } catch {
            diagnostics.add(error.diagnostic(in: node.origin, from: min(start, text.utf8.count)))
        }
    }
}
