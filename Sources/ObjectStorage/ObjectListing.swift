import Signing

/// One page of a list.
public struct ObjectPage: Hashable, Sendable {
    /// The objects, in the order of their names' bytes.
    public let objects: [StoredObject]
    /// What the delimiter took together: names up to and including it.
    public let commonPrefixes: [String]
    /// Where the next page begins; nil at the end.
    public let nextMarker: String?
}

/// All objects of a list, page by page as they are wanted.
public struct ObjectListing: AsyncSequence, Sendable {
    /// One object at a time.
    public typealias Element = StoredObject

    let client: ObjectStoreClient
    let prefix: String

    /// Goes through the pages.
    public func makeAsyncIterator() -> Iterator { Iterator(client: client, prefix: prefix) }

    /// Goes through the pages; asks for the next one when the last is used up.
    public struct Iterator: AsyncIteratorProtocol {
        private let client: ObjectStoreClient
        private let prefix: String
        private var waiting: ArraySlice<StoredObject> = []
        private var marker: String?
        private var isAtEnd = false

        init(client: ObjectStoreClient, prefix: String) {
            self.client = client
            self.prefix = prefix
        }

        /// The next object; nil at the end.
        ///
        /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
        public mutating func next() async throws -> StoredObject? {
            while waiting.isEmpty {
                guard !isAtEnd else { return nil }
                let page = try await client.list(prefix: prefix, marker: marker)
                waiting = page.objects[...]
                marker = page.nextMarker
                isAtEnd = marker == nil
            }
            return waiting.removeFirst()
        }
    }
}

extension ObjectStoreClient {
    /// All objects whose names begin with `prefix`.
    public nonisolated func objects(prefix: String = "") -> ObjectListing {
        ObjectListing(client: self, prefix: prefix)
    }

    /// One page of the objects whose names begin with `prefix`, at most 1,000.
    ///
    /// - Parameters:
    ///   - delimiter: What lies behind it in a name is taken together, as folders are.
    ///   - marker: Where the page before ended; nil for the first.
    ///   - limit: How many names at most.
    /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
    public func list(
        prefix: String = "", delimiter: String? = nil, marker: String? = nil, limit: Int = 1000
    ) async throws -> ObjectPage {
        var call = StoreCall("list \(store.name(of: prefix.isEmpty ? nil : prefix + "*"))", "GET")
        call.query = [.init("prefix", prefix), .init("max-keys", "\(limit)")]
        if let delimiter { call.query.append(.init("delimiter", delimiter)) }
        if let marker { call.query.append(.init("marker", marker)) }
        let response = try await ask(call)
        let root = try document(response, call, named: "ListBucketResult")
        let objects = root.all("Contents").compactMap(StoredObject.init(listed:))
        let prefixes = root.all("CommonPrefixes").compactMap { $0["Prefix"]?.text }
        guard root.text(of: "IsTruncated") == "true" else {
            return ObjectPage(objects: objects, commonPrefixes: prefixes, nextMarker: nil)
        }
        // Without a delimiter stores leave the marker out, and the last name is it.
        let last = (objects.map(\.key) + prefixes).max { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let named = root["NextMarker"]?.text
        guard let next = named.flatMap({ $0.isEmpty ? nil : $0 }) ?? last,
            marker.map({ $0.utf8.lexicographicallyPrecedes(next.utf8) }) ?? true
        else { throw badAnswer(response, call, "the list leads in circles") }
        return ObjectPage(objects: objects, commonPrefixes: prefixes, nextMarker: next)
    }
}
