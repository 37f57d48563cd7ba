/// Names of files for things whose names may hold anything.
enum FileName {
    /// A name that is valid everywhere: what is no letter, digit or hyphen is written as `%2F`, and long ones are cut
    /// and told apart by their sum.
    static func safe(_ text: String) -> String {
        var name = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        guard name.utf8.count > 200 else { return name }
        return "\(name.prefix(180))~\(FieldLines.sum(of: text))"
    }
}
