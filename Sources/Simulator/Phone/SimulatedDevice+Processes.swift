/// The processes that `/proc` shows: the shells of hosts, scripts and programs, and jobs in the background.
///
/// What a shell runs in its foreground has no number of its own, unless it is a script.
extension SimulatedDevice {
    /// Puts a process into `/proc`.
    ///
    /// - Parameters:
    ///   - words: Its command line.
    ///   - variables: Its environment.
    ///   - signalled: Takes the signals that are sent to it.
    func begin(
        _ pid: Int, _ words: [String], _ variables: [String: String] = [:], signalled: @escaping (Int32) -> Void
    ) {
        processes[pid] = signalled
        // The phone's own services are never refused.
        try? files.makeFolder("/proc/\(pid)", at: seconds, as: .system)
        let ticks = (milliseconds - bootMilliseconds) / 10
        write(
            "\(pid) (\(RemotePath.last(words.first ?? "sh"))) S 1 \(pid) \(pid) 0 -1 4194560 "
                + "0 0 0 0 0 0 0 0 20 0 1 0 \(ticks) 0 0\n", as: "stat", of: pid)
        replace(pid, words, variables)
    }

    /// Another program goes on under the same number, as after `exec`.
    func replace(_ pid: Int, _ words: [String], _ variables: [String: String]) {
        guard processes[pid] != nil else { return }
        write(words.map { "\($0)\0" }.joined(), as: "cmdline", of: pid)
        guard !variables.isEmpty else { return }
        write(variables.map { "\($0.key)=\($0.value)\0" }.sorted().joined(), as: "environ", of: pid)
    }

    private func write(_ text: String, as name: String, of pid: Int) {
        try? files.write(.bytes(Array(text.utf8)), to: "/proc/\(pid)/\(name)", at: seconds, as: .system)
    }

    /// Takes a process that has ended out of `/proc`.
    func forget(_ pid: Int) {
        guard processes.removeValue(forKey: pid) != nil else { return }
        try? files.remove("/proc/\(pid)", recursive: true, at: seconds, as: .system)
    }

    /// Sends a signal; 0 only asks.
    ///
    /// - Returns: Whether there is such a process.
    @discardableResult
    func signal(_ pid: Int, _ number: Int32) -> Bool {
        guard let signalled = processes[pid] else { return false }
        if number != 0 { signalled(number) }
        return true
    }

    /// Ends all of them, as a phone that is shut down: first kindly, then not.
    func endProcesses() {
        for number in [PhoneSignal.terminate, PhoneSignal.kill] {
            for pid in processes.keys.sorted() { signal(pid, number) }
        }
        for pid in processes.keys { forget(pid) }
    }

    /// Has the files that commands are writing hold what has come so far.
    func flushFiles() {
        for flush in openFiles.values { flush() }
    }
}
