import Archive
public import Crypto
import Glibc

/// An app as people keep it: one `.apk`, a folder of splits, or an `.apks` or `.xapk` that holds splits.
public struct AppBundle: Sendable {
    /// One APK of the app.
    public struct Part: Sendable {
        /// What a person calls the part: the file's name.
        public let name: String
        /// What is in it.
        public let apk: APKFile
        /// Where its bytes are.
        public let file: PartFile

        /// The name in an install session, made from the manifest and therefore harmless: `base.apk`,
        /// `split_config.en.apk`.
        public var sessionName: String {
            apk.manifest.split.map { "split_\($0).apk" } ?? "base.apk"
        }
    }

    /// The parts: the base first, then the splits by name.
    public let parts: [Part]
    /// Files in an `.xapk` that an install does not deliver, such as `Android/obb/…`.
    public let otherFiles: [String]

    /// The base, whose manifest speaks for the app.
    public var base: Part { parts[0] }
    /// What the base's manifest says.
    public var manifest: AndroidManifest { base.apk.manifest }
    /// SHA-256 of the first signer's certificate, the same for all parts.
    public var signer: SHA256Digest { base.apk.signer }

    /// Opens an app; what it is is told by its content, not by its name.
    ///
    /// - Throws: ``APKError``.
    public init(path: String) throws(APKError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw APKError.system(path, "cannot be opened", errno) }
        if status.st_mode & S_IFMT == S_IFDIR {
            let parts = try Self.parts(inFolder: path)
            try self.init(parts: parts, otherFiles: [], path: path)
        } else {
            let (parts, otherFiles) = try ByteSource.open(path) { (source) throws(APKError) in
                try Self.parts(inFile: source)
            }
            try self.init(parts: parts, otherFiles: otherFiles, path: path)
        }
    }

    private init(parts: [Part], otherFiles: [String], path: String) throws(APKError) {
        self.parts = try Self.belongingTogether(parts, path: path)
        self.otherFiles = otherFiles
    }

    private static func parts(inFolder path: String) throws(APKError) -> [Part] {
        guard let folder = opendir(path) else { throw APKError.system(path, "cannot be opened", errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".apk"), !name.hasPrefix(".") { names.append(name) }
        }
        guard !names.isEmpty else { throw APKError(.emptyBundle, path, "is a folder without any .apk file") }
        var parts: [Part] = []
        for name in names.sorted() {
            let file = PartFile(existing: "\(path)/\(name)")
            parts.append(Part(name: name, apk: try APKFile(path: file.path), file: file))
        }
        return parts
    }

    private static func parts(inFile source: ByteSource) throws(APKError) -> ([Part], [String]) {
        let directory = try ZipDirectory(of: source)
        if directory.names.contains(APKContent.manifestName) {
            let file = PartFile(existing: source.path)
            return ([Part(name: lastName(source.path), apk: try APKFile(source, directory: directory), file: file)], [])
        }
        guard !directory.names.contains("base/manifest/AndroidManifest.xml") else {
            throw APKError(
                .unsupported, source.path, "is an .aab, which phones do not take",
                advice: "make an .apks of it with `bundletool build-apks`")
        }
        return try Unpacking.parts(of: source, directory: directory)
    }

    /// Refuses parts that a phone would refuse together, and puts the base first.
    private static func belongingTogether(_ parts: [Part], path: String) throws(APKError) -> [Part] {
        let bases = parts.filter { $0.apk.manifest.split == nil }
        guard let base = bases.first else {
            throw APKError(.emptyBundle, path, "holds splits only; the base APK is missing")
        }
        guard bases.count == 1 else {
            throw APKError(
                .mixedBundle, path, "holds \(bases.count) base APKs: \(bases[0].name) and \(bases[1].name)",
                advice: "give one of them, or only the parts of one app for one kind of phone")
        }
        var names: Set<String> = []
        for part in parts {
            let (found, due) = (part.apk.manifest, base.apk.manifest)
            let difference: String? =
                if found.package != due.package {
                    "\(part.name) is of \(found.package), not of \(due.package)"
                } else if found.versionCode != due.versionCode {
                    "\(part.name) is of version \(found.versionCode), not of \(due.versionCode)"
                } else if part.apk.signers != base.apk.signers {
                    "\(part.name) has another signer than \(base.name)"
                } else if !names.insert(part.sessionName).inserted { "\(part.name) is there twice" } else { nil }
            if let difference { throw APKError(.mixedBundle, path, "mixes parts: \(difference)") }
        }
        let splits = parts.filter { $0.apk.manifest.split != nil }.sorted { $0.sessionName < $1.sessionName }
        return [base] + splits
    }

    static func lastName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
