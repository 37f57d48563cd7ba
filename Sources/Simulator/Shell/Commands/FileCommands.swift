/// Programs that change files.
enum FileCommands {
    static let commands: [String: ShellCommand] = [
        "mkdir": .quick(makeFolders), "rm": .quick(remove), "rmdir": .quick(removeFolders), "mv": .quick(move),
        "cp": .quick(copy), "ln": .quick(link), "touch": .quick(touch), "chmod": .quick(changeMode),
        "chown": .quick(changeOwner), "chgrp": .quick { _ in 0 }, "restorecon": .quick { _ in 0 },
        "sync": .quick { _ in 0 },
        "truncate": .quick(truncate),
    ]

    private static func makeFolders(_ call: ShellCall) -> Int32 {
        let (letters, operands) = call.flags
        return each(operands) { path in
            do throws(FileError) {
                try call.device.files.makeFolder(
                    call.absolute(path), parents: letters.contains("p"), at: call.device.seconds)
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
            } catch { return call.complain("'\(path)': \(error.text)") }
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

    private static func touch(_ call: ShellCall) -> Int32 {
        var time: Int64?
        var operands: [String] = []
        var words = call.arguments[...]
        while let word = words.popFirst() {
            if word == "-d" {
                time = words.popFirst().flatMap { $0.hasPrefix("@") ? Int64($0.dropFirst()) : nil }
            } else if !word.hasPrefix("-") {
                operands.append(word)
            }
        }
        return each(operands) { path in
            let absolute = call.absolute(path)
            do throws(FileError) {
                if call.device.files.exists(absolute) {
                    try call.device.files.update(absolute) { $0.modified = time ?? call.device.seconds }
                } else {
                    try call.device.files.write(.bytes([]), to: absolute, at: call.device.seconds, modified: time)
                }
                return 0
            } catch { return call.complain("'\(path)': \(error.text)") }
        }
    }

    private static func truncate(_ call: ShellCall) -> Int32 {
        guard call.arguments.count == 3, call.arguments[0] == "-s", let size = UInt64(call.arguments[1]) else {
            return call.complain("Needs -s SIZE FILE")
        }
        do throws(FileError) {
            try call.device.files.write(.zeros(size), to: call.absolute(call.arguments[2]), at: call.device.seconds)
            return 0
        } catch { return call.complain("'\(call.arguments[2])': \(error.text)") }
    }

    private static func changeMode(_ call: ShellCall) -> Int32 {
        var operands = call.arguments.filter { !["-R", "-f"].contains($0) }
        guard operands.count >= 2 else { return call.complain("Needs 2 arguments") }
        let mode = operands.removeFirst()
        return each(operands) { path in
            do throws(FileError) {
                let current = try call.device.files.entry(call.absolute(path)).permissions
                guard let permissions = FileMode.applying(mode, to: current) else {
                    return call.complain("bad mode '\(mode)'")
                }
                try call.device.files.update(call.absolute(path)) { $0.permissions = permissions }
                return 0
            } catch { return call.complain("'\(path)' to \(mode): \(error.text)") }
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
