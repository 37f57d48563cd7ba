import PlaybookLanguage

/// What is done to a unit, in the words of `systemctl`.
enum UnitVerb: String, Sendable, CaseIterable {
    case start, stop, restart, reload
    /// It is only looked at.
    case status

    /// The state that a playbook names; nil for looking.
    var state: String? {
        switch self {
        case .start: "started"
        case .stop: "stopped"
        case .restart: "restarted"
        case .reload: "reloaded"
        case .status: nil
        }
    }

    /// The words of ``state``.
    static var states: [String] { allCases.compactMap(\.state) }

    init?(state: String) {
        guard let verb = Self.allCases.first(where: { $0.state == state }) else { return nil }
        self = verb
    }
}

/// What stands alone after `service:`, such as `restart encoder`.
struct UnitOrder: Sendable {
    let verb: UnitVerb
    let unit: UnitName
}

extension ArgumentKind where Result == UnitOrder {
    /// `restart encoder`.
    static var unitOrder: Self {
        .parsed("a verb and the name of a unit") { text throws(TextMistake) in
            let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, words.count == 2 else {
                throw TextMistake(
                    "a verb and the name of a unit are needed, such as `restart encoder`",
                    help: words.count == 1 ? "write `restart \(words[0])`, or `status \(words[0])` to look at it" : nil)
            }
            guard let verb = UnitVerb(rawValue: first) else {
                let verbs = UnitVerb.allCases.map(\.rawValue).joined(separator: ", ")
                throw TextMistake(
                    "`\(first)` is nothing that is done to a unit", help: "write one of \(verbs) before the name")
            }
            guard let unit = UnitName(words[1]) else {
                throw TextMistake("`\(words[1])` cannot be the name of a unit")
            }
            return UnitOrder(verb: verb, unit: unit)
        }
    }
}
