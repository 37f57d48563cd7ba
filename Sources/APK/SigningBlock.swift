import Crypto

/// The signatures of schemes 2 and 3, which lie between an APK's content and its zip directory.
///
/// Only who signed is read; whether the signature fits the content is for the phone to judge.
enum SigningBlock {
    private static let magic = Array("APK Sig Block 42".utf8)
    private static let largest: UInt64 = 16 << 20
    private static let scheme2: UInt32 = 0x7109_871a
    private static let scheme3: UInt32 = 0xf053_68c0

    /// The highest scheme in the block and the SHA-256 of its signers' certificates; `nil` when there is no block.
    static func signers(
        of source: ByteSource, before directoryOffset: UInt64
    ) throws(APKError) -> (scheme: Int, digests: [SHA256Digest])? {
        guard let pairs = try pairs(of: source, before: directoryOffset) else { return nil }
        do {
            var found: [UInt32: ArraySlice<UInt8>] = [:]
            var reader = ByteReader(pairs)
            while !reader.isAtEnd {
                let length = try reader.u64()
                guard length >= 4, length <= UInt64(reader.remaining) else { throw ByteReader.OutOfBounds() }
                let id = try reader.u32()
                found[id] = try reader.take(Int(length) - 4)
            }
            if let value = found[scheme3] { return (3, try certificates(in: value)) }
            if let value = found[scheme2] { return (2, try certificates(in: value)) }
            return nil
        } catch {
            throw APKError(.badSignature, source.path, "has a signature that cannot be read")
        }
    }

    private static func pairs(of source: ByteSource, before end: UInt64) throws(APKError) -> [UInt8]? {
        guard end >= 32 else { return nil }
        let foot = try source.read(24, at: end - 24)
        guard Array(foot[8...]) == magic else { return nil }
        let size = number(foot[..<8])
        guard size >= 24, size <= largest, size <= end - 8 else {
            throw APKError(.badSignature, source.path, "has a signing block of an impossible size")
        }
        let block = try source.read(Int(size) + 8, at: end - size - 8)
        guard number(block[..<8]) == size else {
            throw APKError(.badSignature, source.path, "has a signing block whose two sizes differ")
        }
        return Array(block[8..<block.count - 24])
    }

    /// Both schemes begin alike: signers, each with signed data that hold digests and then certificates.
    private static func certificates(in value: ArraySlice<UInt8>) throws(ByteReader.OutOfBounds) -> [SHA256Digest] {
        var outer = ByteReader(value)
        var signers = ByteReader(try outer.counted())
        var digests: [SHA256Digest] = []
        while !signers.isAtEnd {
            var signer = ByteReader(try signers.counted())
            var signed = ByteReader(try signer.counted())
            _ = try signed.counted()
            var certificates = ByteReader(try signed.counted())
            let first = try certificates.counted()
            guard !first.isEmpty else { throw ByteReader.OutOfBounds() }
            digests.append(SHA256.hash(of: Array(first)))
        }
        guard !digests.isEmpty else { throw ByteReader.OutOfBounds() }
        return digests
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
