import SourceText

/// What a selector says about one property: `model=Pixel*`, `sdk=33..`, `label=gold`.
struct PropertyCondition: Hashable, Sendable {
    /// Where the property comes from.
    enum Source: Hashable, Sendable {
        case name, label, server, serial
        /// The phone itself must be asked, by this key of `getprop`.
        case phone(String)
    }

    /// What its value must be.
    enum Wanted: Hashable, Sendable {
        case glob(Glob)
        /// Numbers with dots, both ends included.
        case range(DottedNumber?, DottedNumber?)
    }

    let source: Source
    let wanted: Wanted
    /// The value when it is written out, without a glob.
    let exactValue: String?

    init(key: String, value: String, at span: Range<Int>, of text: String) throws(FarmError) {
        guard let source = Self.source(key) else {
            let near = closestMatch(to: key, among: Self.farmKeys + PhoneProperty.shortNames)
            throw FarmError(
                .selectorSyntax, text, at: span.lowerBound..<span.lowerBound + key.utf8.count,
                key.isEmpty ? "the property's name is missing" : "there is no property \"\(key)\"",
                suggestion: near.map { "did you mean \($0)?" }
                    ?? "properties are \((Self.farmKeys + PhoneProperty.shortNames).joined(separator: ", ")), "
                    + "and any key of getprop that has a dot")
        }
        let valueSpan = min(span.lowerBound + key.utf8.count + 1, span.upperBound)..<span.upperBound
        guard !value.isEmpty else {
            throw FarmError(.selectorSyntax, text, at: valueSpan, "the value of \(key) is missing")
        }
        self.source = source
        if let (lower, upper) = try Self.range(value, key: key, at: valueSpan, of: text) {
            wanted = .range(lower, upper)
            exactValue = nil
        } else {
            guard !value.hasPrefix("=") else {
                throw FarmError(
                    .selectorSyntax, text, at: valueSpan, "one equals sign is enough",
                    suggestion: "write \(key)\(value)")
            }
            wanted = .glob(Glob(value))
            exactValue = Glob.isGlob(value) ? nil : value
        }
    }

    private static let farmKeys = ["name", "label", "server", "serial"]

    private static func source(_ key: String) -> Source? {
        switch key {
        case "name": .name
        case "label": .label
        case "server": .server
        case "serial": .serial
        default: PhoneProperty.key(for: key).map(Source.phone)
        }
    }

    /// Reads `33..`, `..29` or `28..33`; nil when the value is no range of numbers.
    private static func range(
        _ value: String, key: String, at span: Range<Int>, of text: String
    ) throws(FarmError) -> (DottedNumber?, DottedNumber?)? {
        let isNumeric = value.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        let bytes = Array(value.utf8)
        guard isNumeric,
            let dots = bytes.indices.dropLast().first(where: { bytes[$0] == 0x2E && bytes[$0 + 1] == 0x2E })
        else { return nil }
        let (low, high) = (bytes[..<dots], bytes[(dots + 2)...])
        let lower = DottedNumber(String(decoding: low, as: UTF8.self))
        let upper = DottedNumber(String(decoding: high, as: UTF8.self))
        guard lower != nil || low.isEmpty, upper != nil || high.isEmpty, lower != nil || upper != nil else {
            throw FarmError(
                .selectorSyntax, text, at: span, "this is no range of numbers",
                suggestion: "write \(key)=33.. or \(key)=..29 or \(key)=28..33")
        }
        if let lower, let upper, upper < lower {
            throw FarmError(.selectorSyntax, text, at: span, "the range runs backwards")
        }
        return (lower, upper)
    }

    /// Whether the phone fulfils it; nil when the phone has to be asked first.
    ///
    /// - Parameter properties: What the phone answered; nil when it was not asked. What it left out is not set.
    func holds(for phone: Phone, properties: [String: String]?) -> Bool? {
        switch source {
        case .name: accepts(phone.name)
        case .label: phone.labels.contains(where: accepts)
        case .server: phone.server.map(accepts) ?? false
        case .serial: phone.serial.map(accepts) ?? false
        case .phone(let key): (properties.map { $0[key] ?? "" } ?? phone.properties[key]).map(accepts)
        }
    }

    /// Whether it speaks of what only phones have.
    var isOfPhones: Bool {
        switch source {
        case .name, .label, .server: false
        case .serial, .phone: true
        }
    }

    /// Whether the encoder fulfils it; what only phones have, it does not.
    func holds(for encoder: Encoder) -> Bool {
        switch source {
        case .name: accepts(encoder.name)
        case .label: encoder.labels.contains(where: accepts)
        case .server: encoder.server.map(accepts) ?? false
        case .serial, .phone: false
        }
    }

    private func accepts(_ value: String) -> Bool {
        switch wanted {
        case .glob(let glob): return glob.matches(value)
        case .range(let lower, let upper):
            guard let number = DottedNumber(value) else { return false }
            return (lower.map { $0 <= number } ?? true) && (upper.map { number <= $0 } ?? true)
        }
    }
}

/// A number such as `34` or `7.1.2`, compared part by part.
struct DottedNumber: Hashable, Comparable, Sendable {
    private let parts: [Int]

    init?(_ text: String) {
        var parts: [Int] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let number = Int(part), number >= 0 else { return nil }
            parts.append(number)
        }
        while parts.count > 1, parts.last == 0 { parts.removeLast() }
        self.parts = parts
    }

    static func < (first: Self, second: Self) -> Bool { first.parts.lexicographicallyPrecedes(second.parts) }
}
