public import ADBWire
public import Lanes

// Sendable: touched only on `lane`.

/// A phone behind an adb server: each stream is a TCP connection of its own to the server.
public final class ADBServerConnection: ADBConnection, @unchecked Sendable {
    /// The lane on which everything happens.
    public let lane: Lane
    /// `SERVER/SERIAL`.
    public let name: String
    /// What the server's list tells of the phone.
    public let banner: Banner
    /// The features that the phone lists and drover uses.
    public let features: FeatureSet
    /// The most a service's name may hold; the server cuts the bytes of streams itself.
    public var maxPayload: Int { ServerFraming.longestRequest }
    /// The limits of the phases.
    public let limits: LinkLimits
    /// Why nothing can be opened any more.
    public private(set) var failure: ADBError?

    private let server: ADBServer
    private let target: ServerTarget
    private var streams: [ObjectIdentifier: ServerStream] = [:]

    private init(
        _ server: ADBServer, _ target: ServerTarget, banner: Banner, features: FeatureSet, on lane: Lane,
        limits: LinkLimits
    ) {
        self.server = server
        self.target = target
        self.banner = banner
        self.features = features
        self.lane = lane
        self.limits = limits
        name = "\(server.name)/\(target.serial)"
    }

    /// Finds a phone in a server's list, and asks for its features.
    ///
    /// - Parameter usbPath: Tells phones with the same serial apart; nil when the serial is enough.
    /// - Throws: ``ADBError``: `noSuchPhone`, `phoneNotReady`, or that the server cannot be reached; `CancellationError`.
    public static func connect(
        to serial: String, usbPath: String? = nil, through server: ADBServer, on lane: Lane,
        limits: LinkLimits = LinkLimits()
    ) async throws -> ADBServerConnection {
        lane.preconditionOnLane()
        let operation = "connect to \(serial) through adb server \(server.name)"
        let devices = try await server.devices(on: lane, limits: limits)
        let device = try choose(serial, usbPath, among: devices, operation)
        guard device.isReady else {
            let code: ADBError.Code = device.state == "unauthorized" ? .unauthorized : .phoneNotReady
            throw ADBError(code, operation, "the adb server says: \(device.state)", mayHaveBeenSent: false)
        }
        let isAlone = devices.filter { $0.serial == serial }.count == 1
        let target = ServerTarget(
            serial: serial, transportID: isAlone ? nil : device.transportID, usbPath: device.usbPath)
        let list = try await server.query(target.prefix + "features", on: lane, limits: limits)
        let banner = Banner(
            kind: .device, product: device.product ?? "", model: device.model ?? "", device: device.device ?? "",
            features: FeatureSet(parsing: list))
        // Flow control on the way to the phone is the server's business.
        let features = banner.features.intersection(.drover).subtracting(FeatureSet([.delayed_ack]))
        return ADBServerConnection(server, target, banner: banner, features: features, on: lane, limits: limits)
    }

    private static func choose(
        _ serial: String, _ usbPath: String?, among devices: [ServerDevice], _ operation: String
    ) throws(ADBError) -> ServerDevice {
        let alike = devices.filter { $0.serial == serial }
        let matching = usbPath.map { path in alike.filter { $0.usbPath == path } } ?? alike
        guard let device = matching.first else {
            let reason = alike.isEmpty ? "the server does not list it" : "no phone with this serial is at that USB path"
            throw ADBError(.noSuchPhone, operation, reason, mayHaveBeenSent: false)
        }
        guard matching.count == 1 else {
            let paths = matching.compactMap(\.usbPath).joined(separator: ", ")
            throw ADBError(
                .noSuchPhone, operation, "\(matching.count) phones have this serial; name the USB path (\(paths))",
                mayHaveBeenSent: false)
        }
        return device
    }

    /// Opens a connection of its own for the stream.
    public func open(
        _ service: [UInt8], operation: String, within limit: Duration?, handler: any StreamHandler
    ) -> any ADBStream {
        lane.preconditionOnLane()
        let requests = [target.transport, String(decoding: service, as: UTF8.self)]
        let stream = ServerStream(
            to: server, on: lane, requests: requests, operation: operation, limits: limits, handler: handler)
        if let failure {
            let told = failure.during(operation, mayHaveBeenSent: false)
            lane.run { stream.fail(told.code, told.reason, sent: false) }
            return stream
        }
        let key = ObjectIdentifier(stream)
        streams[key] = stream
        stream.whenEnded = { [weak self] failure in
            self?.streams[key] = nil
            self?.noteServerFailure(failure)
        }
        verifyTarget { failure in
            guard let failure else { return stream.start(within: limit ?? self.limits.open) }
            stream.fail(failure.code, failure.reason, sent: false)
        }
        return stream
    }

    /// Makes sure that a number still means the same phone: a server that was restarted counts anew, and what was meant
    /// for one phone must never reach another.
    private func verifyTarget(_ then: @escaping (ADBError?) -> Void) {
        guard target.transportID != nil, let usbPath = target.usbPath else { return then(nil) }
        let check = IdentityCheck { text, failure in
            if let failure { return then(failure) }
            // Behind the four digits of its length.
            guard text.dropFirst(4) == "usb:" + usbPath || text.dropFirst(4) == usbPath else {
                return then(
                    ADBError(
                        .lost, "use \(self.name)", "the adb server numbers its phones anew", mayHaveBeenSent: false))
            }
            then(nil)
        }
        let question = ServerStream(
            to: server, on: lane, requests: [target.prefix + "get-devpath"], operation: "use \(name)", limits: limits,
            handler: check)
        question.start(within: limits.open)
    }

    /// A server that had to be restarted numbers its phones anew, so this way to the phone is over.
    private func noteServerFailure(_ failure: ADBError?) {
        guard let failure, failure.code == .refused || failure.code == .noRoute || failure.code == .connectTimedOut
        else { return }
        self.failure =
            self.failure
            ?? ADBError(
                .lost, "use \(name)", "the adb server cannot be reached: \(failure.reason)", mayHaveBeenSent: false)
    }

    /// Asks the server for the phone's state: streams end alike whether the phone, the server or the cable ended them.
    public func explainEarlyEnd(_ operation: String) async -> ADBError? {
        if let failure { return failure.during(operation, mayHaveBeenSent: true) }
        do {
            let state = try await server.query(target.prefix + "get-state", on: lane, limits: limits)
            return state == "device" ? nil : ADBError(.lost, operation, "the adb server says: \(state)")
        } catch {
            let reason = (error as? ADBError)?.reason ?? "\(error)"
            return ADBError(.lost, operation, reason)
        }
    }

    /// Closes all streams.
    public func close() {
        lane.preconditionOnLane()
        guard failure == nil else { return }
        let closed = ADBError(.closed, "use \(name)", "the link was closed", mayHaveBeenSent: false)
        failure = closed
        for stream in streams.values { stream.fail(closed.code, closed.reason) }
        streams = [:]
    }
}

/// How a server is told which phone is meant.
struct ServerTarget: Sendable {
    let serial: String
    /// Only when serials are not unique; numbers change when the server restarts.
    let transportID: UInt64?
    /// What tells phones with the same serial apart.
    let usbPath: String?

    /// The request that turns a connection towards the phone.
    var transport: String { transportID.map { "host:transport-id:\($0)" } ?? "host:transport:\(serial)" }
    /// What stands before a question about the phone.
    var prefix: String { transportID.map { "host-transport-id:\($0):" } ?? "host-serial:\(serial):" }
}

/// The answer to one short question, by callback.
// Sendable: touched only on the lane.
private final class IdentityCheck: StreamHandler, @unchecked Sendable {
    private var text: [UInt8] = []
    private let then: (String, ADBError?) -> Void

    init(_ then: @escaping (String, ADBError?) -> Void) { self.then = then }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) { text.append(contentsOf: bytes.prefix(4096 - text.count)) }

    func streamEnded(_ failure: ADBError?) { then(String(decoding: text, as: UTF8.self), failure) }
}
