public import Farm
public import Lanes
import Synchronization

/// A phone as its cloud's service would answer for it; lines and apps are answered by a scripted phone behind it.
///
/// Requests beyond those of ``ScriptedPhone`` are noted as `ask LINE`, `has 2`, `deliver 2: /a, /b`, `state`, `power restart`,
/// `traffic`, `route routing`, `disk`, `expand 64` and `connection ANDROID`.
public final class ScriptedService: BatchedPhone {
    /// What answers lines, installs and uninstalls, and keeps the notes.
    public let phone: ScriptedPhone
    /// Whether it takes any line, and brings files.
    public let takesAnyLine: Bool
    private struct State: Sendable {
        var states: [BatchedPhoneState]
        var has: Bool?
        var traffic: TrafficRoute?
        var disk: Int?
        var requests: [String] = []
    }
    private let script: Mutex<State>

    /// Puts a service before a phone.
    ///
    /// - Parameters:
    ///   - states: What it says of the phone, the last one again and again.
    ///   - has: Whether the phone has what is delivered.
    ///   - traffic: The way of its traffic; nil when the service does not tell.
    ///   - disk: GiB of its disk; nil when the service does not tell.
    ///   - takesAnyLine: Whether it takes any line, and brings files.
    public init(
        _ phone: ScriptedPhone, states: [BatchedPhoneState] = [.running], has: Bool? = false,
        traffic: TrafficRoute? = nil, disk: Int? = nil, takesAnyLine: Bool = true
    ) {
        self.phone = phone
        self.takesAnyLine = takesAnyLine
        script = Mutex(State(states: states, has: has, traffic: traffic, disk: disk))
    }

    /// Everything that was asked of the service, and of the phone behind it.
    public var requests: [String] { script.withLock { $0.requests } + phone.requests }

    private func note(_ request: String) { script.withLock { $0.requests.append(request) } }

    /// The phone's.
    public var id: TargetID { phone.id }

    /// The phone's.
    public var lane: Lane { phone.lane }

    /// The phone's.
    public var facts: [String: String] { phone.facts }

    /// The phone is its own cloud.
    public var cloud: (any BatchedPhone)? { self }

    /// The same phone, as it writes nothing down.
    public func during(_ attempt: BatchedAttempt) -> any BatchedPhone { self }

    /// Notes it, and answers as it was told to.
    public func has(_ delivery: BatchedDelivery) async throws -> Bool? {
        note("has \(delivery.files.count)")
        return script.withLock { $0.has }
    }

    /// Notes the places of the files.
    public func deliver(_ delivery: BatchedDelivery) async throws {
        let places = delivery.files.map(\.path.path).joined(separator: ", ")
        note("deliver \(delivery.files.count): \(places)")
    }

    /// Has the phone answer, up to what services keep.
    public func ask(_ line: String) async throws -> CommandResult {
        try await phone.run(line, input: [], outputLimit: 1024)
    }

    /// Notes it, and gives the next state.
    public func state() async throws -> BatchedPhoneState {
        note("state")
        return script.withLock { $0.states.count > 1 ? $0.states.removeFirst() : $0.states[0] }
    }

    /// The phone's own files.
    public func copy(of paths: [RemotePath], progress: ProgressMeter) async throws -> (any ConnectedTarget)? {
        note("copy \(paths.map(\.path).joined(separator: ", "))")
        return phone
    }

    /// Notes it.
    public func export(_ paths: [RemotePath], excluding: [RemotePath], as name: String) async throws -> String {
        note("export \(paths.map(\.path).joined(separator: ", ")) without \(excluding.count) as \(name)")
        return "obs://bucket/\(name)/\(id.name).tar"
    }

    /// Notes it.
    public func restore(_ name: String) async throws { note("restore \(name)") }

    /// What it was called last; the phone's own name before.
    public func name() async throws -> String {
        script.withLock { $0.requests.last { $0.hasPrefix("rename ") }.map { String($0.dropFirst(7)) } } ?? id.name
    }

    /// Notes it.
    public func rename(to name: String) async throws { note("rename \(name)") }

    /// Notes it.
    public func set(_ properties: [String: String], own: [String: String]) async throws {
        let pairs = (properties.map { $0 } + own.map { ($0.key, $0.value) }).map { "\($0.0)=\($0.1)" }.sorted()
        note("set \(pairs.joined(separator: " "))")
    }

    /// Notes it.
    public func change(_ power: PowerChange) async throws { note("power \(power.rawValue)") }

    /// Notes it, and answers as it was told to.
    public func trafficRoute() async throws -> TrafficRoute? {
        note("traffic")
        return script.withLock { $0.traffic }
    }

    /// Notes it.
    public func route(traffic: TrafficRoute) async throws { note("route \(traffic.rawValue)") }

    /// Notes it, and answers as it was told to.
    public func diskGigabytes(before size: Int) async throws -> Int? {
        note("disk")
        return script.withLock { $0.disk }
    }

    /// Notes it.
    public func expandDisk(to size: Int) async throws { note("expand \(size)") }

    /// Notes it, and gives an address.
    public func connection(for client: ScreenClient) async throws -> ScreenConnection {
        note("connection \(client.rawValue)")
        return ScreenConnection(publicAddress: "203.0.113.7", serverAddress: nil, ipv6Address: nil, port: 10_005)
    }

    /// Has the phone answer.
    public func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        try await phone.run(line, input: input, outputLimit: outputLimit)
    }

    /// Has the phone answer.
    public func feed(
        _ line: String, input: [SharedSlice], outputLimit: Int, progress: ProgressMeter
    ) async throws -> CommandResult {
        try await phone.feed(line, input: input, outputLimit: outputLimit, progress: progress)
    }

    /// Has the phone answer.
    public func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int?
    {
        try await phone.follow(line, take: take)
    }

    /// Has the phone answer.
    public func status(of paths: [RemotePath]) async throws -> [RemoteFile?] { try await phone.status(of: paths) }

    /// Has the phone answer.
    public func list(_ folder: RemotePath) async throws -> [RemoteEntry] { try await phone.list(folder) }

    /// Has the phone answer.
    public func pull(
        _ path: RemotePath, into sink: any PullSink, progress: ProgressMeter
    ) async throws -> PullOutcome {
        try await phone.pull(path, into: sink, progress: progress)
    }

    /// Has the phone answer.
    public func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [PushRefusal] {
        try await phone.push(files, progress: progress)
    }

    /// Has the phone answer.
    public func install(
        _ app: AppPayload, options: InstallOptions, progress: ProgressMeter
    ) async throws -> PackageReply {
        try await phone.install(app, options: options, progress: progress)
    }

    /// Has the phone answer.
    public func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply {
        try await phone.uninstall(package, keepData: keepData, user: user)
    }

    /// Has the phone answer.
    public func reboot(into mode: String?) async throws { try await phone.reboot(into: mode) }

    /// Ends the link to the phone.
    public func close() async { await phone.close() }
}
