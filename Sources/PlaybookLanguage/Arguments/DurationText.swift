/// Reads a duration: numbers with units, `90s`, `1m30s`, `500ms`, `1.5h`; the units are `ms s m h d`.
///
/// - Throws: A sentence that says what is wrong, with a suggestion.
public func readDuration(_ text: String) throws(TextMistake) -> Duration {
    let example = "for example 30s, 5m or 1h30m"
    var rest = Substring(text)
    guard !rest.isEmpty else { throw TextMistake("a duration is missing", help: example) }
    var total = Duration.zero
    var lastUnit = Int64.max
    while !rest.isEmpty {
        let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        rest = rest.dropFirst(digits.count)
        guard let amount = Double(digits), digits.first != "." else {
            throw TextMistake("`\(text)` is not a duration", help: example)
        }
        let unit = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(unit.count)
        guard !unit.isEmpty else {
            if rest.isEmpty, total == .zero {
                throw TextMistake(
                    "a duration needs a unit, for example \(digits)s", help: "the units are ms, s, m, h, d")
            }
            throw TextMistake("`\(text)` is not a duration", help: example)
        }
        guard let milliseconds = durationUnits[String(unit)] else {
            let near = durationUnitSlips[unit.lowercased()]
            throw TextMistake(
                "a duration has no unit `\(unit)`",
                help: near.map { "did you mean `\(digits)\($0)`?" } ?? "the units are ms, s, m, h, d")
        }
        guard milliseconds < lastUnit else {
            throw TextMistake("`\(text)` is not a duration: larger units come first, each once", help: example)
        }
        lastUnit = milliseconds
        let exact = amount * Double(milliseconds)
        guard exact < 1e14 else { throw TextMistake("`\(text)` is too long", help: nil) }
        total += .milliseconds(Int64(exact.rounded()))
    }
    return total
}

/// A duration as it is written in a playbook: `1h30m`, `500ms`.
public func durationText(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var left = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    guard left > 0 else { return "0s" }
    var text = ""
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
        as [(String, Int64)]
    {
        guard left >= size else { continue }
        text += "\(left / size)\(unit)"
        left %= size
    }
    return text
}

/// What is wrong with a text that should have been a duration, a size and the like.
public struct TextMistake: Error, Hashable, Sendable {
    /// One sentence without a full stop.
    public let message: String
    /// What to write instead.
    public let help: String?

    /// Says what is wrong.
    public init(_ message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }
}

private let durationUnits: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]

private let durationUnitSlips = [
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "msec": "ms", "millis": "ms",
    "milliseconds": "ms", "ms": "ms", "s": "s", "m": "m", "h": "h", "d": "d",
]
