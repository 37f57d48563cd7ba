import Archive

/// The two entries of an APK that matter here.
struct APKContent {
    static let manifestName = "AndroidManifest.xml"
    private static let largestManifest = 16 << 20
    private static let largestSignature = 1 << 20

    let manifest: [UInt8]
    /// The first PKCS#7 block of scheme 1, by name.
    let signatureBlock: [UInt8]?

    init(of source: ByteSource, directory: ZipDirectory) throws(APKError) {
        switch directory.names.count(where: { $0 == Self.manifestName }) {
        case 0: throw APKError(.noManifest, source.path, "has no AndroidManifest.xml, so it is no APK")
        case 1: break
        default: throw APKError(.badManifest, source.path, "has more than one AndroidManifest.xml")
        }
        let signatureName = directory.names.filter(Self.isSignature).min()
        var found: [String: [UInt8]] = [:]
        do {
            found = try source.withArchive { (reader) throws(ArchiveError) in
                var found: [String: [UInt8]] = [:]
                let due = signatureName == nil ? 1 : 2
                while found.count < due, let entry = try reader.next() {
                    if entry.path == Self.manifestName {
                        found[entry.path] = try reader.readAll(limit: Self.largestManifest)
                    } else if entry.path == signatureName {
                        found[entry.path] = try reader.readAll(limit: Self.largestSignature)
                    }
                }
                return found
            }
        } catch {
            throw APKError(.damaged, source.path, "is damaged: \(error.reason)")
        }
        guard let manifest = found[Self.manifestName] else {
            throw APKError(.damaged, source.path, "is damaged: its AndroidManifest.xml is only in the directory")
        }
        self.manifest = manifest
        signatureBlock = signatureName.flatMap { found[$0] }
    }

    private static func isSignature(_ name: String) -> Bool {
        guard name.hasPrefix("META-INF/"), name.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 1 else {
            return false
        }
        let upper = name.uppercased()
        return upper.hasSuffix(".RSA") || upper.hasSuffix(".DSA") || upper.hasSuffix(".EC")
    }
}
