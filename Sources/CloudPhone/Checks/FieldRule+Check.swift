import JSON
import SourceText

extension FieldRule {
    /// Looks at a value, which has the type of its field.
    ///
    /// - Throws: ``CheckFault`` for the first thing that the service would refuse.
    func check(_ value: JSONValue) throws(CheckFault) {
        switch self {
        case .ids(let what, let most): try NameCheck.ids(value.parts, of: what, most: most)
        case .tokens(let what, let most):
            try Self.count(value.parts.count, in: 1...most, of: "\(what)s")
            for text in value.parts { try NameCheck.token(text, of: what) }
        case .objects(let what, let field, let most):
            try NameCheck.ids((value.elements ?? []).map { $0[field]?.text ?? "" }, of: what, most: most)
        case .some(let what):
            guard value.elements?.isEmpty == false else { throw CheckFault("there is no \(what) in the call") }
        case .count(let range, let what): try Self.count(value.elements?.count ?? 0, in: range, of: what)
        case .each(let rule): for element in value.elements ?? [] { try rule.check(element) }
        case .numbers, .range, .bandwidth, .pageSize, .pageStart:
            try checkNumber(value.integer.flatMap { Int(exactly: $0) } ?? value.text.flatMap { Int($0) })
        default: for text in value.text.map({ [$0] }) ?? value.parts { try checkText(text) }
        }
    }

    private func checkNumber(_ number: Int?) throws(CheckFault) {
        guard let number else { throw CheckFault("it is no whole number") }
        switch self {
        case .numbers(let allowed):
            guard allowed.contains(number) else { throw CheckFault("\(number) is not one of \(note)") }
        case .range(let range):
            guard range.contains(number) else { throw CheckFault("\(number) is not in \(note)") }
        case .bandwidth:
            let step = number <= 300 ? 1 : number <= 1000 ? 50 : 500
            guard number > 0, number % step == 0 else {
                throw CheckFault(
                    "a bandwidth of \(number) Mbit/s is not on offer",
                    advice: "any up to 300, by 50 up to 1000, by 500 above")
            }
        case .pageSize(let most): try PageCheck.check(limit: number, most: most)
        default: try PageCheck.check(limit: nil, most: 1, offset: number)
        }
    }

    private func checkText(_ text: String) throws(CheckFault) {
        switch self {
        case .id(let what): try NameCheck.id(text, of: what)
        case .token(let what): try NameCheck.token(text, of: what)
        case .oneOf(let texts):
            guard texts.contains(text) else {
                throw CheckFault(
                    "`\(text.prefix(40))` is not one of \(note)", advice: suggestion(for: text, among: texts))
            }
        case .bytes(let range, let what):
            guard range.contains(text.utf8.count) else {
                throw CheckFault("\(what) has \(note), not \(text.utf8.count)")
            }
        case .characters(let range, let what):
            guard range.contains(text.count) else { throw CheckFault("\(what) has \(note), not \(text.count)") }
        case .name(let what): try NameCheck.name(text, of: what)
        case .package: try NameCheck.package(text)
        case .bucket: try NameCheck.bucket(text)
        case .tar: try NameCheck.object(text)
        case .path(.sharedFile): try PathCheck.sharedFile(text)
        case .path(.sharedFolder): try PathCheck.sharedFolder(text)
        case .path(.exported): try PathCheck.exported(text)
        case .json(let most): try PropertyCheck.check(text, most: most)
        case .time(let mayBeNow): try TimeCheck.check(text, mayBeNow: mayBeNow)
        default: break
        }
    }

    private static func count(_ count: Int, in range: ClosedRange<Int>, of what: String) throws(CheckFault) {
        guard range.contains(count) else {
            throw CheckFault("\(range.lowerBound) to \(range.upperBound) \(what) can be named, not \(count)")
        }
    }
}

extension JSONValue {
    /// The texts of a list, or the parts of a text that are joined by commas.
    fileprivate var parts: [String] {
        if let text { return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        return (elements ?? []).compactMap(\.text)
    }
}
