import Lanes

/// What the service does to a phone from behind, where no host is; on the phone's lane.
extension SimulatedPhone {
    /// What a shell line ended with.
    struct ShellEnd: Sendable {
        /// Nil when it was stopped since its time was over.
        let status: Int32?
        /// Both streams, as they were written.
        let output: [UInt8]
    }

    /// Puts the phone on a server.
    func attach(_ shelf: SharedShelf) {
        self.shelf = shelf
        core?.device.shelf = shelf
    }

    /// Runs a line in the phone's shell, as it is run for a host.
    ///
    /// - Parameter limit: The time after which it is stopped; nil for none.
    func runShell(_ line: String, limit: Duration?) async -> ShellEnd {
        let device = startedCore().device
        device.record.count { $0.commands += 1 }
        device.record.note { $0.shellLines.append(line) }
        return await withCheckedContinuation { continuation in
            let run = ShellRun(device, line, continuation)
            if let limit { timers?.after(limit) { run.end(nil) } }
        }
    }

    /// Installs APKs.
    ///
    /// - Returns: The refusal's line as `pm` prints it; nil for success.
    func install(_ contents: [FileContent], _ options: InstallOptions) async -> String? {
        let device = startedCore().device
        return await withCheckedContinuation { continuation in
            device.install(contents, options) { refusal in
                continuation.resume(returning: refusal.map { $0.line(device.profile) })
            }
        }
    }

    /// Sets properties without any rule.
    func setProperties(_ values: [String: String]) {
        let device = startedCore().device
        for (name, value) in values { device.properties.set(name, value) }
    }

    /// Whether an app from the shelf is on the phone.
    func hasSharedApp(_ package: String) -> Bool { core?.device.shelfPackages.contains(package) ?? false }

    // MARK: Power

    /// Ends all connections and closes the port; nothing of what is stored is lost.
    func switchOff() {
        guard !isGone else { return }
        isOff = true
        closePort()
        for connection in Array(connections.values) { connection.reset("switched off") }
        core?.device.endProcesses()
    }

    /// Boots, and opens the port again; shared apps that are not preinstalled are gone.
    func switchOn() {
        guard !isGone else { return }
        isOff = false
        let device = startedCore().device
        device.boot()
        AppControlCommand.dropSharedApps(device)
        device.finishBoot()
        guard let address, listener == nil, settings.fault?.kind != .refuse else { return }
        do throws(SystemError) {
            try listen(at: address)
        } catch {
            record.note { $0.faults.append("could not come back: \(error)") }
        }
    }

    /// Makes the phone as it was when it was new; to be called while it is off.
    func wipe() {
        core?.device.endProcesses()
        timers?.cancelAll()
        core = nil
        let device = startedCore().device
        AppControlCommand.dropSharedApps(device)
    }
}

/// One line that runs without a host.
///
/// Confined to the phone's lane.
private final class ShellRun {
    private let device: SimulatedDevice
    private var process: ShellProcess?
    private var output: [UInt8] = []
    private var continuation: CheckedContinuation<SimulatedPhone.ShellEnd, Never>?
    /// More than any answer tells, and little enough for a thousand phones.
    private static let mostOutput = 64 << 10

    init(
        _ device: SimulatedDevice, _ line: String, _ continuation: CheckedContinuation<SimulatedPhone.ShellEnd, Never>
    ) {
        self.device = device
        self.continuation = continuation
        let process = ShellProcess(device) { [self] in end($0) }
        self.process = process
        let input = ShellInput()
        input.end()
        let sink = ShellOutput { [self] bytes in
            if output.count < Self.mostOutput { output += bytes }
        }
        device.begin(process.pid, ["/system/bin/sh", "-c", line]) { process.receive($0) }
        process.start(line: Array(line.utf8), ShellStreams(input: input, output: sink, errors: sink))
    }

    /// Ends it with a status, or because its time is over; only the first counts.
    func end(_ status: Int32?) {
        guard let continuation else { return }
        self.continuation = nil
        if let process {
            device.forget(process.pid)
            // What a line has started in the background goes on when the line is done.
            if status == nil { process.stop() }
        }
        process = nil
        device.recordFiles()
        continuation.resume(returning: .init(status: status, output: output))
    }
}
