/// Makes APKs of any size out of small ones.
public enum PaddedAPK {
    /// An APK with bytes of nobody between its last file and its signature, which its tables lead past.
    ///
    /// - Parameters:
    ///   - apk: A signed APK without a comment (APK Signature Scheme v2: the block ends where the central directory begins).
    ///   - count: How many bytes are added.
    /// - Returns: nil for what is no such APK.
    public static func bytes(of apk: [UInt8], adding count: Int) -> [UInt8]? {
        let end = apk.count - 22
        guard end > 0, apk[end..<end + 4].elementsEqual([0x50, 0x4B, 0x05, 0x06]) else { return nil }
        let directory = number(apk[end + 16..<end + 20])
        guard directory > 32, directory < end else { return nil }
        let blockSize = number(apk[directory - 24..<directory - 16])
        let block = directory - blockSize - 8
        guard block > 0 else { return nil }
        var made = Array(apk[..<block])
        made.reserveCapacity(apk.count + count)
        // Not zeros, which a disk may keep as a hole.
        made += (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        made += apk[block...]
        let moved = UInt32(directory + count)
        for place in 0..<4 { made[end + count + 16 + place] = UInt8(truncatingIfNeeded: moved >> (8 * UInt32(place))) }
        return made
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
