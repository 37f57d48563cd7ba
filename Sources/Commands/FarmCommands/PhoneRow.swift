import Farm
import Reports

/// One phone of a list: what the farm says, and what it answered.
struct PhoneRow {
    let phone: Phone
    /// nil when nobody asked.
    let answer: PhoneSurvey.Answer?

    init(_ phone: Phone, _ answer: PhoneSurvey.Answer?) {
        self.phone = phone
        self.answer = answer
    }

    /// Whether it answered.
    var isThere: Bool { answer?.properties != nil }

    private func property(_ key: String) -> String? { answer?.properties?[key] ?? phone.properties[key] }

    /// A property for people: a dash is for what a phone does not tell, and not for what nobody asked.
    ///
    /// - Parameter other: What tells the same of a phone that a cloud rents out.
    private func shown(_ key: String, or others: String...) -> String {
        property(key) ?? others.lazy.compactMap(property).first ?? (answer == nil ? "unknown" : "-")
    }

    /// The first way in; of a phone of a cloud its service, and how ADB reaches it beside that.
    private var ways: String {
        guard let first = phone.waysIn.first else { return "none" }
        guard case .cloudADB(let place, let access) = first, phone.cloud != nil else { return "\(first)" }
        return "\(WayIn.cloud(place)), and adb \(access == .direct ? "direct" : "through ssh")"
    }

    private var state: String {
        guard let answer else { return "not asked" }
        return answer.reason ?? "ready"
    }

    /// A table for people, with a count below it.
    static func table(_ rows: [PhoneRow]) -> String {
        var table = TextTable([
            (heading: "phone", alignment: .left), (heading: "model", alignment: .left),
            (heading: "android", alignment: .left), (heading: "sdk", alignment: .right),
            (heading: "labels", alignment: .left), (heading: "way in", alignment: .left),
            (heading: "state", alignment: .left),
        ])
        for row in rows {
            table.add([
                Escaping.line(row.phone.name),
                Escaping.line(row.shown("ro.product.model", or: "cph.model", "koophone.model")),
                Escaping.line(row.shown("ro.build.version.release")),
                Escaping.line(row.shown("ro.build.version.sdk")),
                row.phone.labels.joined(separator: ","), row.ways,
                Escaping.line(row.state),
            ])
        }
        let lines = table.lines() + [count(rows)]
        return lines.map { $0 + "\n" }.joined()
    }

    private static func count(_ rows: [PhoneRow]) -> String {
        let noun = rows.count == 1 ? "phone" : "phones"
        guard rows.contains(where: { $0.answer != nil }) else { return "\(rows.count) \(noun)" }
        return "\(rows.count) \(noun), \(rows.filter(\.isThere).count) ready"
    }

    /// One JSON array, an object per phone.
    static func json(_ rows: [PhoneRow]) -> String {
        let objects = rows.map { row in
            let ways = row.phone.waysIn.map { quoted("\($0)") }.joined(separator: ", ")
            let labels = row.phone.labels.map(quoted).joined(separator: ", ")
            let known = (row.answer?.properties ?? row.phone.properties).sorted { $0.key < $1.key }
            let properties = known.map { "\(quoted($0.key)): \(quoted($0.value))" }.joined(separator: ", ")
            var members = [
                "\"name\": \(quoted(row.phone.name))", "\"ways-in\": [\(ways)]", "\"labels\": [\(labels)]",
                "\"properties\": {\(properties)}", "\"state\": \(quoted(row.isThere ? "ready" : row.state))",
            ]
            if let advice = row.answer?.advice { members.append("\"advice\": \(quoted(advice))") }
            return "  {\(members.joined(separator: ", "))}"
        }
        return "[\n\(objects.joined(separator: ",\n"))\n]\n"
    }

    private static func quoted(_ text: String) -> String { JSONReport.quoted(text) }
}
