import Farm
import PlaybookLanguage

extension ArgumentKind where Result == AppSharing {
    /// `auto`, `true` or `false`.
    static var sharing: Self {
        Self("auto, true or false", types: [.text, .boolean], isText: true) { value throws(TextMistake) in
            switch value {
            case .boolean(let flag): return flag ? .shared : .own
            case .text(let word):
                if let sharing = AppSharing(rawValue: word) { return sharing }
                throw TextMistake("`\(word)` is none of auto, true and false")
            default: throw TextMistake("auto, true or false is needed, this is \(value.type.phrase)")
            }
        }
    }
}
