/// Programs that tell about files.
enum ListingCommands {
    static let commands: [String: ShellCommand] = [
        "ls": .quick(list), "stat": .quick(stat), "df": .quick(freeSpace), "du": .quick(usedSpace),
        "readlink": .quick(readLink), "realpath": .quick(realPath),
        "basename": .quick { call in
            call.print(RemotePath.last(call.arguments.first ?? ""))
            return 0
        },
        "dirname": .quick { call in
            call.print(RemotePath.parent(call.arguments.first ?? ""))
            return 0
        },
    ]

    // MARK: ls

    private static func list(_ call: ShellCall) -> Int32 {
        let (letters, operands) = call.flags
        var status: Int32 = 0
        let paths = operands.isEmpty ? ["."] : operands
        for path in paths {
            do throws(FileError) {
                try list(path, letters, call, heading: paths.count > 1)
            } catch {
                status = call.complain("\(path): \(error.text)")
            }
        }
        return status
    }

    private static func list(_ path: String, _ letters: Set<Character>, _ call: ShellCall, heading: Bool)
        throws(FileError)
    {
        let files = call.device.files
        let absolute = call.absolute(path)
        let followsLast = !letters.contains("l") || path.hasSuffix("/")
        let entry = try files.entry(absolute, followLast: followsLast && !letters.contains("d"))
        guard entry.isFolder, !letters.contains("d") else { return show(path, entry, letters, call) }
        let entries = try files.list(absolute)
        if heading { call.print("\(path):") }
        if letters.contains("l") {
            call.print("total \(entries.reduce(0) { $0 + ($1.entry.size + 1023) / 1024 })")
        }
        if letters.contains("a") {
            show(".", entry, letters, call)
            show("..", entry, letters, call)
        }
        for (name, entry) in entries where letters.contains("a") || letters.contains("A") || !name.hasPrefix(".") {
            show(name, entry, letters, call)
        }
        if heading { call.print("") }
    }

    private static func show(_ name: String, _ entry: FileEntry, _ letters: Set<Character>, _ call: ShellCall) {
        guard letters.contains("l") else { return call.print(name) }
        let time = CivilTime(seconds: entry.modified)
        let owner = UserNames.name(entry.owner)
        let group = UserNames.name(entry.group)
        let size = String(entry.size).leftPadded(to: 9)
        let links = entry.isFolder ? 2 : 1
        let arrow = entry.destination.map { " -> \($0)" } ?? ""
        call.print(
            "\(FileMode.text(entry.mode)) \(links) \(owner.padded(to: 6)) \(group.padded(to: 6)) \(size) "
                + "\(time.date) \(time.clock.prefix(5)) \(name)\(arrow)")
    }

    // MARK: stat

    private static func stat(_ call: ShellCall) -> Int32 {
        var words = call.arguments[...]
        var format: String?
        var follows = false
        var paths: [String] = []
        while let word = words.popFirst() {
            switch word {
            case "-c", "--format": format = words.popFirst()
            case "-L": follows = true
            case _ where word.hasPrefix("-c"): format = String(word.dropFirst(2))
            default: paths.append(word)
            }
        }
        var status: Int32 = 0
        for path in paths {
            do throws(FileError) {
                let entry = try call.device.files.entry(call.absolute(path), followLast: follows)
                call.print(expand(format ?? standardFormat, path, entry))
            } catch {
                status = call.complain("'\(path)': \(error.text)")
            }
        }
        return status
    }

    private static let standardFormat = """
          File: %N
          Size: %s\t Blocks: %b\t IO Blocks: 512\t%F
        Device: 10306h\t Inode: %i\t Links: %h
        Access: (%a/%A)\tUid: (%u/%U)\tGid: (%g/%G)
        Modify: %y
        """

    private static func expand(_ format: String, _ path: String, _ entry: FileEntry) -> String {
        var text = ""
        var rest = format[...]
        while let character = rest.popFirst() {
            guard character == "%", let letter = rest.popFirst() else {
                text.append(character)
                continue
            }
            text += field(letter, path, entry)
        }
        return text
    }

    private static func field(_ letter: Character, _ path: String, _ entry: FileEntry) -> String {
        switch letter {
        case "n", "N": path
        case "s": String(entry.size)
        case "b": String((entry.size + 511) / 512)
        case "B": "512"
        case "a": String(entry.permissions, radix: 8)
        case "f": String(entry.mode, radix: 16)
        case "A": FileMode.text(entry.mode)
        case "u": String(entry.owner)
        case "U": UserNames.name(entry.owner)
        case "g": String(entry.group)
        case "G": UserNames.name(entry.group)
        case "i": String(entry.inode)
        case "h": "1"
        case "X", "Y", "Z": String(entry.modified)
        case "x", "y", "z": CivilTime(seconds: entry.modified).text + ".000000000 +0000"
        case "F":
            entry.isFolder
                ? "directory"
                : entry.destination != nil ? "symbolic link" : entry.size == 0 ? "regular empty file" : "regular file"
        case "%": "%"
        default: "?"
        }
    }

    // MARK: Space

    private static func freeSpace(_ call: ShellCall) -> Int32 {
        let letters = call.flags.letters
        let unit: UInt64 = 1024
        let files = call.device.files
        var rows: [(String, UInt64, UInt64, String)] = [
            ("/dev/block/dm-5", files.capacity, files.usedBytes, "/data"),
            ("/dev/fuse", files.capacity, files.usedBytes, "/storage/emulated"),
        ]
        let operands = call.flags.operands
        if let first = operands.first {
            guard let names = try? files.locate(call.absolute(first)).names else {
                return call.complain("\(first): No such file or directory")
            }
            if names.first == "data" {
                rows = [rows[0]]
            } else if names.first == "storage" {
                rows = [rows[1]]
            } else {
                rows = [("/dev/block/dm-0", 4 << 30, 4 << 30, "/")]
            }
        }
        let size = letters.contains("h") ? "      Size" : " 1K-blocks"
        call.print("Filesystem     \(size)      Used Available Use% Mounted on")
        for (name, capacity, used, place) in rows {
            let left = capacity > used ? capacity - used : 0
            let percent = capacity == 0 ? 100 : Int(Double(used) / Double(capacity) * 100)
            let columns = [capacity, used, left].map { number in
                letters.contains("h") ? "\(number >> 20)M".leftPadded(to: 9) : String(number / unit).leftPadded(to: 9)
            }
            call.print(
                "\(name.padded(to: 15)) \(columns.joined(separator: " ")) \(String(percent).leftPadded(to: 3))% \(place)"
            )
        }
        return 0
    }

    /// `du [-sbk] PATH...`: every folder below, or with `-s` the sum alone.
    private static func usedSpace(_ call: ShellCall) -> Int32 {
        let (letters, operands) = call.flags
        var status: Int32 = 0
        func show(_ path: String, _ entry: FileEntry) {
            if !letters.contains("s") {
                for (name, child) in entry.children.sorted(by: { $0.key < $1.key }) where child.isFolder {
                    show(RemotePath.join(path, name), child)
                }
            }
            let bytes = entry.totalSize
            call.print("\(letters.contains("b") ? bytes : (bytes + 1023) / 1024)\t\(path)")
        }
        for path in operands.isEmpty ? ["."] : operands {
            if let entry = try? call.device.files.entry(call.absolute(path)) {
                show(path, entry)
            } else {
                status = call.complain("\(path): No such file or directory")
            }
        }
        return status
    }

    // MARK: Links and trees

    private static func readLink(_ call: ShellCall) -> Int32 {
        let (letters, operands) = call.flags
        guard let path = operands.first else { return 1 }
        if letters.contains("f") || letters.contains("e") { return realPath(call) }
        guard let link = (try? call.device.files.entry(call.absolute(path), followLast: false))?.destination else {
            return 1
        }
        call.print(link)
        return 0
    }

    private static func realPath(_ call: ShellCall) -> Int32 {
        guard let path = call.flags.operands.first, let location = try? call.device.files.locate(call.absolute(path))
        else {
            return call.complain("\(call.flags.operands.first ?? ""): No such file or directory")
        }
        call.print(location.path)
        return 0
    }
}

/// Names of the few users that files belong to.
enum UserNames {
    static func name(_ id: UInt32) -> String {
        switch id {
        case 0: "root"
        case 1000: "system"
        case 1023: "media_rw"
        case 2000: "shell"
        default: id >= 10_000 ? "u0_a\(id - 10_000)" : String(id)
        }
    }
}
