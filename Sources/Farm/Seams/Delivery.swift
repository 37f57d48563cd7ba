public import Lanes

/// One thing to be put on a phone; its bytes are shared by all phones that get it.
public struct FileToPush: Sendable {
    /// What is put there.
    public enum Content: Sendable {
        /// A regular file with these bytes.
        case bytes(SharedBytes)
        /// A symbolic link with this text as its target.
        case link(to: String)
        /// An empty folder.
        case folder
    }

    /// Where it goes.
    public let path: RemotePath
    /// What goes there.
    public let content: Content
    /// Permission bits; phones copy the owner's bits to group and others.
    public let mode: UInt32
    /// Last modification, in seconds since 1970.
    public let modified: Int64

    /// Describes one delivery.
    public init(path: RemotePath, content: Content, mode: UInt32 = 0o644, modified: Int64) {
        self.path = path
        self.content = content
        self.mode = mode
        self.modified = modified
    }
}

/// A phone's refusal of one file, in its own word.
public struct PushRefusal: Hashable, Sendable {
    /// The file's place in the list that was pushed.
    public let index: Int
    /// The phone's own word, such as `write failed: No space left on device`.
    public let reason: String

    /// Notes one refusal.
    public init(index: Int, reason: String) {
        self.index = index
        self.reason = reason
    }
}

/// What became of files that were uploaded to a host.
public struct UploadReceipt: Hashable, Sendable {
    /// What the host refused, by place in the list; empty when all is there.
    public var refusals: [PushRefusal] = []
    /// The places of the files of which a part was there already and was kept.
    ///
    /// All others travelled whole, in one connection, and the host has confirmed every part.
    public var resumed: Set<Int> = []

    /// The receipt of an upload of which nothing is to be told.
    public init() {}
}

/// Takes a file's bytes while they arrive from a phone.
///
/// Called on the phone's lane, so writing must not block for long: local files only.
public protocol PullSink: AnyObject, Sendable {
    /// Takes the next bytes; a thrown error ends the pull and is passed on.
    func take(_ bytes: UnsafeRawBufferPointer) throws
    /// Whether it has enough for now; the phone is held back while it has.
    var isFull: Bool { get }
    /// Hears how the file ended, when it is one of many; a thrown error ends the pull. Not called when the link failed.
    func ended(_ outcome: PullOutcome) throws
}

extension PullSink {
    /// Most sinks take everything at once.
    public var isFull: Bool { false }
    /// Those who pull one file hear it from the call.
    public func ended(_ outcome: PullOutcome) throws {}
}

/// One of many files to be read from a phone.
public struct FileToPull: Sendable {
    /// Where it is.
    public let path: RemotePath
    /// What takes its bytes and hears how it ended.
    public let sink: any PullSink

    /// Describes one file.
    public init(path: RemotePath, sink: any PullSink) {
        self.path = path
        self.sink = sink
    }
}

/// How a pull ended, when the link held.
public enum PullOutcome: Hashable, Sendable {
    /// All bytes were given to the sink.
    case pulled(bytes: UInt64)
    /// The phone said no, in its own word: `open failed: No such file or directory`.
    case refused(reason: String)
}
