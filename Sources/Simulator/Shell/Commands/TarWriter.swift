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
            var block = [UInt8](repeating: 0, count: TarParser.block)
            func put(_ text: some Sequence<UInt8>, _ start: Int, _ limit: Int) {
                for (index, byte) in text.prefix(limit).enumerated() { block[start + index] = byte }
            }
            func number(_ value: UInt64, _ start: Int, _ digits: Int) {
                let octal = String(value, radix: 8)
                guard octal.count > digits else {
                    return put(octal.leftPadded(to: digits, with: "0").utf8, start, digits)
                }
                block[start] = 0x80
                for index in 0..<8 { block[start + digits - index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
            }
            put(name.utf8, 0, 100)
            number(UInt64(entry.permissions), 100, 7)
            number(UInt64(entry.owner), 108, 7)
            number(UInt64(entry.group), 116, 7)
            number(size, 124, 11)
            number(UInt64(clamping: entry.modified), 136, 11)
            block[156] = type.asciiValue ?? 0
            put(link.utf8, 157, 100)
            put("ustar  ".utf8, 257, 7)
            put(UserNames.name(entry.owner).utf8, 265, 31)
            put(UserNames.name(entry.group).utf8, 297, 31)
            put("        ".utf8, 148, 8)
            let sum = block.reduce(UInt64(0)) { $0 + UInt64($1) }
            number(sum, 148, 6)
            block[154] = 0
            block.withUnsafeBytes { gatherer.append($0) }
        }
    }
}
