public import JSON

extension CloudClient {
    /// The most pages of one list.
    private static let mostPages = 2000

    /// Lists all there is by an operation's name, page by page, each as large as the service allows.
    ///
    /// - Parameter given: The arguments by their names; `limit` sets the size of pages.
    /// - Returns: The entries in the service's order; nil when the operation has no pages.
    /// - Throws: What ``call(_:_:hooks:)`` throws, and ``CloudError`` when pages repeat themselves.
    public func callAll(_ name: String, _ given: [String: JSONValue]) async throws -> [JSONValue]? {
        try await callAll(OperationCatalog.operation(named: name), given)
    }

    /// The same for an operation of any catalog.
    public func callAll(
        _ operation: CatalogedOperation, _ given: [String: JSONValue]
    ) async throws -> [JSONValue]? {
        guard let paging = operation.paging else { return nil }
        if paging.isNumbered { return try await callNumbered(operation, paging, given) }
        let isText = operation.shape.body.contains { $0.name == "limit" && $0.kind == .text }
        func number(_ count: Int) -> JSONValue { isText ? .text(String(count)) : .integer(Int64(count)) }
        var given = given
        let size = given["limit"].flatMap(Self.count) ?? paging.mostPerPage
        if given["limit"] == nil { given["limit"] = number(size) }
        var offset = given["offset"].flatMap(Self.count) ?? 0
        var entries: [JSONValue] = []
        var marks: Set<String> = []
        for _ in 0..<Self.mostPages {
            let page = try await call(operation, given).json
            let part = page[paging.listName]?.elements ?? []
            entries += part
            if paging.hasMarker {
                guard let mark = page["page_info"]?["next_marker"]?.text, !mark.isEmpty else { return entries }
                guard marks.insert(mark).inserted else { break }
                given["marker"] = .text(mark)
            } else {
                offset += part.count
                // As for typed lists: services cap pages without saying so, and a total may count the page alone.
                let total = paging.totalName.flatMap { page[$0].flatMap(Self.count) } ?? 0
                let isLast = offset >= total && (part.count < size || total > part.count)
                guard !part.isEmpty, !isLast else { return entries }
                given["offset"] = number(offset)
            }
        }
        throw CloudError(.badAnswer, operation.name, "the pages of the list repeat themselves or do not end")
    }

    private func callNumbered(
        _ operation: CatalogedOperation, _ paging: CatalogedOperation.Paging, _ given: [String: JSONValue]
    ) async throws -> [JSONValue] {
        var given = given
        let size = given["page_size"].flatMap(Self.count) ?? paging.mostPerPage
        given["page_size"] = .integer(Int64(size))
        var entries: [JSONValue] = []
        let first = given["page_no"].flatMap(Self.count) ?? 1
        for number in first..<first + Self.mostPages {
            given["page_no"] = .integer(Int64(number))
            let page = try await call(operation, given).json
            let part = page[paging.listName]?.elements ?? []
            entries += part
            let total = paging.totalName.flatMap { page[$0].flatMap(Self.count) } ?? 0
            guard part.count == size || !part.isEmpty && entries.count < total else { return entries }
        }
        throw CloudError(.badAnswer, operation.name, "the pages of the list do not end")
    }

    private static func count(_ value: JSONValue) -> Int? {
        value.integer.flatMap { Int(exactly: $0) } ?? value.text.flatMap { Int($0) }
    }
}
