public import Farm
public import Lanes

/// Local apps and files that exist only in a test.
public struct ScriptedPayloads: PayloadProviding {
    /// The apps, by the path that playbooks name.
    public var apps: [String: AppPayload] = [:]
    /// Files and folders, by the path that playbooks name.
    public var files: [String: FilesPayload] = [:]

    /// Nothing at all.
    public init() {}

    /// The app of that path.
    public func app(at path: String) throws(PayloadError) -> AppPayload {
        guard let app = apps[path] else { throw PayloadError(path: path, reason: "does not exist") }
        return app
    }

    /// The files of that path.
    public func files(at path: String) throws(PayloadError) -> FilesPayload {
        guard let found = files[path] else { throw PayloadError(path: path, reason: "does not exist") }
        return found
    }

    /// One hash for each block, of its first byte only.
    public func blockHashes(of bytes: SharedBytes, size: Int) async -> [String] {
        bytes.withUnsafeBytes { all in
            stride(from: 0, to: all.count, by: size).map { String(repeating: String(all[$0] % 10), count: 64) }
        }
    }

    /// The contents one behind the other, which no phone could unpack.
    public func archive(of entries: [FilesPayload.Entry]) async throws(PayloadError) -> SharedBytes {
        SharedBytes(
            entries.flatMap { entry -> [UInt8] in
                guard case .bytes(let bytes) = entry.content else { return [] }
                return bytes.withUnsafeBytes { Array($0) }
            })
    }

    /// The app of the path that a payload comes from.
    public func app(of definition: PayloadDefinition) throws(PayloadError) -> AppPayload {
        try app(at: definition.from)
    }

    /// The files of the path that a payload comes from, with a "hash" of 64 times the digit that their count ends with.
    public func files(of definition: PayloadDefinition) throws(PayloadError) -> FilesPayload {
        let found = try files(at: definition.from)
        let digit = Character("\(found.entries.count % 10)")
        return FilesPayload(
            isFolder: found.isFolder, entries: found.entries, source: found.source,
            sha256: String(repeating: digit, count: 64))
    }

    /// Adds an app of one part whose "hash" is 64 times the same hex digit.
    public mutating func addApp(
        _ path: String, package: String = "com.studio.game", version: Int64 = 2, name: String = "2.0",
        sum: Character = "b", signer: String = "key-a", size: Int = 1000,
        expansions: [String] = []
    ) throws {
        apps[path] = AppPayload(
            package: try PackageName(validating: package), versionCode: version, versionName: name, signer: signer,
            minSDK: 24, isTestOnly: false,
            parts: [
                .init(
                    name: "base.apk", bytes: SharedBytes([UInt8](repeating: 7, count: size)),
                    sha256: String(repeating: sum, count: 64))
            ],
            source: path, expansions: expansions)
    }

    /// Adds a single file.
    public mutating func addFile(_ path: String, text: String, modified: Int64 = 1_700_000_000) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        files[path] = FilesPayload(
            isFolder: false,
            entries: [
                .init(path: name, content: .bytes(SharedBytes(Array(text.utf8))), mode: 0o644, modified: modified)
            ],
            source: path)
    }

    /// Adds a folder of text files.
    public mutating func addFolder(_ path: String, _ texts: [String: String], modified: Int64 = 1_700_000_000) {
        files[path] = FilesPayload(
            isFolder: true,
            entries: texts.sorted { $0.key < $1.key }.map { name, text in
                .init(path: name, content: .bytes(SharedBytes(Array(text.utf8))), mode: 0o644, modified: modified)
            },
            source: path)
    }
}
