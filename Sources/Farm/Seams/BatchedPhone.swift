public import Lanes

/// A phone that is not spoken with, but asked for through a service that works through jobs of many phones at once.
///
/// A question takes as long as work does. So nobody asks first where doing it tells as well, and calls of many phones that
/// are equal become one. A call waits for limits of the service, which are no phone's and no step's: whoever waits holds no
/// place in the window. What the service would not do is thrown as ``ServiceError``.
public protocol BatchedPhone: ConnectedPhone, NamedCalling {
    /// The same phone during one attempt at a step, whose jobs are written down before they are waited for.
    func during(_ attempt: BatchedAttempt) -> any BatchedPhone

    /// Whether any line can be run; else a line has few characters, and no file can be brought to the phone.
    var takesAnyLine: Bool { get }

    /// Whether the phone has all of these files as an earlier delivery of the same left them; nil when it cannot tell.
    func has(_ delivery: BatchedDelivery) async throws -> Bool?

    /// Puts files on the phone, packed once for all phones that get the same.
    func deliver(_ delivery: BatchedDelivery) async throws

    /// Runs a short line that changes nothing, as fast as the service can.
    func ask(_ line: String) async throws -> CommandResult

    /// Whether the phone runs, as its service says.
    func state() async throws -> BatchedPhoneState

    /// A copy of files as they are now, looked at and read like the phone itself; they travel in one go.
    ///
    /// - Parameter paths: Below `/sdcard`, `/data` and `/cache`; the names may be patterns, of which more may come than fits.
    /// - Returns: nil when there is nothing.
    /// - Throws: ``ServiceError`` for paths that the service cannot give.
    func copy(of paths: [RemotePath], progress: ProgressMeter) async throws -> (any ConnectedTarget)?

    /// Has files written to the account's bucket, where they stay.
    ///
    /// - Parameter name: A folder of the bucket; the phone's object in it is called by the phone's id.
    /// - Returns: The object, `obs://…`.
    func export(_ paths: [RemotePath], excluding: [RemotePath], as name: String) async throws -> String

    /// Brings back what was exported, over what is there.
    ///
    /// - Parameter name: A folder of the bucket in which the phone has an object of its own, or an object, which ends in `.tar`.
    func restore(_ name: String) async throws

    /// The phone's name in its cloud.
    func name() async throws -> String

    /// Gives the phone another name in its cloud.
    func rename(to name: String) async throws

    /// Sets properties that the service knows, some of which count only after a restart, and the user's own.
    func set(_ properties: [String: String], own: [String: String]) async throws

    /// Starts, stops, restarts or resets the phone, and waits until that is done.
    func change(_ power: PowerChange) async throws

    /// The way that the phone's traffic takes; nil when its service does not tell.
    func trafficRoute() async throws -> TrafficRoute?

    /// Sends the phone's traffic another way.
    func route(traffic: TrafficRoute) async throws

    /// The size of the phone's disk in GiB; nil when its service does not tell.
    ///
    /// - Parameter size: GiB that it may be made next: phones that are to have as much meanwhile wait for it a while.
    func diskGigabytes(before size: Int) async throws -> Int?

    /// Makes the phone's disk larger, which costs money.
    ///
    /// - Parameter size: GiB, not below what it has.
    func expandDisk(to size: Int) async throws

    /// Where a client of the cloud that shows the phone's screen reaches it.
    func connection(for client: ScreenClient) async throws -> ScreenConnection
}

extension BatchedPhone {
    /// Any line can be run.
    public var takesAnyLine: Bool { true }
}

/// What a service says of a phone.
public enum BatchedPhoneState: Hashable, Sendable {
    /// It runs.
    case running
    /// It is shut down.
    case stopped
    /// It is on its way from one state to another, in the service's word: `restarting`.
    case changing(String)
    /// It can do nothing, in the service's word: `restart failed`.
    case broken(String)
    /// Nobody has paid for it.
    case frozen
}

/// Files with their places on a phone, the same object for all phones that get the same.
public final class BatchedDelivery: Sendable {
    /// What goes where.
    public let files: [FileToPush]
    /// What is made out of it, once for all phones.
    public let derived = DerivedValues<String>()

    /// Bytes of all files.
    public let size: UInt64

    /// Collects files.
    public init(_ files: [FileToPush]) {
        self.files = files
        size = files.reduce(0) { if case .bytes(let bytes) = $1.content { $0 + UInt64(bytes.count) } else { $0 } }
    }
}

/// What can be done to a cloud phone as a whole.
public enum PowerChange: String, Hashable, Sendable, CaseIterable {
    /// Starts a phone that is shut down.
    case on
    /// Shuts it down.
    case off
    /// Restarts it.
    case restart
    /// Sets it back to how it came; everything on it is lost.
    case reset
}

/// One attempt at a step on a phone that is asked for through a service.
public struct BatchedAttempt: Sendable {
    /// What earlier attempts of this step asked the service for, and whose outcome is not known.
    public let pending: [ServiceJob]
    /// How long a job may take, from the moment it was asked for; nil for what is usual for its kind.
    public let limit: Duration?
    /// Whether all phones of the phone's server take part by now, so that what is for all of them can be given to the server.
    public let isForWholeServer: Bool
    /// Writes down what is asked of the service; what was written is never lost.
    public let note: @Sendable (ServiceJob) async throws -> Void

    /// Describes an attempt.
    public init(
        pending: [ServiceJob] = [], limit: Duration? = nil, isForWholeServer: Bool = false,
        note: @escaping @Sendable (ServiceJob) async throws -> Void = { _ in }
    ) {
        self.pending = pending
        self.limit = limit
        self.isForWholeServer = isForWholeServer
        self.note = note
    }
}

/// What was asked of a service for one phone.
public struct ServiceJob: Hashable, Sendable {
    /// What was asked for, so that the same thing is known again: a hash, or a few words.
    public let call: String
    /// The service's id of the call; nil while nobody has seen its answer.
    public let request: String?
    /// The service's id of this phone's part of the call; nil where the service refused it, and where nobody has seen its
    /// answer.
    public let job: String?

    /// Notes a job.
    public init(call: String, request: String? = nil, job: String? = nil) {
        self.call = call
        self.request = request
        self.job = job
    }
}
