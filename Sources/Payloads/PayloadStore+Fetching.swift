public import Curl
public import Farm
import Fetching
import Lanes
import Synchronization

extension PayloadStore {
    /// How many payloads are fetched at a time.
    static let fetchWidth = 4

    /// Fetches everything that comes from an address, four payloads at a time; to be called before payloads are opened.
    ///
    /// What was fetched before is taken from the cache as far as its server, or its checksum, says that it is the same; an
    /// address that several payloads have is asked once. Of several that cannot be had, the first in order is told.
    ///
    /// - Parameters:
    ///   - folder: The cache, made when it is missing.
    ///   - objects: Reads the buckets that are named; nil where none is.
    ///   - tell: Hears of each payload that has come, in their order: the address, its bytes and its checksum.
    /// - Throws: `PayloadError`, `CancellationError`.
    public func fetch(
        _ definitions: [PayloadDefinition], with client: HTTPClient, into folder: String,
        objects: (any ObjectSupply)?, tell: (String, Int64, String) -> Void = { _, _, _ in }
    ) async throws {
        let due = definitions.filter(\.isFetched)
        for definition in due { try keep(definition, in: folder) }
        let fetch = PayloadFetch(fetcher: Fetcher(client), folder: folder, objects: objects)
        // Payloads of one address share a place in the cache, and so take turns.
        var latest: [String: Int] = [:]
        let earlier = due.indices.map { index in
            defer { latest[due[index].from] = index }
            return latest[due[index].from]
        }
        try await OrderedWork<PayloadFetch.Arrival>(width: Self.fetchWidth).run(after: earlier) { index, before in
            let before = try await before?.value
            try Task.checkCancellation()
            return try await fetch.bring(due[index], after: before)
        } take: { arrival in
            noteFetched(arrival.definition, at: arrival.path)
            if let bytes = arrival.newBytes { tell(arrival.shown, bytes, arrival.sum) }
        }
        if !due.isEmpty { FetchedFolders(in: folder).makeRoom() }
    }

    /// Has nobody remove what comes from an address as long as this store lives.
    private func keep(_ definition: PayloadDefinition, in folder: String) throws(PayloadError) {
        let folders = FetchedFolders(in: folder)
        do throws(SystemError) {
            let hold = try folders.hold(definition.from, shown: definition.shown)
            heldFolders.withLock { $0.append(hold) }
        } catch {
            throw PayloadError(path: folders.place(of: definition.from), reason: "cannot be made: \(error.reason)")
        }
    }

    /// The name that what a payload fetches has in the cache: the last part of its address; nil when that is no plain name.
    public static func fileName(of definition: PayloadDefinition) -> String? {
        let path = definition.from.prefix { $0 != "?" && $0 != "#" }
        let last = definition.object?.lastComponent ?? path.split(separator: "/").last.map(String.init) ?? ""
        let isName =
            !last.isEmpty && !last.hasPrefix(".") && last.utf8.count <= 200 && !last.contains(":")
            && LocalGlob(last) == nil
        return isName ? last : nil
    }
}
