/// Programs that change files.
enum FileCommands {
    static let commands: [String: ShellCommand] = [
        "mkdir": .quick(makeFolders), "rm": .quick(remove), "rmdir": .quick(removeFolders), "mv": .quick(move),
        "cp": .quick(copy), "ln": .quick(link), "touch": .quick(touch), "chmod": .quick(changeMode),
        "chown": .quick(changeOwner), "chgrp": .quick { _ in 0 }, "restorecon": .quick { _ in 0 },
        "sync": .quick { _ in 0 }, "fsync": .quick { _ in 0 }, "mktemp": .quick(makeTemporary),
    ]

    private static func makeFolders(_ call: ShellCall) -> Int32 {
        var (letters, operands) = call.flags
        var permissions: UInt32 = 0o775
        if letters.contains("m"), !operands.isEmpty {
            permissions = FileMode.applying(operands.removeFirst(), to: permissions) ?? permissions
        }
        return each(operands) { path in
            do throws(FileError) {
                try call.device.files.makeFolder(
                    call.absolute(path), parents: letters.contains("p"), permissions: permissions,
                    at: call.device.seconds)
                return 0
            } catch { return call.complain("'\(path)': \(error.text)") }
        }
    }

    private static func remove(_ call: ShellCall) -> Int32 {
        let (letters, operands) = call.flags
        let isForced = letters.contains("f")
        let isRecursive = letters.contains("r") || letters.contains("R")
        return each(operands) { path in
            do throws(FileError) {
                try call.device.files.remove(call.absolute(path), recursive: isRecursive, at: call.device.seconds)
                return 0
            } catch {
                let isMissing = error == .noSuchFile || error == .notDirectory
                return isForced && isMissing ? 0 : call.complain("\(path): \(error.text)")
            }
        }
    }

    private static func removeFolders(_ call: ShellCall) -> Int32 {
        each(call.flags.operands) { path in
            do throws(FileError) {
                try call.device.files.removeFolder(call.absolute(path), at: call.device.seconds)
                return 0
            } catch { return call.complain("\(path): \(error.text)") }
        }
    }

    /// Where each source goes: into the goal when it is a folder, else to the goal.
    private static func goals(_ call: ShellCall) -> [(from: String, to: String)] {
        var operands = call.flags.operands
        guard let goal = operands.popLast(), !operands.isEmpty else { return [] }
        let isFolder = (try? call.device.files.entry(call.absolute(goal)))?.isFolder == true  // unreachable: no folder
        // A slash at the end asks for a folder.
        guard isFolder || !goal.hasSuffix("/") else { return [] }
        return operands.map { ($0, isFolder ? RemotePath.join(goal, RemotePath.last($0)) : goal) }
    }

    private static func move(_ call: ShellCall) -> Int32 {
        let goals = goals(call)
        guard !goals.isEmpty else { return call.complain("bad '\(call.arguments.last ?? "")': Not a directory") }
        return each(goals) { goal in
            do throws(FileError) {
                try call.device.files.rename(
                    call.absolute(goal.from), to: call.absolute(goal.to), at: call.device.seconds)
                return 0
            } catch { return call.complain("bad '\(goal.from)': \(error.text)") }
        }
    }

    private static func copy(_ call: ShellCall) -> Int32 {
        let letters = call.flags.letters
        let isRecursive = !letters.isDisjoint(with: ["r", "R", "a"])
        return each(goals(call)) { goal in
            do throws(FileError) {
                let entry = try call.device.files.entry(call.absolute(goal.from))
                try copy(
                    entry, to: call.absolute(goal.to), call, isRecursive,
                    keepsTime: !letters.isDisjoint(with: ["p", "a"]))
                return 0
            } catch { return call.complain("bad '\(goal.from)': \(error.text)") }
        }
    }

    private static func copy(
        _ entry: FileEntry, to path: String, _ call: ShellCall, _ isRecursive: Bool, keepsTime: Bool
    ) throws(FileError) {
        let device = call.device
        switch entry.kind {
        case .file(let content):
            try device.files.write(
                content, to: path, permissions: entry.permissions, at: device.seconds,
                modified: keepsTime ? entry.modified : nil)
        case .link(let destination): try device.files.link(destination, at: path, time: device.seconds)
        case .folder:
            guard isRecursive else { throw .isDirectory }
            try device.files.makeFolder(path, parents: true, at: device.seconds)
            for (name, child) in entry.children.sorted(by: { $0.key < $1.key }) {
                try copy(child, to: RemotePath.join(path, name), call, true, keepsTime: keepsTime)
            }
        case .device: throw .accessDenied
        }
    }

    private static func link(_ call: ShellCall) -> Int32 {
        let (letters, operands) = call.flags
        guard operands.count == 2, letters.contains("s") else { return call.complain("cannot create hard link") }
        do throws(FileError) {
            if call.device.files.exists(call.absolute(operands[1])), !letters.contains("f") { throw .exists }
            try call.device.files.link(operands[0], at: call.absolute(operands[1]), time: call.device.seconds)
            return 0
        } catch { return call.complain("cannot create symbolic link to '\(operands[0])': \(error.text)") }
    }

    /// `touch [-cmah] [-d TIME] [-t TIME] [-r FILE] FILE...`.
    private static func touch(_ call: ShellCall) -> Int32 {
        var time: Int64?
        var mustExist = false
        var operands: [String] = []
        var words = call.arguments[...]
        while let word = words.popFirst() {
            switch word {
            case "-d", "-t":
                let text = words.popFirst() ?? ""
                guard let moment = TimeWord.parse(text, isCompact: word == "-t") else {
                    return call.complain("bad '\(text)'")
                }
                time = moment
            case "-r":
                let path = words.popFirst() ?? ""
                guard let entry = try? call.device.files.entry(call.absolute(path)) else {
                    return call.complain("'\(path)': \(FileError.noSuchFile.text)")
                }
                time = entry.modified
            case _ where word.hasPrefix("-") && word.count > 1: mustExist = mustExist || word.contains("c")
            default: operands.append(word)
            }
        }
        let isLink = call.arguments.contains("-h")
        return each(operands) { path in
            let absolute = call.absolute(path)
            do throws(FileError) {
                if call.device.files.exists(absolute) {
                    try call.device.files.update(absolute, followLast: !isLink) {
                        $0.modified = time ?? call.device.seconds
                    }
                } else if !mustExist {
                    try call.device.files.write(.bytes([]), to: absolute, at: call.device.seconds, modified: time)
                }
                return 0
            } catch { return call.complain("'\(path)': \(error.text)") }
        }
    }

    /// `mktemp [-d] [-p FOLDER] [TEMPLATE]`.
    private static func makeTemporary(_ call: ShellCall) -> Int32 {
        let (letters, operands) = call.flags
        let folder = letters.contains("p") ? operands.first ?? "/data/local/tmp" : "/data/local/tmp"
        let template = letters.contains("p") ? operands.dropFirst().first : operands.first
        let name = template ?? "tmp.XXXXXX"
        let marks = name.reversed().prefix { $0 == "X" }.count
        let number = String(SplitMix.hash("\(call.device.makePID())"), radix: 36).suffix(marks)
        let made = name.dropLast(marks) + String(number).leftPadded(to: marks, with: "0")
        let path = template?.contains("/") == true ? String(made) : RemotePath.join(folder, String(made))
        do throws(FileError) {
            if letters.contains("d") {
                try call.device.files.makeFolder(call.absolute(path), permissions: 0o700, at: call.device.seconds)
            } else {
                try call.device.files.write(
                    .bytes([]), to: call.absolute(path), permissions: 0o600, at: call.device.seconds)
            }
            call.print(path)
            return 0
        } catch { return call.complain("\(path): \(error.text)") }
    }

    /// `chmod [-R] MODE FILE...`.
    private static func changeMode(_ call: ShellCall) -> Int32 {
        var operands = call.arguments.filter { !["-R", "-f"].contains($0) }
        guard operands.count >= 2 else { return call.complain("Needs 2 arguments") }
        let mode = operands.removeFirst()
        let isRecursive = call.arguments.contains("-R")
        return each(operands) { path in
            do throws(FileError) {
                let entry = try call.device.files.entry(call.absolute(path))
                guard FileMode.applying(mode, to: entry.permissions) != nil else {
                    return call.complain("bad mode '\(mode)'")
                }
                try call.device.files.update(call.absolute(path)) { change(&$0, mode, isRecursive) }
                return 0
            } catch { return call.complain("'\(path)' to \(mode): \(error.text)") }
        }
    }

    private static func change(_ entry: inout FileEntry, _ mode: String, _ isRecursive: Bool) {
        entry.permissions = FileMode.applying(mode, to: entry.permissions) ?? entry.permissions
        guard isRecursive else { return }
        for name in entry.children.keys where entry.children[name]?.destination == nil {
            entry.children[name]?.apply { change(&$0, mode, true) }
        }
    }

    /// Only root may give files away.
    private static func changeOwner(_ call: ShellCall) -> Int32 {
        let operands = call.flags.operands
        return each(operands.dropFirst()) { path in
            call.device.files.exists(call.absolute(path))
                ? call.complain("chown '\(path)' to '\(operands[0])': \(FileError.notPermitted.text)")
                : call.complain("'\(path)': \(FileError.noSuchFile.text)")
        }
    }

    /// Runs for each and gives the last bad status.
    private static func each<Item>(_ items: some Sequence<Item>, _ body: (Item) -> Int32) -> Int32 {
        items.reduce(0) { status, item in
            let one = body(item)
            return one == 0 ? status : one
        }
    }
}
