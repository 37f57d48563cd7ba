import Farm
import Lanes
import Steps

extension PayloadSummary {
    /// An app that a plan delivers.
    init(_ app: AppPayload, _ source: PayloadRequest.Source) {
        let version = app.versionName.isEmpty ? "\(app.versionCode)" : "\(app.versionName) (\(app.versionCode))"
        let parts = app.parts.count > 1 ? ", \(app.parts.count) parts" : ""
        self.init(
            name: source.definition?.name, path: source.path, description: "\(app.package) \(version)\(parts)",
            size: ByteCount(Int(clamping: app.size)), sha256: app.parts.count == 1 ? app.parts.first?.sha256 : nil,
            packing: .none, fingerprint: app.parts.map(\.sha256).joined(separator: " "))
    }

    /// Files that a plan delivers.
    init(_ files: FilesPayload, _ source: PayloadRequest.Source) {
        let count = source.definition == nil ? files.entries.count : files.fileCount
        self.init(
            name: source.definition?.name, path: source.path,
            description: files.isFolder ? "\(count) \(count == 1 ? "file" : "files")" : "file",
            size: ByteCount(Int(clamping: files.size)), sha256: files.sha256,
            packing: source.definition?.pack ?? .none, fingerprint: files.sha256 ?? Self.fingerprint(files))
    }

    /// A number that changes with every name, size and time (FNV-1a).
    private static func fingerprint(_ files: FilesPayload) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for entry in files.entries {
            var size = 0
            if case .bytes(let bytes) = entry.content { size = bytes.count }
            for byte in "\(entry.path) \(size) \(entry.modified)\n".utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        return "\(files.entries.count)-\(hash)"
    }
}

extension PayloadRequest.Source {
    fileprivate var definition: PayloadDefinition? {
        if case .payload(let definition) = self { definition } else { nil }
    }

    fileprivate var path: String {
        switch self {
        case .path(let path): path
        case .payload(let definition): definition.from
        }
    }
}
