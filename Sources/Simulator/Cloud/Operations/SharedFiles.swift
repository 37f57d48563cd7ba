import JSON
import Lanes

/// PushShareFiles, DeleteShareFiles and ListShareFiles.
extension SimulatedCloud {
    func pushSharedFiles(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let place = try ObjectPlace(call.body)
        guard place.key.hasSuffix(".tar") else { throw .parameter(135, "object_path") }
        let requests = try servers(of: call, most: options.phonesPerCall, sharing: true)
        return start(.pushFiles, call, requests) { [self] id in await share(place, on: id) }
    }

    private func share(_ place: ObjectPlace, on id: String) async -> JobOutcome {
        guard let server = serverTable[id] else { return .failure(.cps(156)) }
        do throws(CloudRefusal) {
            let archive = try await read(place, for: id)
            var files: [(path: String, file: SharedShelf.File)] = []
            do throws(ArchiveProblem) {
                try PhoneArchive.read(archive, into: farm.contents) { entry, content throws(ArchiveProblem) in
                    let path = "/" + RemotePath.names(entry.path).joined(separator: "/")
                    guard path.hasPrefix("/data") || path.hasPrefix("/cache") else {
                        throw ArchiveProblem(text: "\(entry.path) is neither below /data nor below /cache")
                    }
                    guard let content else { return }
                    let source = SharedEntry(entry: entry, content: content)
                    files.append(
                        (path, SharedShelf.File(size: content.size, modified: entry.modified, source: source)))
                }
            } catch { return .failure(.cps(191), Array(error.text.utf8)) }
            let size = files.reduce(0) { $0 + $1.file.size }
            guard server.shelf.usedBytes + size <= options.sharedBytes else {
                return .failure(.cps(191), Array("No space left on device".utf8))
            }
            for file in files { server.shelf.putFile(file.path, file.file) }
            let entries = files.compactMap(\.file.source)
            for phone in server.phones { await phone.phone.show(entries) }
            return .success()
        } catch { return .failure(error) }
    }

    func deleteSharedFiles(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        guard let paths = try call.texts("file_paths", orElse: 155), !paths.isEmpty,
            paths.allSatisfy({ Self.isPath($0, marks: "./-_= ", most: 4096) })
        else { throw .parameter(155, "file_paths") }
        let requests = try servers(of: call, most: options.phonesPerCall, sharing: true)
        return start(.deleteFiles, call, requests) { [self] id in await removeShared(paths, from: id) }
    }

    private func removeShared(_ paths: [String], from id: String) async -> JobOutcome {
        guard let server = serverTable[id] else { return .failure(.cps(156)) }
        var missing: String?
        var gone: [SharedEntry] = []
        for path in paths {
            let found = server.shelf.removeFiles(path)
            if found.isEmpty { missing = missing ?? path }
            gone += found
        }
        for phone in server.phones { await phone.phone.hide(gone) }
        if let missing { return .failure(.cps(191), Array("rm: \(missing): No such file or directory\n".utf8)) }
        return .success()
    }

    func listSharedFiles(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let path = call.head.parameter("path") ?? ""
        guard Self.isPath(path, marks: ".+-_/=", most: 4096), path != "/", !path.contains("//") else {
            throw .parameter(199, "path")
        }
        let offset = try call.integer("offset", in: 0...Int(Int32.max), default: 0)
        let limit = try call.integer("limit", in: 1...50, default: 50)
        guard let text = call.head.parameter("server_ids"), !text.isEmpty else { throw .cps(95) }
        let requests = text.split(separator: ",").map { request(forServer: String($0), sharing: true) }
        return start(.listFiles, call, requests) { [self] id in await list(path, of: id, offset, limit) }
    }

    /// The listing is a JSON text in the output of the job.
    private func list(_ path: String, of id: String, _ offset: Int, _ limit: Int) -> JobOutcome {
        guard let shelf = serverTable[id]?.shelf else { return .failure(.cps(156)) }
        let all = shelf.list(path)
        let part = all.dropFirst(offset).prefix(limit).map { entry -> JSONValue in
            let time = CivilTime(seconds: entry.file.modified)
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            let day = String(time.day).leftPadded(to: 2)
            return .text("\(entry.file.size) \(months[time.month - 1]) \(day) \(time.clock.prefix(5)) \(entry.name)")
        }
        let used = shelf.usedBytes >> 20
        let whole = max(1, options.sharedBytes >> 20)
        let listing: JSONValue = [
            "files_in_path": [
                "total": .integer(Int64(all.count)), "count": .integer(Int64(part.count)), "files": .array(part),
            ],
            "share_base_max_size": .text("\(whole >> 10)G"),
            "share_base_capacity": .text("\(whole)M \(used)M \(whole - min(used, whole))M \(used * 100 / whole)%"),
        ]
        return .success(listing.bytes)
    }

    /// Whether a path is absolute, of allowed characters, and leads nowhere else.
    private static func isPath(_ path: String, marks: String, most: Int) -> Bool {
        path.hasPrefix("/") && path.utf8.count <= most && !path.split(separator: "/").contains("..")
            && path.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || marks.utf8.contains(byte)
            }
    }
}
