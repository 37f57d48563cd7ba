public import ADBWire
public import Lanes

/// One thing to be put on a phone.
public struct PushItem: Sendable {
    /// What is put there.
    public enum Content: Sendable {
        /// A regular file with these bytes.
        case bytes(SharedBytes)
        /// A symbolic link with this target.
        case link(to: String)
        /// A folder; its parents are made too.
        case folder
    }

    /// The absolute path on the phone.
    public let path: String
    /// What goes there.
    public let content: Content
    /// Permission bits; phones copy the owner's bits to group and others.
    public let mode: UInt32
    /// The time of the last change, in seconds since 1970.
    public let modified: Int64

    /// Describes one delivery.
    public init(path: String, content: Content, mode: UInt32 = 0o644, modified: Int64) {
        self.path = path
        self.content = content
        self.mode = mode
        self.modified = modified
    }
}

/// Everything that a delivery sends, framed once and shared by all phones that get it.
///
/// Heads and tails of all files lie in one block; contents are the shared bytes themselves. A phone's stream walks
/// over it and copies nothing.
public final class PushScript: Sendable {
    /// One file's place in the block.
    struct Entry: Sendable {
        /// The item's place in ``PushScript/items``.
        let index: Int
        /// The request and, when there is content, the head of its first chunk.
        let head: Range<Int>
        /// The head of a last chunk that is shorter than the others; empty when there is none.
        let lastChunk: Range<Int>
        /// DONE and the time.
        let tail: Range<Int>
        let content: SharedBytes?
    }

    /// What is delivered, in order.
    public let items: [PushItem]
    /// Whether requests of version 2 are used.
    public let usesVersion2: Bool
    let entries: [Entry]
    let block: SharedBytes
    let folders: [Int]

    /// The head of every whole chunk.
    static let chunkHead: SharedBytes = {
        var bytes: [UInt8] = []
        SyncID.data.append(UInt32(SyncLimit.chunk), to: &bytes)
        return SharedBytes(bytes)
    }()

    /// Frames a delivery for phones with these features.
    ///
    /// - Throws: ``ADBError`` with `unsupported` when a path is longer than the protocol carries.
    public init(_ items: [PushItem], features: FeatureSet) throws(ADBError) {
        self.items = items
        usesVersion2 = features.contains(.sendrecv_v2)
        var bytes: [UInt8] = []
        var entries: [Entry] = []
        var folders: [Int] = []
        for (index, item) in items.enumerated() {
            if case .folder = item.content {
                folders.append(index)
            } else {
                entries.append(try PushScript.frame(item, index, version2: usesVersion2, into: &bytes))
            }
        }
        self.entries = entries
        self.folders = folders
        block = SharedBytes(bytes)
    }

    private static func frame(
        _ item: PushItem, _ index: Int, version2: Bool, into bytes: inout [UInt8]
    ) throws(ADBError) -> Entry {
        let start = bytes.count
        let operation = "push to \(item.path)"
        let path = Array(item.path.utf8)
        let permissions = item.mode & 0o7777
        var content: SharedBytes?
        var lastChunk = start..<start
        switch item.content {
        case .link(let target):
            try encode(.send(path: path, mode: FileType.symlink | 0o777, flags: nil), operation, to: &bytes)
            SyncID.data.append(UInt32(target.utf8.count + 1), to: &bytes)
            bytes.append(contentsOf: target.utf8)
            bytes.append(0)
        case .bytes(let shared):
            let mode = FileType.regular | permissions
            try encode(.send(path: path, mode: mode, flags: version2 ? [] : nil), operation, to: &bytes)
            SyncID.data.append(UInt32(min(shared.count, SyncLimit.chunk)), to: &bytes)
            content = shared.count == 0 ? nil : shared
        case .folder: break
        }
        let head = start..<bytes.count
        if let content, content.count > SyncLimit.chunk, content.count % SyncLimit.chunk != 0 {
            let first = bytes.count
            SyncID.data.append(UInt32(content.count % SyncLimit.chunk), to: &bytes)
            lastChunk = first..<bytes.count
        }
        let end = bytes.count
        SyncID.done.append(UInt32(clamping: item.modified), to: &bytes)
        return Entry(index: index, head: head, lastChunk: lastChunk, tail: end..<bytes.count, content: content)
    }
}

/// A phone's place in a script.
struct PushCursor {
    private let script: PushScript
    private var entry: Int
    private var offset: Int?

    init(_ script: PushScript, from entry: Int) {
        self.script = script
        self.entry = entry
    }

    /// Gives the stream a file's head, one chunk of it, or its end; false when nothing is left.
    mutating func sendNext(on stream: any ADBStream) -> Bool {
        guard entry < script.entries.count else { return false }
        let current = script.entries[entry]
        guard let content = current.content else {
            stream.send(script.block, current.head.lowerBound..<current.tail.upperBound)
            entry += 1
            return true
        }
        let start = offset ?? 0
        let end = min(start + SyncLimit.chunk, content.count)
        if start == 0 {
            stream.send(script.block, current.head)
        } else if end - start == SyncLimit.chunk {
            stream.send(PushScript.chunkHead, 0..<PushScript.chunkHead.count)
        } else {
            stream.send(script.block, current.lastChunk)
        }
        stream.send(content, start..<end)
        offset = end
        if end == content.count {
            stream.send(script.block, current.tail)
            offset = nil
            entry += 1
        }
        return true
    }
}
