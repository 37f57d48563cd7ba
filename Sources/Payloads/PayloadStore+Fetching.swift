import Crypto
public import Curl
public import Farm
import Fetching
import Glibc
import Lanes
import Packing

extension PayloadStore {
    /// Fetches everything that comes from an address, a few at a time; to be called before payloads are opened.
    ///
    /// What was fetched before is taken from the cache as far as its server, or its checksum, says that it is the same.
    ///
    /// - Parameters:
    ///   - folder: The cache, made when it is missing.
    ///   - tell: Hears of each file that has come: the address, its bytes and its checksum.
    /// - Throws: `PayloadError`, `CancellationError`.
    public func fetch(
        _ definitions: [PayloadDefinition], with client: HTTPClient, into folder: String,
        tell: (String, Int64, String) -> Void = { _, _, _ in }
    ) async throws {
        let fetcher = Fetcher(client)
        for definition in definitions where definition.isFetched {
            let place = try Self.place(for: definition, in: folder)
            // What people read: an address may hold a password, or a signature in its query.
            var shown = definition.name
            do {
                let url = try HTTPURL(definition.from)
                shown = url.readable
                let source = FetchSource(url, sha256: try Self.wanted(for: definition, at: place))
                let file = try await fetcher.fetch(source, to: place)
                if definition.recordsChecksum { try Self.record(file.sha256.hex, at: place) }
                noteFetched(definition.from, at: file.path)
                if !file.wasCached { tell(shown, file.byteCount, file.sha256.hex) }
            } catch let error as FetchError {
                throw PayloadError(
                    path: shown, reason: "cannot be fetched: \(error.reason)",
                    advice: error.code == .wrongChecksum && definition.recordsChecksum && definition.sha256 == nil
                        ? "the server gives another file than the first time; when it is meant, remove \(place).sha256"
                        : error.advice)
            } catch let error as HTTPError {
                throw PayloadError(path: shown, reason: "cannot be fetched: \(error.reason)", advice: error.advice)
            }
        }
    }

    /// The checksum that is due: the playbook's, or the one that was recorded the first time.
    private static func wanted(
        for definition: PayloadDefinition, at place: String
    ) throws(PayloadError) -> SHA256Digest? {
        if let hex = definition.sha256 { return SHA256Digest(hex: hex) }
        guard definition.recordsChecksum, let hex = recorded(at: place) else { return nil }
        guard let digest = SHA256Digest(hex: hex) else {
            throw PayloadError(
                path: "\(place).sha256", reason: "holds no checksum",
                advice: "remove it to record the checksum of what the server gives now")
        }
        return digest
    }

    /// A folder for each address, in which the file has its own name.
    private static func place(for definition: PayloadDefinition, in folder: String) throws(PayloadError) -> String {
        let own = "\(folder)/fetched/\(SHA256.hash(of: definition.from).hex.prefix(32))"
        do throws(SystemError) {
            try CachePlace.make(own)
        } catch {
            throw PayloadError(path: own, reason: "cannot be made: \(error.reason)")
        }
        let path = definition.from.prefix { $0 != "?" && $0 != "#" }
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        let isName = !last.isEmpty && !last.hasPrefix(".") && last.utf8.count <= 200 && !last.contains(":")
        return "\(own)/\(isName ? last : "file")"
    }

    private static func recorded(at place: String) -> String? {
        guard let file = fopen("\(place).sha256", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 65)
        guard fgets(&line, 65, file) != nil else { return nil }
        return String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func record(_ hash: String, at place: String) throws(PayloadError) {
        do throws(SystemError) {
            let file = try AtomicFile("\(place).sha256", mode: 0o600)
            try Array("\(hash)\n".utf8).withUnsafeBytes { bytes in
                Result { () throws(SystemError) in try file.write(bytes) }
            }.get()
            try file.commit()
        } catch {
            throw PayloadError(path: "\(place).sha256", reason: "cannot be written: \(error.reason)")
        }
    }
}
