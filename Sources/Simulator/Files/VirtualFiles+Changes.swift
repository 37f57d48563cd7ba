extension VirtualFiles {
    /// The identity of the `shell` user.
    static let shellUser: UInt32 = 2000

    /// Puts a file at `path`, over a file or link that is there; folders on the way must be there.
    mutating func write(
        _ content: FileContent, to path: String, permissions: UInt32 = 0o644, at seconds: Int64, modified: Int64? = nil,
        as caller: Caller = .shell
    ) throws(FileError) {
        let location = try locate(path, followLast: true, as: caller)
        if let entry = location.entry {
            if entry.isFolder { throw .isDirectory }
            if case .device = entry.kind { return }
        }
        try allow(location.names, caller)
        let replaced = location.entry?.totalSize ?? 0
        guard content.size <= freeBytes + replaced || caller == .system else { throw .noSpace }
        let entry = FileEntry(
            kind: .file(content), permissions: location.entry?.permissions ?? permissions, owner: owner(caller),
            group: group(location.names, caller), modified: modified ?? seconds, inode: 0, children: [:])
        try replace(location.names, by: entry, at: seconds)
        if caller == .shell { writtenFiles += 1 }
    }

    /// Puts a file into a folder that is known to be there and open, over a file or link of that name.
    mutating func place(
        _ content: FileContent, in folder: [String], _ name: String, permissions: UInt32, modified: Int64,
        at seconds: Int64
    ) throws(FileError) {
        try lock?.pass("write \(name)")
        let entry = FileEntry(
            kind: .file(content), permissions: permissions, owner: Self.shellUser,
            group: group(folder, .shell), modified: modified, inode: 0, children: [:])
        try replace(name, in: folder[...], by: entry, at: seconds, onlyFiles: true)
        writtenFiles += 1
    }

    /// Makes a folder in one that is known to be there and open, unless it is there already.
    mutating func makeFolder(
        in folder: [String], _ name: String, permissions: UInt32, at seconds: Int64
    ) throws(FileError) {
        let present = try change(folder) { (entry) throws(FileError) in entry.children[name] }
        if let present, present.isFolder {
            return try change(folder + [name]) { (entry) throws(FileError) in entry.permissions = permissions }
        }
        try lock?.pass("make the folder \(name)")
        var entry = FileEntry.folder(permissions, owner: Self.shellUser)
        entry.group = group(folder, .shell)
        entry.modified = seconds
        try replace(folder + [name], by: entry, at: seconds)
    }

    /// Sets a folder's time.
    mutating func setTime(_ names: [String], _ modified: Int64) throws(FileError) {
        guard !losesTimes || names.first != "storage" else { return }
        try change(names) { (entry) throws(FileError) in entry.modified = modified }
    }

    /// Why the shell user may change nothing in a folder; nil when it may.
    func refusal(inside folder: [String]) -> FileError? { AccessRules.refusal(inside: folder) }

    /// Makes a symbolic link, over a file or link that is there.
    mutating func link(
        _ destination: String, at path: String, time seconds: Int64, as caller: Caller = .shell
    ) throws(FileError) {
        let location = try locate(path, followLast: false, as: caller)
        if location.entry?.isFolder == true { throw .isDirectory }
        try allow(location.names, caller)
        var entry = FileEntry.link(destination)
        entry.modified = seconds
        entry.owner = owner(caller)
        entry.group = owner(caller)
        try replace(location.names, by: entry, at: seconds)
    }

    /// Makes a folder.
    ///
    /// - Parameter parents: Make the missing folders on the way too, and be content when it is there already.
    mutating func makeFolder(
        _ path: String, parents: Bool = false, permissions: UInt32 = 0o775, at seconds: Int64,
        as caller: Caller = .shell
    ) throws(FileError) {
        if parents { try makeParents(of: path, permissions: permissions, at: seconds, as: caller) }
        let location = try locate(path, as: caller)
        if let entry = location.entry {
            guard parents, entry.isFolder else { throw .exists }
            return
        }
        try allow(location.names, caller)
        var folder = FileEntry.folder(permissions, owner: owner(caller))
        folder.group = group(location.names, caller)
        folder.modified = seconds
        try replace(location.names, by: folder, at: seconds)
    }

    /// Makes the missing folders above a path.
    mutating func makeParents(
        of path: String, permissions: UInt32 = 0o775, at seconds: Int64, as caller: Caller = .shell
    ) throws(FileError) {
        var sofar = ""
        for name in RemotePath.names(path).dropLast() {
            sofar += "/" + name
            guard try locate(sofar, as: caller).entry == nil else { continue }
            try makeFolder(sofar, permissions: permissions, at: seconds, as: caller)
        }
    }

    /// Removes a file or link, or with `recursive` a whole folder.
    mutating func remove(
        _ path: String, recursive: Bool = false, at seconds: Int64, as caller: Caller = .shell
    ) throws(FileError) {
        let location = try locate(path, followLast: false, as: caller)
        guard let entry = location.entry else { throw .noSuchFile }
        if entry.isFolder, !recursive { throw .isDirectory }
        try allow(location.names, caller)
        try replace(location.names, by: nil, at: seconds)
    }

    /// Removes an empty folder.
    mutating func removeFolder(_ path: String, at seconds: Int64) throws(FileError) {
        let entry = try entry(path, followLast: false)
        guard entry.isFolder else { throw .notDirectory }
        guard entry.children.isEmpty else { throw .notEmpty }
        try remove(path, recursive: true, at: seconds)
    }

    /// Gives an entry another name; a folder as goal is not entered here.
    mutating func rename(_ path: String, to goal: String, at seconds: Int64) throws(FileError) {
        let from = try locate(path, followLast: false)
        guard let entry = from.entry else { throw .noSuchFile }
        let to = try locate(goal, followLast: false)
        guard from.names != to.names else { return }
        guard !to.names.starts(with: from.names) else { throw .invalid }
        if let present = to.entry {
            if present.isFolder, !entry.isFolder { throw .isDirectory }
            if entry.isFolder, !present.isFolder { throw .notDirectory }
            if !present.children.isEmpty { throw .notEmpty }
        }
        try allow(from.names, .shell)
        try allow(to.names, .shell)
        try replace(from.names, by: nil, at: seconds)
        try replace(to.names, by: entry, at: seconds)
    }

    /// Changes an entry's attributes.
    mutating func update(
        _ path: String, followLast: Bool = true, as caller: Caller = .shell, _ body: (inout FileEntry) -> Void
    ) throws(FileError) {
        let location = try locate(path, followLast: followLast, as: caller)
        guard location.entry != nil else { throw .noSuchFile }
        try allow(location.names, caller)
        let keepsTime = losesTimes && location.names.first == "storage"
        try change(location.names) { (entry) throws(FileError) in
            let before = entry.modified
            body(&entry)
            if keepsTime { entry.modified = before }
        }
    }

    private func allow(_ names: [String], _ caller: Caller) throws(FileError) {
        guard caller == .shell else { return }
        if let refusal = AccessRules.refusal(inside: Array(names.dropLast())) { throw refusal }
        try lock?.pass("change /\(names.joined(separator: "/"))")
    }

    private func owner(_ caller: Caller) -> UInt32 { caller == .shell ? Self.shellUser : 1000 }

    /// Shared storage belongs to everyone who may use it; elsewhere files belong to who made them.
    private func group(_ names: [String], _ caller: Caller) -> UInt32 {
        names.first == "storage" ? 1023 : owner(caller)
    }
}
