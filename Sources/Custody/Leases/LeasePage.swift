/// What stands in the file of one holder: who it is, and the phones it holds.
struct LeasePage: Equatable {
    /// One phone that is held.
    struct Lease: Equatable {
        let phone: LeasedPhone
        /// Milliseconds since 1970.
        let since: Int64
        let until: Int64
    }

    private static let heading = "drover-leases 1"
    private static let ending = ".leases"

    let holder: LeaseHolder
    var leases: [Lease] = []

    init(holder: LeaseHolder) { self.holder = holder }

    /// The name of the holder's file.
    static func name(of holder: LeaseHolder) -> String {
        let process = holder.process
        return FileName.safe("\(process.machine) \(process.pid) \(process.start) \(holder.run)") + ending
    }

    /// Whether a file of the book's folder is a page; its lock and what is half written are not.
    static func isName(_ name: String) -> Bool { name.hasSuffix(ending) }

    /// Reads a file; nil when it is not whole.
    init?(_ bytes: [UInt8]) {
        guard let lines = FieldLines(reading: bytes, under: Self.heading),
            let run = lines["run"], let pid = lines.integer("pid").flatMap(Int32.init(exactly:)),
            let start = lines.integer("start")
        else { return nil }
        holder = LeaseHolder(
            owner: lines["owner"] ?? "somebody", uid: lines.integer("uid").flatMap(UInt32.init(exactly:)) ?? 0,
            run: run,
            process: ProcessMark(
                pid: pid, start: start, boot: lines["boot"] ?? "", space: lines["space"] ?? "",
                machine: lines["machine"] ?? ""))
        var next = lines.fields.firstIndex { $0.key == "phone" } ?? lines.fields.endIndex
        while next < lines.fields.endIndex {
            let part = lines.fields[next...]
            let keys = part.dropFirst(3).prefix { $0.key == "key" }.map(\.value)
            guard part.prefix(3).map(\.key) == ["phone", "since", "until"], let since = Int64(part[next + 1].value),
                let until = Int64(part[next + 2].value)
            else { return nil }
            leases.append(Lease(phone: LeasedPhone(name: part[next].value, keys: keys), since: since, until: until))
            next += 3 + keys.count
        }
    }

    var bytes: [UInt8] {
        var lines = FieldLines()
        lines.add("owner", holder.owner)
        lines.add("uid", Int64(holder.uid))
        lines.add("run", holder.run)
        lines.add("pid", Int64(holder.process.pid))
        lines.add("start", holder.process.start)
        lines.add("boot", holder.process.boot)
        lines.add("space", holder.process.space)
        lines.add("machine", holder.process.machine)
        for lease in leases {
            lines.add("phone", lease.phone.name)
            lines.add("since", lease.since)
            lines.add("until", lease.until)
            for key in lease.phone.keys { lines.add("key", key) }
        }
        return Array(lines.text(under: Self.heading).utf8)
    }
}
