/// What stands in the file of one key.
struct LeaseRecord: Equatable {
    private static let heading = "drover-lease 1"
    /// Longer texts are cut: a record has to fit into one page, so that one write puts all of it there or nothing.
    private static let mostText = 160

    var key: String
    var phone: String
    var holder: LeaseHolder
    /// Milliseconds since 1970.
    var since: Int64
    var until: Int64

    init(key: String, phone: String, holder: LeaseHolder, since: Int64, until: Int64) {
        self.key = key
        self.phone = phone
        self.holder = holder
        self.since = since
        self.until = until
    }

    /// Reads a file; nil when there is no lease in it, or one that its writer did not live to finish.
    init?(_ bytes: [UInt8]) {
        guard let lines = FieldLines(reading: bytes, under: Self.heading),
            let run = lines["run"], let pid = lines.integer("pid").flatMap(Int32.init(exactly:)),
            let start = lines.integer("start"), let since = lines.integer("since"), let until = lines.integer("until")
        else { return nil }
        key = lines["key"] ?? ""
        phone = lines["phone"] ?? ""
        holder = LeaseHolder(
            owner: lines["owner"] ?? "somebody", uid: lines.integer("uid").flatMap(UInt32.init(exactly:)) ?? 0,
            run: run,
            process: ProcessMark(
                pid: pid, start: start, boot: lines["boot"] ?? "", space: lines["space"] ?? "",
                machine: lines["machine"] ?? ""))
        self.since = since
        self.until = until
    }

    /// What stands in the place of a lease that was given back.
    static let free = Array("free\n".utf8)

    var bytes: [UInt8] {
        var lines = FieldLines()
        lines.add("key", Self.cut(key))
        lines.add("phone", Self.cut(phone))
        lines.add("owner", Self.cut(holder.owner))
        lines.add("uid", Int64(holder.uid))
        lines.add("run", Self.cut(holder.run))
        lines.add("pid", Int64(holder.process.pid))
        lines.add("start", holder.process.start)
        lines.add("boot", Self.cut(holder.process.boot))
        lines.add("space", Self.cut(holder.process.space))
        lines.add("machine", Self.cut(holder.process.machine))
        lines.add("since", since)
        lines.add("until", until)
        return Array(lines.text(under: Self.heading).utf8)
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= mostText ? text : String(decoding: text.utf8.prefix(mostText), as: UTF8.self)
    }
}
