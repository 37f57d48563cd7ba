import Custody
import Glibc
import Reports

/// One quarantined phone of a list.
struct QuarantineRow {
    let phone: QuarantinedPhone

    /// `px-1 (lost: 3 of its last 5 runs)`.
    static func line(_ phone: QuarantinedPhone) -> String {
        "\(Escaping.line(phone.name)) (\(Escaping.line(phone.reason)))"
    }

    /// A table for people, with the evidence of each phone below it.
    static func table(_ phones: [QuarantinedPhone]) -> String {
        guard !phones.isEmpty else { return "no phone is quarantined\n" }
        var table = TextTable([
            (heading: "phone", alignment: .left), (heading: "until", alignment: .left),
            (heading: "by", alignment: .left),
            (heading: "reason", alignment: .left),
        ])
        for phone in phones {
            table.add([
                Escaping.line(phone.name), day(phone.until), Escaping.line(phone.by ?? "drover"),
                Escaping.line(phone.reason),
            ])
        }
        var lines = table.lines()
        for phone in phones where !phone.evidence.isEmpty {
            lines.append("")
            lines.append("\(Escaping.line(phone.name)):")
            lines += phone.evidence.map { "  \(Escaping.line($0))" }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// One JSON array, an object per phone; times are seconds since 1970.
    static func json(_ phones: [QuarantinedPhone]) -> String {
        let objects = phones.map { phone in
            let evidence = phone.evidence.map(JSONReport.quoted).joined(separator: ", ")
            return "  {\"name\": \(JSONReport.quoted(phone.name)), \"reason\": \(JSONReport.quoted(phone.reason)), "
                + "\"by\": \(JSONReport.quoted(phone.by ?? "drover")), \"since\": \(phone.since / 1_000), "
                + "\"until\": \(phone.until / 1_000), \"evidence\": [\(evidence)]}"
        }
        return objects.isEmpty ? "[]\n" : "[\n\(objects.joined(separator: ",\n"))\n]\n"
    }

    /// `2026-11-27 04:12`, in local time.
    private static func day(_ milliseconds: Int64) -> String {
        var parts = tm()
        var time = time_t(milliseconds / 1_000)
        localtime_r(&time, &parts)
        func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday)) "
            + "\(padded(parts.tm_hour)):\(padded(parts.tm_min))"
    }
}
