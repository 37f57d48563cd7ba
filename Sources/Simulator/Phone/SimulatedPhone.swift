public import Lanes
import Synchronization

/// A phone that listens on loopback and answers as a real one does; everything about it happens on one lane.
public actor SimulatedPhone {
    /// The name in the farm file.
    public nonisolated let name: String
    /// What `ro.serialno` tells.
    public nonisolated let serial: String
    /// The release the phone shows.
    public nonisolated let profile: Profile
    /// The fault it was told to show.
    public nonisolated let fault: Fault?
    /// The lane on which everything about the phone happens.
    public nonisolated let lane: Lane
    /// What was done to it.
    public nonisolated let record: PhoneRecord

    /// Pins the phone to its lane.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let making: SimulatedDevice.Making
    let settings: PhoneSettings
    private nonisolated let bound = Mutex<SocketAddress?>(nil)
    private(set) var listener: TCPListener?
    private var reservation: PortReservation?
    private(set) var timers: DeviceTimers?
    /// Made at the first connection, so that a farm of thousands starts at once and idle phones weigh nothing.
    var core: PhoneCore?
    private(set) var connections: [Int: HostConnection] = [:]
    /// What the phones of its server share; nil for one that is in no cloud.
    var shelf: SharedShelf?
    /// Whether its cloud has switched it off.
    var isOff = false
    private var silent: [TCPSocket] = []
    private var nextConnection = 0
    private(set) var isGone = false

    init(making: SimulatedDevice.Making, settings: PhoneSettings, lane: Lane) {
        name = making.name
        serial = making.serial
        profile = making.profile
        fault = settings.fault
        record = making.record
        self.making = making
        self.settings = settings
        self.lane = lane
    }

    /// Where it listens; nil before ``start(at:)``.
    public nonisolated var address: SocketAddress? { bound.withLock { $0 } }

    /// Opens the port, or for a phone that refuses keeps it closed.
    ///
    /// - Throws: ``SimulatorError`` when the port cannot be had.
    func start(at address: SocketAddress) throws(SimulatorError) {
        do throws(SystemError) {
            if settings.fault?.kind == .refuse {
                let reservation = try PortReservation(at: address)
                self.reservation = reservation
                bound.withLock { $0 = reservation.address }
            } else {
                try listen(at: address)
            }
        } catch {
            throw SimulatorError(.cannotListen, "listen on \(address) for \(name)", cause: error)
        }
    }

    func listen(at address: SocketAddress) throws(SystemError) {
        let listener = try TCPListener(at: address, on: lane) { [unowned self] descriptor in
            assumeIsolated { $0.accept(descriptor) }
        }
        self.listener = listener
        reservation = nil
        bound.withLock { $0 = listener.address }
    }

    /// Closes the port and every connection.
    func stop() {
        isGone = true
        listener?.close()
        listener = nil
        reservation = nil
        core?.device.endProcesses()
        timers?.cancelAll()
        for connection in Array(connections.values) { connection.close() }
        for socket in silent { socket.close() }
        silent = []
        core = nil
    }

    // MARK: Connections

    private func accept(_ descriptor: CInt) {
        let core = startedCore()
        nextConnection += 1
        let number = nextConnection
        let connection = HostConnection(core: core, fault: core.acceptConnection()) { [unowned self] _ in
            connections[number] = nil
        }
        connections[number] = connection
        do throws(SystemError) {
            connection.attach(
                try TCPSocket(adopting: descriptor, on: lane, handler: ConnectionEvents(phone: self, number: number)))
        } catch {
            // The descriptor could not be watched and is closed; the host sees a connection that ends.
            connections[number] = nil
        }
    }

    func startedCore() -> PhoneCore {
        if let core { return core }
        let timers = DeviceTimers(clock: lane.clock) { [lane, weak self] duration, number in
            lane.schedule(after: duration) { [weak self] in
                self?.assumeIsolated { $0.timers?.fire(number) }
            }
        }
        self.timers = timers
        let device = SimulatedDevice(making, timers: timers)
        device.shelf = shelf
        let core = PhoneCore(device: device, settings: settings, timers: timers)
        device.rebooting = { [unowned self] _ in reboot() }
        core.vanish = { [unowned self] in vanish() }
        self.core = core
        return core
    }

    fileprivate func connection(_ number: Int) -> HostConnection? { connections[number] }

    // MARK: Leaving

    /// The port closes, connections end, and after a while the phone is back with a new boot id.
    private func reboot() {
        guard !isGone, listener != nil else { return }
        closePort()
        for connection in Array(connections.values) {
            if connection.fault == .silentReboot, let socket = connection.fallSilent() {
                silent.append(socket)
            } else {
                connection.closeWhenDrained()
            }
        }
        timers?.after(settings.times.down) { [unowned self] in comeBack() }
    }

    private func comeBack() {
        guard !isGone, !isOff, listener == nil, let core, let address else { return }
        // The kernel of the phone that came back knows nothing of the old connections.
        for socket in silent { socket.reset() }
        silent = []
        core.device.boot()
        AppControlCommand.dropSharedApps(core.device)
        do throws(SystemError) {
            try listen(at: address)
        } catch {
            // The port was reserved for us, so only descriptors can be missing: the phone stays away.
            record.note { $0.faults.append("could not come back: \(error)") }
        }
        timers?.after(settings.times.settling) { core.device.finishBoot() }
    }

    private func vanish() {
        guard !isGone else { return }
        isGone = true
        closePort()
        for connection in Array(connections.values) { connection.reset("vanished") }
    }

    func closePort() {
        listener?.close()
        listener = nil
        guard let address else { return }
        // Without a reservation the phone still is away; its port just might be given to somebody else.
        reservation = try? PortReservation(at: address)
    }
}

/// What a socket tells, handed on to the phone's connection.
private final class ConnectionEvents: SocketHandler {
    private let phone: SimulatedPhone
    private let number: Int

    init(phone: SimulatedPhone, number: Int) {
        self.phone = phone
        self.number = number
    }

    func socketConnected() {}
    func socketReadable() { phone.assumeIsolated { $0.connection(number)?.readable() } }
    func socketDrained() { phone.assumeIsolated { $0.connection(number)?.drained() } }
    func socketFailed(_ error: StreamFailure) { phone.assumeIsolated { $0.connection(number)?.close() } }
}
