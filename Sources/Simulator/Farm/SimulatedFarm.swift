import Glibc
public import Lanes

/// A farm of simulated phones on loopback, in this process.
public final class SimulatedFarm: Sendable {
    /// The phones, in the order of their names.
    public let phones: [SimulatedPhone]
    /// Everything that is done to them.
    public let record: SimulationRecord
    /// Where their files' contents lie.
    public let contents: ContentStore
    /// While it is on, the phones refuse everything that hosts would change, and count it.
    public let writeLock: WriteLock
    /// What the farm was made from.
    public let options: SimulationOptions

    /// Makes phones that do not listen yet, dealt to the lanes in turn.
    ///
    /// - Parameters:
    ///   - lanes: At least one; they may carry other work too.
    ///   - contents: Where another farm's files lie, for farms that share them.
    public init(_ options: SimulationOptions, lanes: [Lane], contents: ContentStore? = nil) {
        precondition(!lanes.isEmpty && !options.profiles.isEmpty, "a farm needs a lane and a profile")
        self.options = options
        let record = SimulationRecord(detail: options.detail)
        let contents = contents ?? ContentStore(retention: options.retention)
        let lock = WriteLock(isOn: options.isReadOnly)
        let mould = PhoneMould(options, contents: contents, record: record, lock: lock, clock: lanes[0].clock)
        let names = FarmFile.names(options.phones, prefix: options.namePrefix)
        let faults = FaultAssignment.deal(options.faults, to: names, seed: options.seed)
        phones = names.enumerated().map { index, name in
            let (making, settings) = mould.phone(index, name: name, fault: faults[name])
            return SimulatedPhone(making: making, settings: settings, lane: lanes[index % lanes.count])
        }
        self.record = record
        self.contents = contents
        writeLock = lock
    }

    /// Opens the phones' ports: from the base port on, or else ports in a row wherever they are free.
    ///
    /// - Throws: ``SimulatorError``; no phone listens then.
    public func start() async throws(SimulatorError) {
        do throws(SimulatorError) {
            guard options.basePort == nil else { return try await startFromBasePort() }
            try await startInARow()
        } catch {
            await stop()
            throw error
        }
    }

    private func startFromBasePort() async throws(SimulatorError) {
        var port = options.basePort
        for phone in phones { try await phone.start(at: .loopback(port: try Self.take(&port))) }
    }

    /// Ports in a row make a farm file of one line; where one is taken the next is tried, and at last any.
    private func startInARow() async throws(SimulatorError) {
        for phone in phones {
            var hasStarted = false
            for _ in 0..<1000 where !hasStarted {
                let address = SocketAddress.loopback(port: PortRow.next())
                guard PortReservation.isFree(address) else { continue }
                hasStarted = (try? await phone.start(at: address)) != nil
            }
            if !hasStarted { try await phone.start(at: .loopback(port: 0)) }
        }
    }

    /// The next port; adb servers look for emulators on odd ports from 5555 to 5585, so these are left out.
    private static func take(_ port: inout UInt16?) throws(SimulatorError) -> UInt16 {
        guard let first = port else { return 0 }
        var next = Int(first)
        if (5555...5585).contains(next), next % 2 == 1 { next += 1 }
        guard next < 65_535 else { throw SimulatorError(.badOptions, "there are no ports above 65535") }
        port = UInt16(next + 1)
        return UInt16(next)
    }

    /// Closes ports and connections.
    public func stop() async {
        for phone in phones { await phone.stop() }
    }

    /// The phone of that name.
    public func phone(_ name: String) -> SimulatedPhone? { phones.first { $0.name == name } }

    /// A farm file with these phones; to be asked for after ``start()``.
    public var farmFileText: String { FarmFile.text(phones) }
}

/// Makes phones from options; what phones have in common is made once.
private struct PhoneMould {
    private let options: SimulationOptions
    private let contents: ContentStore
    private let record: SimulationRecord
    private let lock: WriteLock
    private let reader = ApplicationReader.apk()
    private let origin: LaneInstant
    private let startSeconds: Int64
    private let images: [FileEntry]
    private let properties: [[[String: String]]]

    init(
        _ options: SimulationOptions, contents: ContentStore, record: SimulationRecord, lock: WriteLock,
        clock: any LaneClock
    ) {
        var options = options
        if options.retention == .size {
            // Who keeps no bytes cannot hash them, and says so as a phone without the program does.
            options.profiles = options.profiles.map { $0.without(.sha256sum) }
        }
        self.options = options
        self.lock = lock
        self.contents = contents
        self.record = record
        origin = clock.now
        startSeconds = options.startSeconds ?? Int64(time(nil))
        images = options.profiles.map { SystemImage.make(for: $0) }
        properties = options.profiles.map { profile in profile.models.map { Properties.shared(profile, $0) } }
    }

    func phone(_ index: Int, name: String, fault: Fault?) -> (SimulatedDevice.Making, PhoneSettings) {
        let kind = index % options.profiles.count
        var profile = options.profiles[kind]
        profile.missing.subtract(options.extraTools)
        fault?.weaken(&profile)
        let model = index / options.profiles.count % profile.models.count
        let making = SimulatedDevice.Making(
            name: name, serial: Self.serial(options.seed, index), profile: profile, model: profile.models[model],
            image: profile.missing == options.profiles[kind].missing ? images[kind] : SystemImage.make(for: profile),
            sharedProperties: properties[kind][model],
            capacity: fault?.capacity ?? options.capacity, contents: contents, reader: reader,
            record: record.phone(name), writeLock: lock, startSeconds: startSeconds, origin: origin,
            installDuration: options.times.install, launchDuration: options.times.launch,
            instrumentations: options.instrumentations)
        let settings = PhoneSettings(
            authentication: options.authentication, shaping: options.shaping, times: options.times, fault: fault)
        return (making, settings)
    }

    /// Such as `SIM01K7PQ2`: different for every phone of every seed.
    private static func serial(_ seed: UInt64, _ index: Int) -> String {
        let digits = String(SplitMix.hash("\(seed)/\(index)") % 0x1_0000_0000, radix: 36).uppercased()
        return "SIM" + digits.leftPadded(to: 7, with: "0")
    }
}
