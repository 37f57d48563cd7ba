import Crypto
public import Curl
public import Farm
import Fetching
import Glibc
import Lanes
import Packing
import Synchronization

extension PayloadStore {
    /// Fetches everything that comes from an address, one after the other; to be called before payloads are opened.
    ///
    /// What was fetched before is taken from the cache as far as its server, or its checksum, says that it is the same.
    ///
    /// - Parameters:
    ///   - folder: The cache, made when it is missing.
    ///   - objects: Reads the buckets that are named.
    ///   - tell: Hears of each payload that has come: the address, its bytes and its checksum.
    /// - Throws: `PayloadError`, `CancellationError`.
    public func fetch(
        _ definitions: [PayloadDefinition], with client: HTTPClient, into folder: String, objects: any ObjectSupply,
        tell: (String, Int64, String) -> Void = { _, _, _ in }
    ) async throws {
        let fetcher = Fetcher(client)
        for definition in definitions where definition.isFetched {
            try keep(definition, in: folder)
            let place = Self.place(for: definition, in: folder)
            // What people read: an address may hold a password, or a signature in its query.
            var shown = definition.object.map { "\($0)" } ?? definition.name
            do {
                if let address = definition.object, address.isFolder {
                    let found = try await fetchFolder(definition, address, into: folder, with: fetcher, objects)
                    if found.newBytes > 0 { tell(shown, found.newBytes, found.sum) }
                    continue
                }
                let origin: FetchSource
                if let address = definition.object {
                    origin = FetchSource(from: try await objects.object(address, account: definition.account))
                } else {
                    let url = try HTTPURL(definition.from)
                    shown = url.readable
                    origin = FetchSource(url)
                }
                var source = origin
                source.sha256 = try Self.wanted(for: definition, at: place)
                let file = try await fetcher.fetch(source, to: place)
                if definition.recordsChecksum { try Self.record(file.sha256.hex, at: place) }
                noteFetched(definition, at: file.path)
                if !file.wasCached { tell(shown, file.byteCount, file.sha256.hex) }
            } catch let error as FetchError {
                throw PayloadError(
                    path: shown, reason: "cannot be fetched: \(error.reason)",
                    advice: error.code == .wrongChecksum && definition.recordsChecksum && definition.sha256 == nil
                        ? Self.advice(onRecordAt: place) : error.advice)
            } catch let error as HTTPError {
                throw PayloadError(path: shown, reason: "cannot be fetched: \(error.reason)", advice: error.advice)
            } catch let error as ServiceError {
                throw PayloadError(path: shown, reason: "cannot be fetched: \(error)", advice: error.advice)
            } catch  where !(error is CancellationError || error is PayloadError) {
                // The supply of keys, or the list of a folder: each says what it is in a line of its own.
                throw PayloadError(path: shown, reason: "cannot be fetched: \(error)")
            }
        }
        FetchedFolders(in: folder).makeRoom()
    }

    /// Has nobody remove what comes from an address as long as this store lives.
    private func keep(_ definition: PayloadDefinition, in folder: String) throws(PayloadError) {
        let shown = definition.object.map { "\($0)" } ?? (try? HTTPURL(definition.from))?.readable ?? definition.name
        let folders = FetchedFolders(in: folder)
        do throws(SystemError) {
            let hold = try folders.hold(definition.from, shown: shown)
            heldFolders.withLock { $0.append(hold) }
        } catch {
            throw PayloadError(path: folders.place(of: definition.from), reason: "cannot be made: \(error.reason)")
        }
    }

    private func fetchFolder(
        _ definition: PayloadDefinition, _ address: ObjectAddress, into cache: String, with fetcher: Fetcher,
        _ objects: any ObjectSupply
    ) async throws -> ObjectFolder.Fetched {
        let list = try await objects.objects(below: address, account: definition.account)
        let folder = try ObjectFolder(list, of: definition, at: address, in: Self.folder(for: definition, in: cache))
        let found = try await folder.fetch(with: fetcher)
        if definition.recordsChecksum {
            // What was chosen is a part of what was recorded.
            let record = "\(Self.place(for: definition, in: cache))-\(Self.choice(of: definition))"
            if let due = try Self.wanted(for: definition, at: record), due.hex != found.sum {
                throw PayloadError(
                    path: "\(address)", reason: "holds other files than the first time",
                    advice: Self.advice(onRecordAt: record))
            }
            try Self.record(found.sum, at: record)
        }
        noteFetched(definition, at: found.path)
        return found
    }

    private static func choice(of definition: PayloadDefinition) -> String {
        let words = definition.include + ["\n"] + definition.exclude
        return String(SHA256.hash(of: words.joined(separator: "\n")).hex.prefix(16))
    }

    private static func advice(onRecordAt place: String) -> String {
        "the server gives another file than the first time; when it is meant, remove \(place).sha256"
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

    /// In the folder of its address the file has its own name.
    private static func place(for definition: PayloadDefinition, in folder: String) -> String {
        let own = Self.folder(for: definition, in: folder)
        let path = definition.from.prefix { $0 != "?" && $0 != "#" }
        let last = definition.object?.lastComponent ?? path.split(separator: "/").last.map(String.init) ?? ""
        let isName =
            !last.isEmpty && !last.hasPrefix(".") && last.utf8.count <= 200 && !last.contains(":")
            && LocalGlob(last) == nil
        return "\(own)/\(isName ? last : "file")"
    }

    private static func folder(for definition: PayloadDefinition, in folder: String) -> String {
        FetchedFolders(in: folder).place(of: definition.from)
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
