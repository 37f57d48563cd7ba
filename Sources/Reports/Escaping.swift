import SourceText

/// Makes the words of phones harmless on a terminal, in a log and on a page.
///
/// No control byte, no escape sequence, no character that reorders its neighbours gets through; bytes that are no UTF-8
/// become `\xNN`.
public enum Escaping {
    /// One line: line breaks and tabs are spelled out too.
    public static func line(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else { return terminalSafe(text) }
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return terminalSafe(line)
    }

    /// Several lines: line breaks break, tabs become spaces up to the next column of 8, and one final line break is
    /// stripped.
    public static func lines(_ text: String) -> [String] {
        var bytes = Array(text.utf8)[...]
        if bytes.last == 0x0A { bytes.removeLast() }
        return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            // Phones without the shell protocol end their lines with CR LF.
            let line = line.last == 0x0D ? line.dropLast() : line
            return terminalSafe(withoutTabs(String(decoding: line, as: UTF8.self)))
        }
    }

    /// One line of bytes that may be anything.
    public static func line(bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        if let text = String(validating: bytes, as: UTF8.self) { return line(text) }
        var text = ""
        var place = 0
        while place < bytes.count {
            if let length = (1...4).first(where: { isCharacter(bytes, place, $0) }) {
                text += line(String(decoding: bytes[place..<place + length], as: UTF8.self))
                place += length
            } else {
                text += "\\x" + hex(bytes[place])
                place += 1
            }
        }
        return text
    }

    private static func isCharacter(_ bytes: [UInt8], _ place: Int, _ length: Int) -> Bool {
        guard place + length <= bytes.count else { return false }
        return String(validating: bytes[place..<place + length], as: UTF8.self) != nil
    }

    private static func withoutTabs(_ line: String) -> String {
        guard line.utf8.contains(0x09) else { return line }
        var result = ""
        var column = 0
        for character in line {
            if character == "\t" {
                let spaces = 8 - column % 8
                result += String(repeating: " ", count: spaces)
                column += spaces
            } else {
                result.append(character)
                column += 1
            }
        }
        return result
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}
