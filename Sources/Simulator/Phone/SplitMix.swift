/// Numbers that look random and are the same in every run: the simulation never rolls dice.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// FNV-1a of a text, mixed once.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        var mixer = SplitMix(seed: hash)
        return mixer.next()
    }

    /// A UUID in the usual spelling.
    static func uuid(_ text: String, _ number: UInt64) -> String {
        var source = SplitMix(seed: hash(text) &+ number)
        let digits = Array(hex(source.next()) + hex(source.next()))
        let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
        return parts.map { String($0) }.joined(separator: "-")
    }

    /// 22 characters as Android puts into the names of code folders.
    static func folderName(_ text: String, _ number: UInt64) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var source = SplitMix(seed: hash(text) &+ number)
        return String((0..<22).map { _ in letters[Int(source.next() % 64)] })
    }

    static func hex(_ number: UInt64) -> String { String(number, radix: 16).leftPadded(to: 16, with: "0") }
}
