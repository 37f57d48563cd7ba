public import Farm
import SourceText

extension StepArguments {
    /// A required text.
    public mutating func text(_ key: String, bare: Bool = false) -> Argument<String> {
        value(key, .text, bare: bare)
    }

    /// A text that may be missing.
    public mutating func optionalText(_ key: String, bare: Bool = false) -> Argument<String>? {
        optionalValue(key, .text, bare: bare)
    }

    /// A text with a default.
    public mutating func text(_ key: String, bare: Bool = false, default value: String) -> Argument<String> {
        optionalValue(key, .text, bare: bare) ?? Argument(value)
    }

    /// `true` or `false`; false unless said otherwise.
    public mutating func flag(_ key: String, bare: Bool = false, default value: Bool = false) -> Argument<Bool> {
        optionalValue(key, .flag, bare: bare) ?? Argument(value)
    }

    /// `true` or `false`, or nil when it was left open.
    public mutating func optionalFlag(_ key: String) -> Argument<Bool>? { optionalValue(key, .flag) }

    /// A required whole number.
    public mutating func integer(
        _ key: String, in range: ClosedRange<Int> = .min ... .max, bare: Bool = false
    ) -> Argument<Int> {
        value(key, .integer(in: range), bare: bare)
    }

    /// A whole number that may be missing.
    public mutating func optionalInteger(
        _ key: String, in range: ClosedRange<Int> = .min ... .max, bare: Bool = false
    ) -> Argument<Int>? {
        optionalValue(key, .integer(in: range), bare: bare)
    }

    /// A required number.
    public mutating func number(_ key: String, bare: Bool = false) -> Argument<Double> {
        value(key, .number, bare: bare)
    }

    /// A number that may be missing.
    public mutating func optionalNumber(_ key: String, bare: Bool = false) -> Argument<Double>? {
        optionalValue(key, .number, bare: bare)
    }

    /// A required duration.
    public mutating func duration(_ key: String, bare: Bool = false) -> Argument<Duration> {
        value(key, .duration, bare: bare)
    }

    /// A duration that may be missing.
    public mutating func optionalDuration(_ key: String, bare: Bool = false) -> Argument<Duration>? {
        optionalValue(key, .duration, bare: bare)
    }

    /// A required size.
    public mutating func size(_ key: String, bare: Bool = false) -> Argument<ByteCount> {
        value(key, .size, bare: bare)
    }

    /// A size that may be missing.
    public mutating func optionalSize(_ key: String, bare: Bool = false) -> Argument<ByteCount>? {
        optionalValue(key, .size, bare: bare)
    }

    /// One of a few words, required.
    public mutating func choice(_ key: String, of words: [String], bare: Bool = false) -> Argument<String> {
        value(key, .choice(words), bare: bare)
    }

    /// One of a few words, which may be missing.
    public mutating func optionalChoice(_ key: String, of words: [String], bare: Bool = false) -> Argument<String>? {
        optionalValue(key, .choice(words), bare: bare)
    }

    /// Texts; a single one stands for a list of one.
    public mutating func list(_ key: String, bare: Bool = false) -> Argument<[String]> {
        value(key, .list, bare: bare)
    }

    /// Texts, which may be missing.
    public mutating func optionalList(_ key: String, bare: Bool = false) -> Argument<[String]>? {
        optionalValue(key, .list, bare: bare)
    }

    /// A required package name.
    public mutating func packageName(_ key: String, bare: Bool = false) -> Argument<PackageName> {
        value(key, .packageName, bare: bare)
    }

    /// A package name that may be missing.
    public mutating func optionalPackageName(_ key: String, bare: Bool = false) -> Argument<PackageName>? {
        optionalValue(key, .packageName, bare: bare)
    }

    /// A required path on the phone.
    public mutating func remotePath(_ key: String, bare: Bool = false) -> Argument<RemotePath> {
        value(key, .remotePath, bare: bare)
    }

    /// A path on the phone that may be missing.
    public mutating func optionalRemotePath(_ key: String, bare: Bool = false) -> Argument<RemotePath>? {
        optionalValue(key, .remotePath, bare: bare)
    }

    /// A required file of this machine; whether it is there is looked at when the run is planned.
    public mutating func file(_ key: String, bare: Bool = false) -> Argument<String> {
        value(key, pathKind(key, "a file", bare), bare: bare)
    }

    /// A file of this machine, which may be missing.
    public mutating func optionalFile(_ key: String, bare: Bool = false) -> Argument<String>? {
        optionalValue(key, pathKind(key, "a file", bare), bare: bare)
    }

    /// A required folder of this machine.
    public mutating func directory(_ key: String, bare: Bool = false) -> Argument<String> {
        value(key, pathKind(key, "a folder", bare), bare: bare)
    }

    /// A folder of this machine, which may be missing.
    public mutating func optionalDirectory(_ key: String, bare: Bool = false) -> Argument<String>? {
        optionalValue(key, pathKind(key, "a folder", bare), bare: bare)
    }

    /// What is written in a playbook is relative to its folder; what came from an input is complete already.
    private func pathKind(_ key: String, _ phrase: String, _ bare: Bool) -> ArgumentKind<String> {
        let written = isSoleExpression(key, bare: bare) ? nil : PlaybookLanguage.folder(of: node.span.file.name)
        return .path(phrase, below: written)
    }
}
