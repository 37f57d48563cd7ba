import Archive
public import Crypto

/// One APK, looked at: what its manifest says, who signed it, how large it is.
///
/// Nothing is kept open. A look costs a few milliseconds, whatever the size. Whether content and signature fit each
/// other is not judged: that is the phone's part.
public struct APKFile: Hashable, Sendable {
    /// What the manifest says.
    public let manifest: AndroidManifest
    /// SHA-256 of each signer's certificate; at least one.
    public let signers: [SHA256Digest]
    /// The highest signature scheme that was found: 1, 2 or 3.
    public let signatureScheme: Int
    /// The size of the whole file in bytes.
    public let sizeInBytes: UInt64

    /// The processors that it brings native code for, by Android's names, sorted; none when it runs on all.
    public let abis: [String]

    /// SHA-256 of the first signer's certificate.
    public var signer: SHA256Digest { signers[0] }

    /// Looks at a file.
    ///
    /// - Throws: ``APKError`` of every code but those of bundles.
    public init(path: String) throws(APKError) {
        self = try ByteSource.open(path) { (source) throws(APKError) in try APKFile(source) }
    }

    /// Looks at the bytes of a whole APK.
    ///
    /// - Parameter name: What errors call the APK.
    /// - Throws: ``APKError`` of every code but `cannotRead` and those of bundles.
    public init(bytes: UnsafeRawBufferPointer, name: String) throws(APKError) {
        try self.init(.memory(bytes, name: name))
    }

    /// Looks at the bytes of a whole APK.
    ///
    /// - Parameter name: What errors call the APK.
    /// - Throws: ``APKError`` of every code but `cannotRead` and those of bundles.
    public init(bytes: [UInt8], name: String) throws(APKError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(APKError) in try APKFile(bytes: buffer, name: name) }
        }
        self = try result.get()
    }

    init(_ source: ByteSource) throws(APKError) {
        try self.init(source, directory: try ZipDirectory(of: source))
    }

    init(_ source: ByteSource, directory: ZipDirectory) throws(APKError) {
        let content = try APKContent(of: source, directory: directory)
        manifest = try AndroidManifest(binaryXML: content.manifest, path: source.path)
        if let (scheme, digests) = try SigningBlock.signers(of: source, before: directory.offset) {
            signers = digests
            signatureScheme = scheme
        } else {
            guard let block = content.signatureBlock else {
                throw APKError(.notSigned, source.path, "is not signed", advice: "sign it with apksigner")
            }
            do {
                signers = try SigningCertificates.digests(inPKCS7: block)
            } catch {
                throw APKError(.badSignature, source.path, "has a signature that cannot be read")
            }
            signatureScheme = 1
        }
        sizeInBytes = source.size
        abis = Self.abis(directory.names)
    }

    private static func abis(_ names: [String]) -> [String] {
        var found: Set<String> = []
        for name in names where name.hasPrefix("lib/") && name.hasSuffix(".so") {
            let parts = name.utf8.split(separator: UInt8(ascii: "/"))
            if parts.count == 3 { found.insert(String(decoding: parts[1], as: UTF8.self)) }
        }
        return found.sorted()
    }
}
