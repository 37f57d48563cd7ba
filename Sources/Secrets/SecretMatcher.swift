/// Looks for many secrets in a text at once.
///
/// Four bytes at every place are looked up in a table of bits; only where they could belong to a secret is more compared.
struct SecretMatcher: Sendable {
    /// A place where a secret stands.
    struct Find: Hashable, Sendable {
        var range: Range<Int>
        let name: String
    }

    private struct Spelling: Sendable {
        let bytes: [UInt8]
        let name: String
        /// Whether line breaks may stand in it, and a long part of it counts.
        let isWrapped: Bool
    }

    private struct Anchor: Sendable {
        let spelling: Int
        let offset: Int
    }

    private var spellings: [Spelling] = []
    private var anchors: [UInt32: [Anchor]] = [:]
    private var filter = [UInt64](repeating: 0, count: 1 << 12)
    /// The most bytes that a find can have, line breaks included.
    private(set) var longestFind = 0

    /// So much of a spelling that is broken into lines gives the secret away, in bytes.
    private static let tellingPart = 16
    /// So much of a secret's beginning is hidden at the end of a text, in bytes.
    private static let tellingStart = 6
    private static let maximumAnchors = 1024

    init(_ secrets: [Secret]) {
        for secret in secrets {
            let all = SecretSpellings(of: secret)
            for bytes in all.whole { add(Spelling(bytes: bytes, name: secret.name, isWrapped: false)) }
            for bytes in all.wrapped { add(Spelling(bytes: bytes, name: secret.name, isWrapped: true)) }
        }
    }

    private mutating func add(_ spelling: Spelling) {
        let bytes = spelling.bytes
        let number = spellings.count
        spellings.append(spelling)
        longestFind = max(longestFind, spelling.isWrapped ? bytes.count * 2 + 2 : bytes.count)
        let last = spelling.isWrapped ? min(bytes.count - 4, Self.maximumAnchors) : 0
        for offset in 0...last {
            let word = Self.word(bytes, offset)
            anchors[word, default: []].append(Anchor(spelling: number, offset: offset))
            let bit = Self.bit(of: word)
            filter[bit >> 6] |= 1 << UInt64(bit & 63)
        }
    }

    private static func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt32.self) }
    }

    private static func bit(of word: UInt32) -> Int { Int(truncatingIfNeeded: (word &* 0x9E37_79B1) >> 14) }

    /// Where secrets stand, in order and without overlap.
    ///
    /// - Parameter isWhole: Whether nothing follows the bytes, so that a secret's beginning at their end counts.
    func finds(in bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> [Find] {
        guard let base = bytes.baseAddress, bytes.count >= 4 else { return [] }
        let raw = UnsafeRawPointer(base)
        var finds: [Find] = []
        filter.withUnsafeBufferPointer { filter in
            var place = 0
            let last = bytes.count - 4
            while place <= last {
                let word = raw.loadUnaligned(fromByteOffset: place, as: UInt32.self)
                let bit = Self.bit(of: word)
                if filter[bit >> 6] & 1 << UInt64(bit & 63) != 0, let find = find(word, at: place, in: bytes, isWhole) {
                    Self.add(find.find, to: &finds)
                    if find.isWrapped { place = max(place, find.find.range.upperBound - 4) }
                }
                place += 1
            }
        }
        return finds
    }

    private static func add(_ find: Find, to finds: inout [Find]) {
        var find = find
        while let last = finds.last, last.range.upperBound > find.range.lowerBound {
            let range =
                min(last.range.lowerBound, find.range.lowerBound)..<max(last.range.upperBound, find.range.upperBound)
            find = Find(range: range, name: last.name)
            finds.removeLast()
        }
        finds.append(find)
    }

    private func find(
        _ word: UInt32, at place: Int, in bytes: UnsafeBufferPointer<UInt8>, _ isWhole: Bool
    ) -> (find: Find, isWrapped: Bool)? {
        var best: (find: Find, isWrapped: Bool)?
        for anchor in anchors[word] ?? [] {
            let spelling = spellings[anchor.spelling]
            let range =
                spelling.isWrapped
                ? wrapped(spelling.bytes, anchor.offset, at: place, in: bytes)
                : whole(spelling.bytes, at: place, in: bytes, isWhole)
            guard let range, range.count > best?.find.range.count ?? 0 else { continue }
            best = (Find(range: range, name: spelling.name), spelling.isWrapped)
        }
        return best
    }

    private func whole(
        _ spelling: [UInt8], at place: Int, in bytes: UnsafeBufferPointer<UInt8>, _ isWhole: Bool
    ) -> Range<Int>? {
        var length = 0
        while length < spelling.count, place + length < bytes.count, spelling[length] == bytes[place + length] {
            length += 1
        }
        if length == spelling.count { return place..<place + length }
        guard length >= Self.tellingStart else { return nil }
        let isCut = place + length == bytes.count ? isWhole : Self.isEllipsis(bytes, place + length)
        return isCut ? place..<place + length : nil
    }

    private static func isEllipsis(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        place + 2 < bytes.count && bytes[place] == 0xE2 && bytes[place + 1] == 0x80 && bytes[place + 2] == 0xA6
    }

    /// Goes on from an anchor in both directions, over line breaks.
    private func wrapped(
        _ spelling: [UInt8], _ offset: Int, at place: Int, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        var (start, end) = (place, place)
        var (first, last) = (offset, offset)
        var ahead = place
        while last < spelling.count, ahead < bytes.count {
            if bytes[ahead] == spelling[last] {
                last += 1
                ahead += 1
                end = ahead
            } else if Self.isBreak(bytes[ahead]) {
                ahead += 1
            } else {
                break
            }
        }
        var behind = place
        while first > 0, behind > 0 {
            if bytes[behind - 1] == spelling[first - 1] {
                first -= 1
                behind -= 1
                start = behind
            } else if Self.isBreak(bytes[behind - 1]) {
                behind -= 1
            } else {
                break
            }
        }
        guard last - first >= min(spelling.count, Self.tellingPart) else { return nil }
        // The digits at the borders hold some bits of the secret too.
        if first == 0, start > 0, Self.isDigit(bytes[start - 1]) { start -= 1 }
        if last == spelling.count, end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
        return start..<end
    }

    private static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
