import PlaybookLanguage
import SourceText

/// What can stand alone after `wait:`.
enum WaitWord: Sendable, Equatable, CustomStringConvertible {
    /// The phone is booted to the end.
    case boot
    /// The phone answers.
    case online
    /// Time passes.
    case time(Duration)

    var description: String {
        switch self {
        case .boot: "boot"
        case .online: "online"
        case .time(let length): durationText(length)
        }
    }
}

extension ArgumentKind where Result == WaitWord {
    /// `boot`, `online` or a duration.
    static var waitWord: Self {
        Self("boot, online or a duration", types: [.text, .duration], isText: false) { value throws(TextMistake) in
            switch value {
            case .text("boot"): return .boot
            case .text("online"): return .online
            case .duration(let length): return .time(length)
            case .text(let text):
                guard text.first?.isNumber == true else {
                    throw TextMistake(
                        "`\(text)` cannot be waited for", help: "write boot, online or a duration such as 10s")
                }
                return .time(try readDuration(text))
            default:
                let number = value.textForm ?? ""
                throw TextMistake(
                    "boot, online or a duration is needed, this is \(value.type.phrase)",
                    help: number.isEmpty ? nil : "a duration needs a unit, for example \(number)s")
            }
        }
    }
}
