public import ADBWire
public import Lanes

/// A way to one phone that can open streams: a link of our own (``ADBLink``), or one through an adb server
/// (``ADBServerConnection``).
///
/// Everything is called on ``lane``, by tasks that prefer it as executor, and returns there. Failures of the link are
/// thrown as ``ADBError``; a cancelled task gets `CancellationError`, and its stream is closed. The services:
///
/// | call | file |
/// | --- | --- |
/// | `run(_:input:outputLimit:meter:)`, `follow(_:take:)` | `Services/ShellService.swift` |
/// | `feed(_:input:outputLimit:meter:)`, for long input | `Services/FeedService.swift` |
/// | `status(of:followingLinks:)` | `Services/StatService.swift` |
/// | `list(_:)`, `tree(_:)` | `Services/ListService.swift` |
/// | `push(_:meter:)` with a ``PushScript`` made once for many phones | `Services/PushService.swift` |
/// | `pull(_:meter:)` | `Services/PullService.swift` |
/// | `install(_:flags:meter:)` | `Services/InstallService.swift` |
/// | `uninstall(_:flags:)` | `Services/UninstallService.swift` |
/// | `property(_:)`, `properties()` | `Services/PropertyService.swift` |
/// | `reboot(into:)` | `Services/RebootService.swift` |
///
/// The owner calls ``close()`` in the end; until then a link holds itself.
public protocol ADBConnection: AnyObject, Sendable {
    /// The lane on which the link and its streams live.
    var lane: Lane { get }
    /// The address or serial, for messages.
    var name: String { get }
    /// What the phone said about itself; not safe to print as it is.
    var banner: Banner { get }
    /// The features that both sides have.
    var features: FeatureSet { get }
    /// The largest payload of one packet.
    var maxPayload: Int { get }
    /// The limits of the phases.
    var limits: LinkLimits { get }
    /// Why nothing can be opened any more; nil while the link holds.
    var failure: ADBError? { get }

    /// Asks for a stream; the handler hears of everything that becomes of it, also of a refusal, but never during
    /// this call. What is sent before the phone has accepted waits.
    ///
    /// - Parameters:
    ///   - service: The service's name without the NUL at its end.
    ///   - operation: What is being done, for messages.
    ///   - limit: How long the phone may take to accept; nil for ``LinkLimits/open``.
    func open(
        _ service: [UInt8], operation: String, within limit: Duration?, handler: any StreamHandler
    ) -> any ADBStream

    /// Looks whether the link broke when a stream has ended too early; nil when the phone itself ended it.
    func explainEarlyEnd(_ operation: String) async -> ADBError?

    /// Ends the link and all its streams; later calls fail with `closed`.
    func close()
}

/// One conversation on a link; confined to the link's lane.
public protocol ADBStream: AnyObject, Sendable {
    /// Bytes that were given and have not been put into packets yet.
    var unsentByteCount: Int { get }
    /// Counts what is acknowledged and what arrives, when set.
    var meter: ProgressMeter? { get set }
    /// Queues bytes.
    func send(_ bytes: [UInt8])
    /// Queues a part of shared bytes, without a copy.
    func send(_ shared: SharedBytes, _ range: Range<Int>)
    /// Has the handler asked for bytes again after it had none.
    func moreBytesAreThere()
    /// Reads nothing from the phone for a while, so that it is held back; all streams of its link wait.
    ///
    /// - Parameter isWanted: Asked at the end of the while; as long as it says yes, there is another one.
    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool)
    /// Ends the stream; the handler hears no more. Queued bytes are dropped.
    func close()
}

/// What a stream tells its owner, always on the link's lane.
public protocol StreamHandler: AnyObject, Sendable {
    /// The phone accepted.
    func streamOpened()
    /// Bytes arrived; they are valid only during the call.
    func streamReceived(_ bytes: UnsafeRawBufferPointer)
    /// Less than one packet is queued: the moment to send more, if there is more.
    func streamNeedsBytes()
    /// All that was sent has been taken by the phone, or by the server in between.
    func streamDrained()
    /// The stream is over: nil when the phone ended it.
    func streamEnded(_ failure: ADBError?)
}

extension StreamHandler {
    /// Most conversations do not care.
    public func streamOpened() {}
    /// Most conversations have sent everything at once.
    public func streamNeedsBytes() {}
    /// Most conversations do not care.
    public func streamDrained() {}
}

extension ADBConnection {
    /// Asks for a stream with the usual limit.
    func open(_ service: String, operation: String, handler: any StreamHandler) -> any ADBStream {
        open(Array(service.utf8), operation: operation, within: nil, handler: handler)
    }
}

extension Waiter {
    /// Waits for a conversation's end, and closes its stream when nobody wants the end any more.
    func value(orClosing stream: any ADBStream) async throws -> Value {
        do {
            return try await value()
        } catch {
            stream.close()
            throw error
        }
    }
}
