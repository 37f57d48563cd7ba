/// Permission bits as people write and read them.
enum FileMode {
    /// `drwxrwx--x`.
    static func text(_ mode: UInt32) -> String {
        let type: Character =
            switch mode & 0o170000 {
            case 0o040000: "d"
            case 0o120000: "l"
            case 0o020000: "c"
            default: "-"
            }
        let letters = Array("rwxrwxrwx")
        return String(type) + String((0..<9).map { mode & (0o400 >> UInt32($0)) != 0 ? letters[$0] : "-" })
    }

    /// `chmod`'s first operand: octal, or clauses such as `u+x,go-w`; nil when it is neither.
    static func applying(_ text: String, to current: UInt32) -> UInt32? {
        if let octal = UInt32(text, radix: 8) { return octal & 0o7777 }
        var mode = current
        for clause in text.split(separator: ",") {
            guard let index = clause.firstIndex(where: { "+-=".contains($0) }) else { return nil }
            let who = clause[..<index]
            var bits: UInt32 = 0
            for letter in clause[clause.index(after: index)...] {
                guard let bit = ["r": 4, "w": 2, "x": 1, "X": 1][letter] else { return nil }
                bits |= UInt32(bit)
            }
            let everyone = who.isEmpty || who.contains("a")
            var mask: UInt32 = 0
            for (letter, shift) in [("u", 6), ("g", 3), ("o", 0)] as [(Character, UInt32)] {
                if everyone || who.contains(letter) { mask |= bits << shift }
            }
            switch clause[index] {
            case "+": mode |= mask
            case "-": mode &= ~mask
            default: mode = mask
            }
        }
        return mode
    }
}
