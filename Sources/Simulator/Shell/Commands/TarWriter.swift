/// Makes archives of what is on the phone: GNU headers, entries sorted, contents shared.
enum TarWriter {
    static func create(_ request: TarCommand.Request, _ call: ShellCall) -> Int32 {
        guard request.packing == nil else { return call.complain("exec gzip: No such file or directory") }
        var writer = Writer(call, store: call.device.making.contents)
        let root = call.absolute(request.folder ?? ".")
        var names = request.names
        if let list = request.listFile {
            guard let content = try? call.device.files.read(call.absolute(list)) else {
                return call.complain("\(list): No such file or directory")
            }
            names += TextCommands.lines(content.array).map(String.init)
        }
        guard !names.isEmpty else { return call.complain("empty archive") }
        for name in names {
            do throws(FileError) {
                let entry = try call.device.files.entry(RemotePath.absolute(name, in: root), followLast: false)
                writer.add(name.hasPrefix("/") ? String(name.dropFirst()) : name, entry, request.isVerbose)
            } catch { writer.status = call.complain("\(name): \(error.text)") }
        }
        let archive = writer.finish()
        if writer.status != 0 { call.complain("had errors") }
        guard let path = request.archive else {
            call.streams.output.write(archive.slice)
            return writer.status
        }
        do throws(FileError) {
            try call.device.files.write(archive, to: call.absolute(path), at: call.device.seconds)
            return writer.status
        } catch { return call.complain("\(path): \(error.text)") }
    }

    private struct Writer {
        private let call: ShellCall
        private let gatherer: ContentGatherer
        var status: Int32 = 0

        init(_ call: ShellCall, store: ContentStore) {
            self.call = call
            gatherer = ContentGatherer(store: store)
        }

        func add(_ name: String, _ entry: FileEntry, _ isVerbose: Bool) {
            if isVerbose { call.streams.errors.write(name + "\n") }
            switch entry.kind {
            case .file(let content):
                head(name, entry, type: "0", size: content.size)
                gatherer.append(content.slice)
                pad(content.size)
            case .link(let target): head(name, entry, type: "2", link: target)
            case .folder:
                head(name.hasSuffix("/") ? name : name + "/", entry, type: "5")
                for (child, below) in entry.children.sorted(by: { $0.key < $1.key }) {
                    add(RemotePath.join(name, child), below, isVerbose)
                }
            case .device: break
            }
        }

        func finish() -> FileContent {
            zeros(2 * TarParser.block)
            return gatherer.finish()
        }

        private func zeros(_ count: Int) {
            [UInt8](repeating: 0, count: count).withUnsafeBytes { gatherer.append($0) }
        }

        private func pad(_ size: UInt64) {
            let rest = Int(size % UInt64(TarParser.block))
            if rest > 0 { zeros(TarParser.block - rest) }
        }

        private func head(_ name: String, _ entry: FileEntry, type: Character, size: UInt64 = 0, link: String = "") {
            if name.utf8.count > 99 { long(name, "L") }
            if link.utf8.count > 99 { long(link, "K") }
            write(name, entry, type, size, link)
        }

        private func long(_ text: String, _ type: Character) {
            let bytes = Array(text.utf8) + [0]
            write("././@LongLink", .folder(0), type, UInt64(bytes.count), "")
            bytes.withUnsafeBytes { gatherer.append($0) }
            pad(UInt64(bytes.count))
        }

        private func write(_ name: String, _ entry: FileEntry, _ type: Character, _ size: UInt64, _ link: String) {
            let block = TarHeader.block(name, entry, type, size: size, link: link, namesOwners: true)
            block.withUnsafeBytes { gatherer.append($0) }
        }
    }
}
