import ADBWire

/// `sync:`: requests one after another, answers in their order.
final class SyncService: DeviceService {
    private let stream: DeviceStream
    private let connection: HostConnection
    private var parser = SyncRequestParser()
    /// The file that is being received.
    private var incoming: IncomingFile?
    /// The file that is being sent; requests behind it wait.
    private var outgoing: (content: FileContent, offset: UInt64)?
    private var waiting: [UInt8] = []
    private var hasEnded = false

    init(_ stream: DeviceStream, _ connection: HostConnection) {
        self.stream = stream
        self.connection = connection
    }

    private var core: PhoneCore { connection.core }

    func start() {}

    var backlog: Int { waiting.count }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        guard !hasEnded else { return }
        if outgoing != nil || !waiting.isEmpty { waiting.append(contentsOf: bytes) } else { parse(bytes) }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !hasEnded, let event = parser.next(&rest) {
            switch event {
            case .request(let request): handle(request)
            case .data(let slice, _): take(slice)
            case .done(let time): fileEnded(Int64(time))
            case .refused(let reason):
                fail(reason)
                end()
            }
            if outgoing != nil {
                waiting = Array(rest) + waiting
                return
            }
        }
    }

    private func handle(_ request: SyncRequest) {
        switch request {
        case .status(let id, let path): answer(status: id, text(path))
        case .list(let id, let path): answer(list: id, text(path))
        case .send(let path, let mode, let flags): begin(text(path), mode, flags)
        case .receive(let path, let flags): answer(receive: text(path), flags)
        case .quit: end()
        }
    }

    private func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }

    private func fail(_ reason: String) {
        stream.write { SyncResponse.appendFailure(reason, to: &$0) }
    }

    private func end() {
        hasEnded = true
        incoming = nil
        stream.finish()
    }

    func hostClosed() {
        hasEnded = true
        incoming = nil
        outgoing = nil
    }

    // MARK: Receiving a file

    private func begin(_ path: String, _ mode: UInt32, _ flags: SyncFlags?) {
        let file = IncomingFile(path: path, mode: mode, isDryRun: flags?.contains(.dryRun) == true, core.device)
        incoming = file
        if let flags, !flags.subtracting(.dryRun).isEmpty {
            file.failure = "unknown flags: \(flags.rawValue)"
        } else {
            file.prepare()
        }
        // The reason is told at once; the host may still be sending for a long time.
        if let failure = file.failure { fail(failure) }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard let incoming else { return }
        core.record.count { $0.payloadBytes += UInt64(bytes.count) }
        if connection.fault == .resetMidPush { return connection.reset("reset in mid-push") }
        guard incoming.failure == nil else { return }
        incoming.take(bytes)
        if let failure = incoming.failure { fail(failure) }
    }

    private func fileEnded(_ time: Int64) {
        guard let file = incoming else { return }
        incoming = nil
        if file.failure == nil {
            file.finish(time)
            if let failure = file.failure { fail(failure) }
        }
        guard file.failure == nil else { return end() }
        stream.write { SyncResponse.appendOkay(to: &$0) }
    }

    // MARK: Answering

    private func answer(status id: SyncID, _ path: String) {
        var status: FileStatus
        do throws(FileError) {
            status = FileStatus(try core.device.files.entry(path, followLast: id == .stat2))
        } catch {
            status = FileStatus(error: error.number)
        }
        stream.write { output in
            if id == .stat {
                status.appendVersion1(id: id, to: &output)
            } else {
                status.appendVersion2(id: id, to: &output)
            }
        }
    }

    private func answer(list id: SyncID, _ path: String) {
        let expectation = id == .list ? SyncExpectation.directory1 : .directory2
        let files = core.device.files
        // A folder that is missing or closed is an empty list.
        let entries = (try? files.list(path)) ?? []
        let folder = try? files.entry(path)
        stream.write { output in
            if let folder, folder.isFolder {
                for name in [".", ".."] {
                    SyncResponse.appendEntry(
                        FileStatus(folder), name: Array(name.utf8), expectation: expectation, to: &output)
                }
            }
            for (name, entry) in entries {
                SyncResponse.appendEntry(
                    FileStatus(entry), name: Array(name.utf8), expectation: expectation, to: &output)
            }
            SyncResponse.appendDone(expectation, to: &output)
        }
    }

    private func answer(receive path: String, _ flags: SyncFlags?) {
        do throws(FileError) {
            let content = try core.device.files.read(path)
            core.record.note { $0.sentFiles.append(path) }
            outgoing = (content, 0)
            sendFile()
        } catch {
            fail(error == .isDirectory ? "read failed: \(error.text)" : "open failed: \(error.text)")
            end()
        }
    }

    /// Fills the buffer up to what one packet carries; goes on when the host has taken it.
    private func sendFile() {
        guard let content = outgoing?.content, var offset = outgoing?.offset else { return }
        while offset < content.size, stream.queued < connection.maxPayload {
            let end = min(content.size, offset + UInt64(SyncLimit.chunk))
            stream.write { output in
                SyncID.data.append(UInt32(end - offset), to: &output)
                content.append(offset..<end, to: &output)
            }
            offset = end
        }
        outgoing = (content, offset)
        guard offset == content.size else { return }
        outgoing = nil
        stream.write { SyncResponse.appendDone(.content, to: &$0) }
    }

    func outputHasRoom() {
        guard outgoing != nil else { return }
        sendFile()
        guard outgoing == nil, !waiting.isEmpty else { return }
        let bytes = waiting
        waiting = []
        bytes.withUnsafeBytes { parse($0) }
        stream.inputWasTaken()
    }
}

extension FileStatus {
    init(_ entry: FileEntry) {
        self.init(mode: entry.mode, size: entry.size, modificationTime: entry.modified)
        deviceNumber = 0xfe05
        inode = entry.inode
        links = 1
        uid = entry.owner
        gid = entry.group
        accessTime = entry.modified
        changeTime = entry.modified
    }
}
