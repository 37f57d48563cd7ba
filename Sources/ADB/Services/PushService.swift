import ADBWire
public import Lanes

/// A phone's refusal of one item, in its own words.
public struct PushRefusal: Hashable, Sendable {
    /// The item's place in the script.
    public let index: Int
    /// The phone's words, such as `write failed: No space left on device`.
    public let reason: String
}

extension ADBConnection {
    /// Puts everything in a script on the phone, in one stream, without waiting for one file before the next.
    ///
    /// A refused file ends the phone's file service; the rest goes on over a new stream.
    ///
    /// - Returns: The refusals; empty when all is there.
    /// - Throws: ``ADBError``, `CancellationError`.
    public func push(_ script: PushScript, meter: ProgressMeter? = nil) async throws -> [PushRefusal] {
        var refusals = try await makeFolders(script)
        meter?.expectBytes(true)
        defer { meter?.expectBytes(false) }
        var next = 0
        while next < script.entries.count {
            let conversation = PushConversation(script, from: next)
            let operation = "push \(script.items[script.entries[next].index].path) to \(name)"
            guard let refusal = try await converse(conversation, operation, meter: meter) else { break }
            let index = script.entries[refusal.entry].index
            refusals.append(PushRefusal(index: index, reason: refusal.reason))
            next = refusal.entry + 1
            // A full disk refuses everything that follows; finding that out a thousand times helps nobody.
            guard !refusals.endAlike(8) else {
                for entry in script.entries[next...] {
                    refusals.append(PushRefusal(index: entry.index, reason: "not tried after: \(refusal.reason)"))
                }
                break
            }
        }
        return refusals.sorted { $0.index < $1.index }
    }

    /// Makes folders by shell: the ones that are delivered, and all parents where the phone does not make them.
    private func makeFolders(_ script: PushScript) async throws -> [PushRefusal] {
        var refusals: [PushRefusal] = []
        let wanted = script.folders.map { (index: $0, path: script.items[$0].path) }
        for batch in FolderBatches(wanted.map(\.path), limit: min(maxPayload - 256, 32768)) {
            let result = try await run(FolderBatches.command(wanted[batch].map(\.path)))
            guard result.exit != 0 else { continue }
            for folder in wanted[batch] {
                let result = try await run(FolderBatches.command([folder.path]))
                guard result.exit != 0 else { continue }
                let told = String(decoding: result.error.isEmpty ? result.output : result.error, as: UTF8.self)
                refusals.append(PushRefusal(index: folder.index, reason: told.trimmingNewlines))
            }
        }
        guard !features.contains(.fixed_push_mkdir) else { return refusals }
        let parents = Set(script.entries.map { FolderBatches.parent(of: script.items[$0.index].path) }).sorted()
        for batch in FolderBatches(parents, limit: min(maxPayload - 256, 32768)) {
            // A folder that cannot be made shows as the refusal of the files in it, with a better reason.
            _ = try await run(FolderBatches.command(Array(parents[batch])))
        }
        return refusals
    }
}

extension [PushRefusal] {
    /// Whether the last `count` refusals came one after another for the same reason.
    fileprivate func endAlike(_ count: Int) -> Bool {
        let last = suffix(count)
        return last.count == count && last.allSatisfy { $0.reason == last.first?.reason }
            && zip(last, last.dropFirst()).allSatisfy { $0.index + 1 == $1.index }
    }
}

/// Folders in groups that fit into one command.
struct FolderBatches: Sequence, IteratorProtocol {
    private let paths: [String]
    private let limit: Int
    private var start = 0

    init(_ paths: [String], limit: Int) {
        self.paths = paths
        self.limit = limit
    }

    mutating func next() -> Range<Int>? {
        guard start < paths.count else { return nil }
        var end = start
        var size = 0
        repeat {
            size += ShellQuoting.quote(paths[end]).utf8.count + 1
            end += 1
        } while end < paths.count && size + ShellQuoting.quote(paths[end]).utf8.count < limit
        defer { start = end }
        return start..<end
    }

    static func command(_ paths: [String]) -> String {
        "mkdir -p -- " + paths.map(ShellQuoting.quote).joined(separator: " ")
    }

    static func parent(of path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        return "/" + parts.dropLast().joined(separator: "/")
    }
}

// Sendable: touched only on the connection's lane.
private final class PushConversation: SyncConversation, @unchecked Sendable {
    /// nil when everything arrived.
    let end = Waiter<(entry: Int, reason: String)?>()
    var stream: (any ADBStream)?
    var reader = SyncReader()
    let expectation: SyncExpectation? = .acknowledgement
    private let script: PushScript
    private var cursor: PushCursor
    /// The entry whose answer is due.
    private var awaited: Int

    init(_ script: PushScript, from entry: Int) {
        self.script = script
        cursor = PushCursor(script, from: entry)
        awaited = entry
    }

    func streamNeedsBytes() {
        guard let stream else { return }
        while stream.unsentByteCount < 1 << 20, cursor.sendNext(on: stream) {}
    }

    func take(_ response: SyncResponse) throws -> (entry: Int, reason: String)?? {
        switch response {
        case .okay:
            awaited += 1
            return awaited == script.entries.count ? .some(nil) : nil
        case .failed(let reason): return .some((awaited, reason))
        case .status, .entry, .data, .done: return nil
        }
    }
}
