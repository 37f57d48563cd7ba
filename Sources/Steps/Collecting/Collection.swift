import Farm
import Journal
import Lanes
import Secrets

/// Collects what tells of a failure, one thing after the other; what cannot be had stops nothing.
struct Collection: Sendable {
    /// More files than this of one kind are not looked through by anybody.
    static let mostFiles = 20

    let phone: any ConnectedPhone
    let folder: ContainedPath
    /// The run's word for temporary names on phones.
    let tag: String
    /// Where the log begins, and how old a file may be.
    let start: LogWatch.Start
    let progress: ProgressMeter
    /// What texts and names pass on their way into files.
    var redactor = Redactor()

    /// Collects one thing within `room` bytes.
    ///
    /// - Throws: ``PhoneError`` when the phone is lost, ``SystemError`` when nothing can be written here.
    func collect(_ what: CollectedThing, room: Int) async throws -> [CollectedFile] {
        do {
            return try await withDeadline(total: what.limit, on: phone.lane) {
                switch what {
                case .screenshot: try await screenshot(room)
                case .logcat: try await log(room)
                case .tombstones, .anr: try await files(of: what, room)
                case .bugreport: try await bugreport(room)
                }
            }
        } catch let error as DeadlineExceeded {
            return [.missing(what, "the phone took longer than \(error.duration)")]
        } catch let error as FarmError {
            return [.missing(what, PhoneWords(error.reason).firstLine)]
        }
    }

    private func screenshot(_ room: Int) async throws -> [CollectedFile] {
        switch try await ScreenCapture.take(on: phone, tag: tag) {
        case .refused(let reason): return [.missing(.screenshot, reason)]
        case .picture(let bytes):
            guard bytes.count <= room else { return [.missing(.screenshot, Self.tooLarge(bytes.count))] }
            try PulledFile.keep(bytes, as: try folder.appending("screenshot.png"))
            return [.had(.screenshot, "screenshot.png", bytes: bytes.count)]
        }
    }

    private func log(_ room: Int) async throws -> [CollectedFile] {
        guard room > 0 else { return [.missing(.logcat, Self.full)] }
        let file = try CappedFile(at: try folder.appending("logcat.txt"), limit: room, redactor: redactor)
        do {
            try await LogRecording(phone: phone, buffers: [], filters: []).save(
                since: start, into: file, progress: progress)
        } catch {
            // What came before the phone was lost is worth the most; the loss itself is what has to be told.
            _ = try? file.keep()
            throw error
        }
        return [.had(.logcat, "logcat.txt", bytes: try file.keep().bytes)]
    }

    private func files(of what: CollectedThing, _ room: Int) async throws -> [CollectedFile] {
        let source = try RemotePath(validating: what.folder ?? "/")
        var target: any ConnectedTarget = phone
        if let batched = phone as? any BatchedPhone {
            guard let copy = try await batched.copy(of: [source], progress: progress) else {
                return [.missing(what, Self.nothing(in: source), isNoLoss: true)]
            }
            target = copy
        }
        let entries = try await target.list(source).filter { $0.file.kind == .file }
        guard !entries.isEmpty else {
            return [.missing(what, Self.nothing(in: source), isNoLoss: true)]
        }
        let new = entries.filter { $0.file.modified >= start.seconds ?? .min }
        guard !new.isEmpty else {
            return [.missing(what, "\(source.path) holds nothing of this time", isNoLoss: true)]
        }
        var found: [CollectedFile] = []
        var left = room
        for entry in new.sorted(by: { $0.file.modified > $1.file.modified }).prefix(Self.mostFiles) {
            guard entry.file.size <= UInt64(max(0, left)) else {
                found.append(.missing(what, "\(PhoneWords(entry.name).firstLine): \(Self.full)"))
                continue
            }
            let file = try await pull(
                try source.appending(entry.name), what, as: "\(what.rawValue)/\(redactor.redacting(entry.name))",
                room: left, on: target)
            left -= file.bytes
            found.append(file)
        }
        return found
    }

    private func pull(
        _ source: RemotePath, _ what: CollectedThing, as name: String, room: Int,
        on target: (any ConnectedTarget)? = nil
    ) async throws -> CollectedFile {
        let sink = try PulledFile(
            at: try folder.appending(name), limit: UInt64(max(0, room)),
            redactor: what == .bugreport ? Redactor() : redactor)
        do {
            switch try await (target ?? phone).pull(source, into: sink, progress: progress) {
            case .pulled(let count):
                try sink.keep()
                return .had(what, name, bytes: Int(clamping: count))
            case .refused(let reason):
                sink.drop()
                return .missing(what, "\(PhoneWords(source.path).firstLine): \(PhoneWords(reason).firstLine)")
            }
        } catch is PulledFile.TooLarge {
            sink.drop()
            return .missing(what, "\(PhoneWords(source.path).firstLine): \(Self.full)")
        } catch {
            sink.drop()
            throw error
        }
    }

    /// `bugreportz` works for minutes and then says where the report lies.
    private func bugreport(_ room: Int) async throws -> [CollectedFile] {
        let result = try await phone.run("bugreportz")
        let lines = PhoneLines(result.text).map(String.init)
        guard let line = lines.last(where: { $0.hasPrefix("OK:") }) else {
            let said = result.complaint
            return [.missing(.bugreport, said.isEmpty ? "the phone gave none" : said)]
        }
        let source = try RemotePath(validating: String(line.dropFirst(3)))
        let file = try await pull(source, .bugreport, as: "bugreport.zip", room: room)
        // Reports are large, and the phone keeps them for ever; nothing but a report is removed.
        if source.path.contains("/bugreports/"), source.path.hasSuffix(".zip") {
            _ = try await phone.run(ShellLine("rm", "-f", source.path).description)
        }
        return [file]
    }

    private static func nothing(in folder: RemotePath) -> String {
        "\(folder.path) is empty, or the phone does not show it"
    }

    private static let full = "there is no room left below `max`"

    private static func tooLarge(_ bytes: Int) -> String { "it has \(ByteCount(bytes)), and \(full)" }
}
