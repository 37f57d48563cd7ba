public import Crypto
import Synchronization

/// Everything that hosts did to the simulated phones; tests judge by it.
///
/// May be asked from any thread at any time.
public final class SimulationRecord: Sendable {
    /// How much is written down.
    public enum Detail: Sendable, Hashable {
        /// Every line, file and install.
        case full
        /// Numbers only, for measuring: memory does not grow with what is done.
        case counters
    }

    /// How much is written down.
    public let detail: Detail
    private let records: Mutex<[String: PhoneRecord]>

    /// An empty record.
    public init(detail: Detail = .full) {
        self.detail = detail
        records = Mutex([:])
    }

    /// The record of one phone; an empty one appears for a name that is new.
    public func phone(_ name: String) -> PhoneRecord {
        records.withLock { table in
            if let record = table[name] { return record }
            let record = PhoneRecord(name: name, detail: detail)
            table[name] = record
            return record
        }
    }

    /// All records, sorted by name.
    public var phones: [PhoneRecord] {
        records.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    /// The sum of one number over all phones.
    public func total<Number: AdditiveArithmetic>(_ number: (PhoneDeeds) -> Number) -> Number {
        phones.reduce(.zero) { $0 + number($1.deeds) }
    }
}

/// What was done to one phone.
public final class PhoneRecord: Sendable {
    /// The phone's name in the farm file.
    public let name: String
    let detail: SimulationRecord.Detail
    private let state = Mutex(PhoneDeeds())

    init(name: String, detail: SimulationRecord.Detail) {
        self.name = name
        self.detail = detail
    }

    /// All that was done so far.
    public var deeds: PhoneDeeds { state.withLock { $0 } }

    /// Counts something.
    func count(_ body: (inout PhoneDeeds) -> Void) { state.withLock { body(&$0) } }

    /// Writes something down, unless only numbers are kept.
    func note(_ body: (inout PhoneDeeds) -> Void) {
        guard detail == .full else { return }
        state.withLock { body(&$0) }
    }
}

/// The deeds that hosts did to one phone, each list in the order of doing.
public struct PhoneDeeds: Sendable, Hashable {
    /// A file that arrived whole.
    public struct ReceivedFile: Sendable, Hashable {
        /// Where it was put.
        public var path: String
        /// Its size.
        public var bytes: UInt64
        /// Its SHA-256; nil when only sizes are kept.
        public var digest: SHA256Digest?
        /// Type and permission bits as the host sent them.
        public var mode: UInt32
        /// The time the host gave it, in seconds.
        public var modified: Int64
    }

    /// An attempt to install.
    public struct Install: Sendable, Hashable {
        /// The package, where the APK could be read.
        public var package: String?
        /// The version, where the APK could be read.
        public var versionCode: Int64?
        /// The answer's code, such as `INSTALL_FAILED_TEST_ONLY`; nil for success.
        public var refusal: String?
        /// The APK files.
        public var files: Int
        /// Bytes of all of them.
        public var bytes: UInt64
    }

    /// TCP connections that were accepted.
    public var connections = 0
    /// CNXN packets that were answered with CNXN, so that the phone was online.
    public var handshakes = 0
    /// Signatures looked at.
    public var signatures = 0
    /// Public keys offered on the screen, as text.
    public var offeredKeys: [String] = []
    /// Streams opened.
    public var streams = 0
    /// The services of these streams; NULs shown as spaces.
    public var services: [String] = []
    /// Shell lines, and `abb` calls joined with spaces.
    public var shellLines: [String] = []
    /// Shell lines and `abb` calls.
    public var commands = 0
    /// Files that arrived whole, one by one or in an archive that a command unpacked.
    public var receivedFiles = 0
    /// The same, one by one.
    public var files: [ReceivedFile] = []
    /// Paths sent to hosts.
    public var sentFiles: [String] = []
    /// Attempts to install.
    public var installs: [Install] = []
    /// Installs that succeeded.
    public var successfulInstalls = 0
    /// Packages that were uninstalled.
    public var uninstalls: [String] = []
    /// Packages whose data were cleared.
    public var clears: [String] = []
    /// Activities that were started, as `package/activity`.
    public var launches: [String] = []
    /// Packages that were stopped.
    public var forceStops: [String] = []
    /// Touches, keys and texts, as `input` got them: `tap 540 1200`, `text a%sb`.
    public var inputs: [String] = []
    /// Calls of `am instrument`, without these words.
    public var instrumentations: [String] = []
    /// Settings and properties that were changed: `settings put global a 1`, `setprop debug.a 1`.
    public var settings: [String] = []
    /// Permissions that were granted or taken away: `grant com.x.y android.permission.CAMERA`.
    public var permissions: [String] = []
    /// Reboots, with their word; empty for an ordinary one.
    public var reboots: [String] = []
    /// Regular files that hosts had written or written anew, by whatever means: pushed, unpacked, copied, patched.
    public var writtenFiles = 0
    /// Bytes of files, APKs and the input of commands that arrived, whole or not.
    public var payloadBytes: UInt64 = 0
    /// Changes that were refused because the phone was read-only.
    public var refusedChanges = 0
    /// The first thousand of them, in words: `change /storage/emulated/0/a`, `settings put global a 1`.
    public var refusals: [String] = []
    /// Bytes read from sockets.
    public var bytesReceived: UInt64 = 0
    /// Bytes given to sockets.
    public var bytesSent: UInt64 = 0
    /// Faults that were shown, in words.
    public var faults: [String] = []
}
