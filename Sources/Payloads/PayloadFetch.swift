import Crypto
import Curl
import Farm
import Fetching
import Glibc
import Lanes
import Packing

/// Brings what one payload takes from an address into the cache.
struct PayloadFetch: Sendable {
    /// What a payload came to.
    struct Arrival: Sendable {
        let definition: PayloadDefinition
        /// What people read: an address may hold a password, or a signature in its query.
        let shown: String
        /// Where it lies.
        let path: String
        /// How many bytes had to come; nil when nothing had to.
        let newBytes: Int64?
        /// The checksum of a file, or of the list of a folder's files.
        let sum: String
    }

    let fetcher: Fetcher
    /// The cache, in which ``FetchedFolders/Hold`` keeps the folders of what is brought.
    let folder: String
    /// Reads buckets; nil where no payload names one.
    let objects: (any ObjectSupply)?

    /// Brings a payload.
    ///
    /// - Parameter before: What an earlier payload of the same address came to in this run.
    /// - Throws: `PayloadError`, `CancellationError`.
    func bring(_ definition: PayloadDefinition, after before: Arrival?) async throws -> Arrival {
        let place = place(for: definition)
        let shown = definition.shown
        do {
            if let address = definition.object, address.isFolder {
                return try await bring(definition, address, after: before)
            }
            var source: FetchSource
            if let address = definition.object {
                source = FetchSource(from: try await supply(of: shown).object(address, account: definition.account))
            } else {
                source = FetchSource(try HTTPURL(definition.from))
            }
            source.sha256 = try wanted(for: definition, at: place)
            // The same keys ask for it, and it is what is due: one request is enough for both.
            let isThere = before.map {
                $0.definition.account == definition.account && ($0.sum == source.sha256?.hex ?? $0.sum)
            }
            if let before, isThere == true {
                if definition.recordsChecksum { try record(before.sum, at: place) }
                return Arrival(
                    definition: definition, shown: shown, path: before.path, newBytes: nil, sum: before.sum)
            }
            let file = try await fetcher.fetch(source, to: place)
            if definition.recordsChecksum { try record(file.sha256.hex, at: place) }
            return Arrival(
                definition: definition, shown: shown, path: file.path,
                newBytes: file.wasCached ? nil : file.byteCount, sum: file.sha256.hex)
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

    private func supply(of shown: String) throws(PayloadError) -> any ObjectSupply {
        guard let objects else {
            throw PayloadError(path: shown, reason: "cannot be fetched: there is no account whose bucket it could be")
        }
        return objects
    }

    private func bring(
        _ definition: PayloadDefinition, _ address: ObjectAddress, after before: Arrival?
    ) async throws -> Arrival {
        let found: ObjectFolder.Fetched
        if let before, FetchedPart(before.definition) == FetchedPart(definition) {
            found = ObjectFolder.Fetched(path: before.path, newBytes: 0, sum: before.sum)
        } else {
            let list = try await supply(of: "\(address)").objects(below: address, account: definition.account)
            found = try await ObjectFolder(list, of: definition, at: address, in: own(for: definition))
                .fetch(with: fetcher)
        }
        if definition.recordsChecksum {
            // What was chosen is a part of what was recorded.
            let place = "\(place(for: definition))-\(Self.choice(of: definition))"
            if let due = try wanted(for: definition, at: place), due.hex != found.sum {
                throw PayloadError(
                    path: "\(address)", reason: "holds other files than the first time",
                    advice: Self.advice(onRecordAt: place))
            }
            try record(found.sum, at: place)
        }
        return Arrival(
            definition: definition, shown: "\(address)", path: found.path,
            newBytes: found.newBytes > 0 ? found.newBytes : nil, sum: found.sum)
    }

    private static func choice(of definition: PayloadDefinition) -> String {
        let words = definition.include + ["\n"] + definition.exclude
        return String(SHA256.hash(of: words.joined(separator: "\n")).hex.prefix(16))
    }

    private static func advice(onRecordAt place: String) -> String {
        "the server gives another file than the first time; when it is meant, remove \(place).sha256"
    }

    // MARK: Places

    /// In the folder of its address the file has its own name.
    private func place(for definition: PayloadDefinition) -> String {
        "\(own(for: definition))/\(PayloadStore.fileName(of: definition) ?? "file")"
    }

    private func own(for definition: PayloadDefinition) -> String {
        FetchedFolders(in: folder).place(of: definition.from)
    }

    // MARK: What was recorded

    /// The checksum that is due: the playbook's, or the one that was recorded the first time.
    private func wanted(for definition: PayloadDefinition, at place: String) throws(PayloadError) -> SHA256Digest? {
        if let hex = definition.sha256 { return SHA256Digest(hex: hex) }
        guard definition.recordsChecksum, let hex = recorded(at: place) else { return nil }
        guard let digest = SHA256Digest(hex: hex) else {
            throw PayloadError(
                path: "\(place).sha256", reason: "holds no checksum",
                advice: "remove it to record the checksum of what the server gives now")
        }
        return digest
    }

    private func recorded(at place: String) -> String? {
        guard let file = fopen("\(place).sha256", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 65)
        guard fgets(&line, 65, file) != nil else { return nil }
        return String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func record(_ hash: String, at place: String) throws(PayloadError) {
        do throws(SystemError) {
            let file = try AtomicFile("\(place).sha256", mode: 0o600)
            try file.write(Array("\(hash)\n".utf8))
            try file.commit()
        } catch {
            throw PayloadError(path: "\(place).sha256", reason: "cannot be written: \(error.reason)")
        }
    }
}

extension PayloadDefinition {
    /// The address as people may read it, without a password or a signature in its query; the name of one that is none.
    var shown: String { object.map { "\($0)" } ?? (try? HTTPURL(from))?.readable ?? name }
}
