/// Which names some phone may take for one and the same.
///
/// The shared storage ignores case and the way in which letters are composed (`casefold` of ext4 and f2fs compares by NFDICF,
/// without code points that draw nothing), cards ignore dots and spaces at the end of a name. Some names are put together
/// here that no phone does.
enum SameNames {
    /// Equal, as texts are compared by Swift, for paths that may be the same.
    static func key(of path: [UInt8]) -> String {
        var key = String.UnicodeScalarView()
        for scalar in String(decoding: path, as: UTF8.self).unicodeScalars {
            if scalar == "/" { trim(&key) }
            if scalar.isASCII {
                key.append(scalar.properties.generalCategory == .uppercaseLetter ? lower(scalar) : scalar)
            } else if !scalar.properties.isDefaultIgnorableCodePoint {
                // Upwards first: what has two small letters, as sigma has, or a capital of two, as sharp s has, meets there.
                for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                    key.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
                }
            }
        }
        trim(&key)
        return String(key)
    }

    private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar { Unicode.Scalar(UInt8(scalar.value) | 0x20) }

    private static func trim(_ key: inout String.UnicodeScalarView) {
        while let last = key.last, last == "." || last == " " { key.removeLast() }
    }
}
