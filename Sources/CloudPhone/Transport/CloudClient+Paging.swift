extension CloudClient {
    /// The most pages of one list.
    private static let mostPages = 2000

    /// Lists all there is, page by page, each as large as the service allows.
    ///
    /// What is made or removed meanwhile may be missing, but nothing comes twice.
    ///
    /// - Parameter isEnough: Told what has come so far, whether more is not wanted.
    /// - Throws: ``CloudError``, also when pages repeat themselves, or `CancellationError`.
    public func all<Operation: PagedOperation>(
        _ operation: Operation, until isEnough: @Sendable ([Operation.Element]) -> Bool = { _ in false }
    ) async throws -> [Operation.Element] {
        var operation = operation
        let size = operation.limit ?? Operation.mostPerPage
        operation.limit = size
        var elements: [Operation.Element] = []
        var seen: Set<String> = []
        var marks: Set<String> = []
        var offset = operation.start.offset ?? 0
        for _ in 0..<Self.mostPages {
            let page = try await send(operation)
            let fresh = page.elements.filter { seen.insert($0.identity).inserted }
            elements += fresh
            guard !isEnough(elements) else { return elements }
            if Operation.Element.hasMarker {
                guard let mark = page.nextMarker else { return elements }
                guard marks.insert(mark).inserted else { throw repeating(Operation.self) }
                operation.start = .marker(mark)
            } else {
                offset += page.elements.count
                // Services cap the size of a page without saying so; a total, where there is one, tells. One that is no
                // more than the page may count the page alone.
                let total = page.total ?? 0
                let isLast = offset >= total && (page.elements.count < size || total > page.elements.count)
                guard !page.elements.isEmpty, !isLast else { return elements }
                guard !fresh.isEmpty else { throw repeating(Operation.self) }
                operation.start = .offset(offset)
            }
        }
        throw repeating(Operation.self)
    }

    private func repeating<Operation: PagedOperation>(_ operation: Operation.Type) -> CloudError {
        CloudError(.badAnswer, Operation.shape.name, "the pages of the list repeat themselves or do not end")
    }
}
