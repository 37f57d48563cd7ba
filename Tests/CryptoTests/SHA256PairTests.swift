import Testing

@testable import Crypto

/// Hashing two streams at once, against OpenSSL hashing one after the other.
struct SHA256PairTests {
    /// Lengths around the places where padding and blocks change.
    private static let lengths = [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 191, 192, 1000, 4096]

    /// Bytes without a pattern, the same every time.
    private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 2 + 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    private static func reference(_ bytes: some Collection<UInt8>) -> SHA256Digest {
        var hash = SHA256(withInstructions: false)
        hash.update(Array(bytes))
        return hash.finish()
    }

    private static func pair(_ first: [UInt8], _ second: [UInt8]) -> [SHA256Digest] {
        first.withUnsafeBytes { left in
            second.withUnsafeBytes { right in
                let (one, other) = SHA256.hash(of: left, and: right)
                return [one, other]
            }
        }
    }

    @Test func `the published examples come out of both places`() throws {
        // FIPS 180-4's examples, with a million times the letter a among them.
        let examples = [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                    + "mnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ]
        for (first, firstHex) in examples {
            for (second, secondHex) in examples {
                #expect(Self.pair(Array(first.utf8), Array(second.utf8)).map(\.hex) == [firstHex, secondHex])
            }
        }
    }

    @Test(arguments: lengths)
    func `any two lengths give what OpenSSL gives`(length: Int) {
        let first = Self.bytes(length, seed: 1)
        for other in Self.lengths {
            let second = Self.bytes(other, seed: 2)
            #expect(Self.pair(first, second) == [Self.reference(first), Self.reference(second)], "and \(other) bytes")
        }
    }

    @Test func `bytes may begin at any address`() {
        let all = Self.bytes(1200, seed: 3)
        let expected = (0..<64).map { Self.reference(all[$0..<($0 + 1000)]) }
        all.withUnsafeBytes { all in
            for start in 0..<64 {
                let other = (start * 7 + 3) % 64
                let (first, second) = SHA256.hash(
                    of: UnsafeRawBufferPointer(rebasing: all[start..<(start + 1000)]),
                    and: UnsafeRawBufferPointer(rebasing: all[other..<(other + 1000)]))
                #expect([first, second] == [expected[start], expected[other]], "from \(start) and \(other)")
            }
        }
    }

    /// With the instructions on both sides, on one only, and on none.
    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func `pieces of changing lengths give the digests of the whole`(first: Bool, second: Bool) {
        let (one, other) = (Self.bytes(50_000, seed: 4), Self.bytes(30_000, seed: 5))
        var left = SHA256(withInstructions: first && SHA256.hasInstructions)
        var right = SHA256(withInstructions: second && SHA256.hasInstructions)
        var (begin, otherBegin, turn) = (0, 0, 0)
        while begin < one.count || otherBegin < other.count {
            turn += 1
            let end = min(one.count, begin + turn * 37 % 501)
            let otherEnd = min(other.count, otherBegin + turn * 53 % 701)
            one.withUnsafeBytes { one in
                other.withUnsafeBytes { other in
                    SHA256.update(
                        &left, UnsafeRawBufferPointer(rebasing: one[begin..<end]),
                        and: &right, UnsafeRawBufferPointer(rebasing: other[otherBegin..<otherEnd]))
                }
            }
            (begin, otherBegin) = (end, otherEnd)
        }
        #expect(left.finish() == Self.reference(one))
        #expect(right.finish() == Self.reference(other))
    }

    @Test func `a hash alone gives what OpenSSL gives, whatever its pieces are`() {
        for length in Self.lengths + [100_000] {
            let bytes = Self.bytes(length, seed: 6)
            for size in [1, 63, 64, 65, 1000] where length / size < 2000 {
                var hash = SHA256()
                for start in stride(from: 0, to: length, by: size) {
                    hash.update(bytes[start..<min(start + size, length)])
                }
                #expect(hash.finish() == Self.reference(bytes), "\(length) bytes, \(size) at a time")
            }
        }
    }
}
