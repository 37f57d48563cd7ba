/// What is remembered of one phone: how its last runs went, and whether it is quarantined.
struct QuarantinePage: Hashable {
    /// How a run ended for the phone.
    struct Outcome: Hashable {
        var run: String
        /// The failure's code; nil when the run went well or failed for another reason than the phone.
        var code: String?
        /// The step and the reason.
        var words = ""
    }

    let name: String
    var outcomes: [Outcome] = []
    var quarantine: QuarantinedPhone?

    init(name: String) { self.name = name }

    /// Whether there is anything to remember.
    var isEmpty: Bool { quarantine == nil && !outcomes.contains { $0.code != nil } }

    /// Notes a run; of the same run only the last outcome counts.
    mutating func note(_ outcome: Outcome, keeping count: Int) {
        outcomes.removeAll { $0.run == outcome.run }
        outcomes.append(outcome)
        outcomes.removeFirst(max(0, outcomes.count - count))
    }
}

extension FieldLines {
    static let quarantineHeading = "drover-quarantine 1"

    /// The pages of all phones, one after the other.
    init(_ pages: [QuarantinePage]) {
        for page in pages {
            add("phone", page.name)
            for outcome in page.outcomes {
                add("run", outcome.run)
                if let code = outcome.code { add("code", code) }
                if !outcome.words.isEmpty { add("words", outcome.words) }
            }
            guard let quarantine = page.quarantine else { continue }
            add("quarantined", quarantine.since)
            add("until", quarantine.until)
            add("reason", quarantine.reason)
            if let by = quarantine.by { add("by", by) }
            for line in quarantine.evidence { add("evidence", line) }
        }
    }

    /// Reads the pages; keys that a later drover may add are passed over.
    var quarantinePages: [QuarantinePage] {
        var pages: [QuarantinePage] = []
        for (key, value) in fields {
            if key == "phone" {
                pages.append(QuarantinePage(name: value))
            } else if !pages.isEmpty {
                pages[pages.count - 1].take(key, value)
            }
        }
        return pages
    }
}

extension QuarantinePage {
    fileprivate mutating func take(_ key: String, _ value: String) {
        switch key {
        case "run": outcomes.append(Outcome(run: value))
        case "code" where !outcomes.isEmpty: outcomes[outcomes.count - 1].code = value
        case "words" where !outcomes.isEmpty: outcomes[outcomes.count - 1].words = value
        case "quarantined": change(since: Int64(value) ?? 0)
        case "until": change(until: Int64(value) ?? 0)
        case "reason": change(reason: value)
        case "by": change(by: value)
        case "evidence": change(evidence: value)
        default: return
        }
    }

    private mutating func change(
        since: Int64? = nil, until: Int64? = nil, reason: String? = nil, by: String? = nil, evidence: String? = nil
    ) {
        let old = quarantine
        quarantine = QuarantinedPhone(
            name: name, reason: reason ?? old?.reason ?? "",
            evidence: (old?.evidence ?? []) + (evidence.map { [$0] } ?? []),
            by: by ?? old?.by, since: since ?? old?.since ?? 0, until: until ?? old?.until ?? 0)
    }
}
