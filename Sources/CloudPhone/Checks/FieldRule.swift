/// What a value must be beyond its type, as the service's documents have it; looked at before anything is sent.
public indirect enum FieldRule: Hashable, Sendable {
    /// An id of such a thing: 32 hexadecimal digits.
    case id(of: String)
    /// Such ids, in a list or joined by commas: at least one, none twice, so many at most.
    case ids(of: String, most: Int? = nil)
    /// An id of another kind.
    case token(of: String)
    /// Such ids, in a list or joined by commas: at least one, so many at most.
    case tokens(of: String, most: Int)
    /// Objects with the id of such a thing in the field of that name, none twice, so many at most.
    case objects(of: String, by: String, most: Int? = nil)
    /// One of these texts; in a list or joined by commas every one.
    case oneOf([String])
    /// One of these numbers.
    case numbers([Int])
    /// A number from the first to the last, ends included.
    case range(ClosedRange<Int>)
    /// A number that a bandwidth can have, in Mbit/s.
    case bandwidth
    /// So many bytes of such a thing.
    case bytes(ClosedRange<Int>, of: String)
    /// So many characters of such a thing.
    case characters(ClosedRange<Int>, of: String)
    /// At least one such thing.
    case some(of: String)
    /// So many elements of such things.
    case count(ClosedRange<Int>, of: String)
    /// Each element of a list.
    case each(FieldRule)
    /// A name of a phone or a server.
    case name(of: String)
    /// The name of a package.
    case package
    /// The name of a bucket.
    case bucket
    /// The key of a tar in the storage.
    case tar
    /// A file of shared storage, a folder of shared storage, or what an export takes along.
    case path(PathUse)
    /// A JSON object in a text of so many bytes at most.
    case json(most: Int)
    /// A time such as `2026-01-02T03:04:05Z`; where it is allowed, an empty text says now.
    case time(mayBeNow: Bool)
    /// So many entries of a page at most, as a number or its text.
    case pageSize(Int)
    /// Where a page begins, as a number or its text.
    case pageStart

    /// What a path on phones is used for.
    public enum PathUse: String, Hashable, Sendable {
        /// A file is removed from shared storage.
        case sharedFile = "absolute, below /data or /cache, at most 4,096 bytes"
        /// A folder of shared storage is listed.
        case sharedFolder = "absolute, not the root alone"
        /// An export takes it along.
        case exported = "absolute, below /data or /cache, * only at the end"
    }

    /// The rule in a few words, for a page of help.
    public var note: String {
        switch self {
        case .id(let what): "id of \(NameCheck.one(what))"
        case .ids(let what, let most): "ids of \(what)s" + Self.atMost(most)
        case .token(let what): "id of \(NameCheck.one(what))"
        case .tokens(let what, let most): "ids of \(what)s" + Self.atMost(most)
        case .objects(let what, _, let most): "one for each \(what)" + Self.atMost(most)
        case .oneOf(let texts): texts.joined(separator: ", ")
        case .numbers(let numbers): numbers.map { String($0) }.joined(separator: ", ")
        case .range(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .bandwidth: "Mbit/s: any up to 300, by 50 up to 1000, by 500 above"
        case .bytes(let range, _): "\(range.lowerBound) to \(range.upperBound) bytes"
        case .characters(let range, _): "\(range.lowerBound) to \(range.upperBound) characters"
        case .some(let what): "at least one \(what)"
        case .count(let range, let what): "\(range.lowerBound) to \(range.upperBound) \(what)"
        case .each(let rule): rule.note
        case .name: "1 to 60 letters, digits, Chinese characters, - and _"
        case .package: "name of a package such as com.example.app"
        case .bucket: "3 to 63 lower-case letters, digits, - and ."
        case .tar: "key of a .tar, at most 1,024 bytes"
        case .path(let use): use.rawValue
        case .json(let most): "JSON object in a text, at most \(most) bytes"
        case .time(let mayBeNow): "time such as 2026-01-02T03:04:05Z" + (mayBeNow ? ", or an empty text for now" : "")
        case .pageSize(let most): "1 to \(most)"
        case .pageStart: "0 or more"
        }
    }

    private static func atMost(_ count: Int?) -> String { count.map { ", at most \($0)" } ?? "" }
}
