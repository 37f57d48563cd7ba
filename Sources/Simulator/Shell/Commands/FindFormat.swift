/// What `find -printf` makes of a file.
enum FindFormat {
    /// The letter of `-type` for a file.
    static func letter(_ entry: FileEntry) -> String {
        entry.isFolder ? "d" : entry.destination != nil ? "l" : entry.isFile ? "f" : "c"
    }

    /// - Parameter start: The operand under which the file was found.
    static func text(_ format: String, path: String, start: String, _ entry: FileEntry) -> String {
        var text = ""
        var rest = format[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\": text += escape(rest.popFirst())
            case "%":
                guard let letter = rest.popFirst() else { return text + "%" }
                if letter == "T" { _ = rest.popFirst() }
                text += field(letter, path, start, entry)
            default: text.append(character)
            }
        }
        return text
    }

    private static func escape(_ letter: Character?) -> String {
        switch letter {
        case "n": "\n"
        case "t": "\t"
        case "0": "\0"
        case let other?: String(other)
        case nil: "\\"
        }
    }

    private static func field(_ letter: Character, _ path: String, _ start: String, _ entry: FileEntry) -> String {
        switch letter {
        case "p": path
        case "P": String(path.dropFirst(start.count).drop { $0 == "/" })
        case "f": RemotePath.last(path)
        case "h": RemotePath.parent(path)
        case "s": String(entry.size)
        case "m": String(entry.permissions, radix: 8)
        case "y": self.letter(entry)
        case "l": entry.destination ?? ""
        case "i": String(entry.inode)
        case "U": String(entry.owner)
        case "G": String(entry.group)
        case "T": "\(entry.modified).0000000000"
        default: String(letter)
        }
    }
}
