/// Something that lists hold.
public protocol PageElement: AnswerValue {
    /// The name of the list in an answer.
    static var listName: String { get }
    /// The name of the number of all there are; nil when the answer has none.
    static var totalName: String? { get }
    /// Whether the answer says with what mark the next page begins.
    static var hasMarker: Bool { get }
    /// The name of the time at which the list was taken; nil when the answer has none.
    static var timeName: String? { get }
    /// Whether the answer has the call's id.
    static var hasRequestID: Bool { get }
    /// What tells it from the others of the list.
    var identity: String { get }
}

extension PageElement {
    /// None.
    public static var totalName: String? { nil }
    /// It does not.
    public static var hasMarker: Bool { false }
    /// None.
    public static var timeName: String? { nil }
    /// It has.
    public static var hasRequestID: Bool { true }
}

/// One page of a list.
public struct Page<Element: PageElement>: AnswerValue {
    /// What it holds, in the answer's order.
    public let elements: [Element]
    /// How many there are in all; nil when the answer does not say.
    public let total: Int?
    /// With what mark the next page begins; nil when there is none.
    public let nextMarker: String?
    /// When the list was taken; nil when the answer does not say.
    public let time: String?
    /// The service's id of the call; empty when it gave none.
    public let requestID: String

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        requestID = Element.hasRequestID ? try fields.requestID() : ""
        elements = try fields.list(Element.listName, Element.init(reading:))
        if let name = Element.totalName { total = try fields.integer(name) } else { total = nil }
        if let name = Element.timeName { time = try fields.text(name) } else { time = nil }
        guard Element.hasMarker else {
            nextMarker = nil
            return
        }
        let marker = try fields.object("page_info") { info throws(AnswerFault) in try info.text("next_marker") ?? "" }
        nextMarker = marker.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// An operation that lists, page by page.
public protocol PagedOperation: CloudOperation where Answer == Page<Element> {
    /// What it lists.
    associatedtype Element: PageElement
    /// The most entries of one page.
    static var mostPerPage: Int { get }
    /// Whether pages are counted, by `page_no` and `page_size`; then places are multiples of the size.
    static var isNumbered: Bool { get }
    /// Entries of one page; nil for what the service takes by itself.
    var limit: Int? { get set }
    /// Where the page begins.
    var start: PageStart { get set }
}

/// Where a page begins.
public enum PageStart: Hashable, Sendable {
    /// At the first entry.
    case first
    /// Behind so many entries.
    case offset(Int)
    /// At the mark that the page before gave.
    case marker(String)

    /// Behind how many entries; nil where a mark says it.
    public var offset: Int? { if case .offset(let count) = self { count } else { nil } }
    var marker: String? { if case .marker(let mark) = self { mark } else { nil } }
}

extension PagedOperation {
    /// They are not.
    public static var isNumbered: Bool { false }

    /// Limit and beginning, as the query has them.
    var pageQuery: [String: String?] {
        var query: [String: String?] = ["limit": limit.map { String($0) }]
        if let offset = start.offset { query["offset"] = String(offset) }
        if let marker = start.marker { query["marker"] = marker }
        return query
    }
}
