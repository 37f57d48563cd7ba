import Farm
import Journal

/// What systemd says of one unit, as `systemctl show` tells it.
struct UnitState: Sendable, Equatable {
    private static let properties = [
        "LoadState", "ActiveState", "SubState", "Type", "Result", "MainPID", "NRestarts", "ExecMainStatus",
    ]

    /// `active`, `inactive`, `failed`, `activating`, `deactivating`, `reloading`.
    let active: String
    /// `running`, `dead`, `auto-restart`, `exited` and others.
    let sub: String
    /// `loaded`, `not-found`, `masked`, `error`.
    let load: String
    /// `simple`, `oneshot` and others; empty for what is no service.
    let type: String
    /// `success`, or why it failed: `exit-code`, `signal`, `timeout`.
    let result: String
    /// The process; nil when none runs.
    let process: Int?
    /// How often systemd has restarted it by itself; nil where it does not count.
    let restarts: Int?
    /// The exit code of its main process.
    let status: Int?

    /// Asks the host; nil where there is no systemd, or it does not answer.
    static func ask(about unit: UnitName, on host: any ConnectedHost) async throws -> Self? {
        let names = properties.flatMap { ["-p", $0] }
        let line = ShellLine(["systemctl", "show", "--no-pager"] + names + ["--", unit.description]).description
        let result = try await host.run(line, input: [], outputLimit: 65_536)
        guard result.exitIsZero else { return nil }
        return Self(reading: result.text)
    }

    /// Reads lines of the form `ActiveState=active`; nil when it is something else.
    init?(reading text: String) {
        var values: [Substring: String] = [:]
        for line in PhoneLines(text) {
            guard let sign = line.firstIndex(of: "=") else { continue }
            values[line[..<sign]] = PhoneWords(String(line[line.index(after: sign)...])).firstLine
        }
        guard let active = values["ActiveState"], !active.isEmpty else { return nil }
        self.active = active
        sub = values["SubState"] ?? ""
        load = values["LoadState"] ?? "loaded"
        type = values["Type"] ?? ""
        result = values["Result"] ?? ""
        process = values["MainPID"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        restarts = values["NRestarts"].flatMap { Int($0) }
        status = values["ExecMainStatus"].flatMap { Int($0) }
    }

    /// Whether the host knows such a unit.
    var isKnown: Bool { load != "not-found" }

    /// Whether it runs, or is a job that has been done.
    var isUp: Bool { active == "active" || active == "reloading" }

    /// Whether it was started and is not there any more, or is being tried again because it fell over.
    var hasFallen: Bool {
        active == "failed" || sub == "auto-restart" || (active == "inactive" && type != "oneshot")
    }

    /// `active (running)`.
    var words: String { sub.isEmpty ? active : "\(active) (\(sub))" }

    /// As a step's outputs.
    var outputs: [String: OutputValue] {
        var values: [String: OutputValue] = [
            "active": .text(active), "state": .text(sub), "load": .text(load), "up": .boolean(isUp),
        ]
        if let process { values["process"] = .integer(process) }
        if let restarts { values["restarts"] = .integer(restarts) }
        return values
    }
}
