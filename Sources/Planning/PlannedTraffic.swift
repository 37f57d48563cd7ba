public import Farm
public import Journal
import SourceText
import Steps

/// What one step of a plan brings to servers of clouds, whose phones are reached through their service.
public struct PlannedTraffic: Sendable {
    /// What goes to one server.
    public struct Part: Sendable {
        /// The server's name in the farm; its cloud's id where it has none.
        public let server: String
        /// How many of its phones get it.
        public let phones: Int
        /// Why each of them gets its own copy; nil where one copy goes to the storage that they share.
        public let refusal: String?
    }

    /// The step.
    public let path: StepPath
    /// The step in a few words.
    public let title: String
    /// What each phone gets.
    public let size: ByteCount
    /// What goes where, sorted by the servers' names.
    public let parts: [Part]

    /// What crosses the network to a server.
    func bytes(to part: Part) -> ByteCount {
        part.refusal == nil ? size : ByteCount(size.bytes.multipliedReportingOverflow(by: part.phones).partialValue)
    }

    /// What crosses the network to each server, over all steps.
    static func bytesPerServer(_ traffic: [PlannedTraffic]) -> [String: ByteCount] {
        var bytes: [String: ByteCount] = [:]
        for step in traffic {
            for part in step.parts { bytes[part.server, default: .zero] += step.bytes(to: part) }
        }
        return bytes
    }
}

extension Planner {
    /// Refuses what would bring more to a server than the farm file allows.
    func isBearable(_ traffic: [PlannedTraffic], _ diagnostics: inout Diagnostics) -> Bool {
        guard let limit = inventory.limits.bytesPerServer else { return true }
        let worst = PlannedTraffic.bytesPerServer(traffic).filter { $0.value > limit }
            .max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let worst else { return true }
        let steps = traffic.filter { $0.parts.contains { $0.server == worst.key } }
        let reasons = steps.flatMap(\.parts).filter { $0.server == worst.key }.compactMap(\.refusal)
        let titles = steps.map { "`\($0.title)`" }.joined(separator: ", ")
        diagnostics.error(
            "bytes-per-server",
            "\(worst.value) would go to \(worst.key) by \(titles), and `limits: bytes-per-server` allows \(limit)",
            at: nil,
            help: reasons.first.map {
                "each phone would get its own copy, since \($0); raise the limit, or use `share-files`"
            }
                ?? "raise the limit, or deliver less")
        return false
    }
}

/// Counts what a plan brings to servers, request by request, while its payloads are looked at.
struct TrafficCount {
    private struct Key: Hashable {
        let path: StepPath
        let source: PayloadRequest.Source
    }

    private struct Server {
        let name: String
        let storage: SharedStorage?
        var phones: Set<TargetID> = []
        var isSure = true
    }

    private struct Row {
        let title: String
        let size: UInt64
        var servers: [String: Server] = [:]
    }

    private var rows: [Key: Row] = [:]
    private var order: [Key] = []

    /// Notes that a phone is to get something.
    ///
    /// - Parameters:
    ///   - isSure: Whether it is known now that the step is for this phone.
    mutating func note(
        _ step: PlannedStep, _ source: PayloadRequest.Source, size: UInt64, for target: PlannedTarget, isSure: Bool
    ) {
        guard let phone = target.phone, phone.isBatched, let place = phone.cloud else { return }
        let key = Key(path: step.path, source: source)
        if rows[key] == nil {
            rows[key] = Row(title: step.title, size: size)
            order.append(key)
        }
        var server =
            rows[key]?.servers[place.server]
            ?? Server(name: phone.server ?? place.server, storage: phone.sharedStorage)
        server.phones.insert(target.id)
        server.isSure = server.isSure && isSure
        rows[key]?.servers[place.server] = server
    }

    /// What goes where, in the order of the steps.
    var traffic: [PlannedTraffic] {
        order.compactMap { key in
            guard let row = rows[key] else { return nil }
            let parts = row.servers.values.map { server in
                PlannedTraffic.Part(
                    server: server.name, phones: server.phones.count, refusal: Self.refusal(row.size, server))
            }
            return PlannedTraffic(
                path: key.path, title: row.title, size: ByteCount(Int(clamping: row.size)),
                parts: parts.sorted { $0.server < $1.server })
        }
    }

    /// The servers, by their clouds' ids, to which a step may bring something for all of their phones at once.
    var shares: [StepPath: Set<String>] {
        var may: [StepPath: Set<String>] = [:]
        var mayNot: [StepPath: Set<String>] = [:]
        for (key, row) in rows {
            for (id, server) in row.servers {
                let isWhole = server.isSure && server.phones.count >= (server.storage?.phones ?? .max)
                if isWhole { may[key.path, default: []].insert(id) } else { mayNot[key.path, default: []].insert(id) }
            }
        }
        return may.merging(mayNot) { $0.subtracting($1) }.filter { may[$0.key] != nil }
    }

    private static func refusal(_ size: UInt64, _ server: Server) -> String? {
        guard let storage = server.storage else { return "the phones of its server share no storage" }
        if let why = storage.refusal(of: size, for: server.phones.count) { return why }
        return server.isSure ? nil : "whether all phones of its server get it shows only during the run"
    }
}
