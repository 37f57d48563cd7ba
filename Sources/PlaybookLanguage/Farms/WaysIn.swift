import Farm
import SourceText

/// Reads the ways in of one entry under `phones:`, which may stand for many phones.
struct WaysIn {
    private let names: NameRange
    private let serials: [String]?
    private let usbPath: String?
    private let isSerialMistaken: Bool
    private var columns: [[WayIn]] = []
    private(set) var diagnostics = Diagnostics()

    /// Stands in where the real way was mistaken; the file is refused then, and nobody dials it.
    static let unknown = WayIn.tcp(Address(host: "unknown", port: 1))

    /// - Parameter isSerialMistaken: Whether a serial was written, so that none is asked for.
    init(names: NameRange, serials: [String]?, usbPath: String?, isSerialMistaken: Bool) {
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
        guard serials != nil || usbPath != nil else {
            if columns.isEmpty, !isSerialMistaken {
                diagnostics.error(
                    "missing-key", "a phone of a server is known by its serial", at: span, help: "add `serial: SERIAL`")
            }
            return
        }
        addServer(server.adbServer)
    }

    private mutating func addServer(_ address: Address) {
        columns.append(
            names.names.indices.map { .server(address, serial: serials?[$0], usbPath: usbPath) })
    }

    private mutating func way(_ node: Node) {
        guard let text = node.text, !node.isNull else {
            diagnostics.error(
                "wrong-type", "a way in is a text, this is \(node.phrase)", at: node.span,
                help: "write \"tcp:HOST:PORT\" or \"server HOST:PORT\"")
            return
        }
        if text == "ssh" || text.hasPrefix("ssh ") || text == "cloud" {
            diagnostics.error("not-available", "the way in `\(text)` is not available yet", at: node.span)
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
                help: near ?? "write \"tcp:HOST:PORT\" or \"server HOST:PORT\"")
        }
    }

    private mutating func tcp(_ text: String, _ node: Node) {
        do throws(FarmError) {
            let pairs = try names.paired(with: AddressRange(parsing: text))
            columns.append(pairs.map { .tcp($0.address) })
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
