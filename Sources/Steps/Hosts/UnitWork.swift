import Farm
import Journal

/// One order to systemd on one host, and what came of it.
struct UnitWork {
    /// Lines of the journal that a failure shows.
    private static let journalLines = 5

    let order: UnitOrder
    let host: any ConnectedHost

    private var operation: String { "\(order.verb.rawValue) \(order.unit)" }

    /// Gives the order, and looks what became of the unit.
    func run() async throws -> StepOutcome {
        if order.verb != .status {
            let line = ShellLine("systemctl", order.verb.rawValue, "--", order.unit.description).description
            let result = try await host.run(line, input: [], outputLimit: 65_536)
            guard result.exitIsZero else { return try await refusal(result) }
        }
        guard let state = try await UnitState.ask(about: order.unit, on: host) else { return noSystem() }
        let outputs = StepOutputs(values: state.outputs, reason: "\(order.unit) is \(state.words)")
        switch order.verb {
        case .status:
            return state.isKnown ? StepOutcome(.ok, outputs: outputs) : unknownUnit(outputs)
        case .start, .restart:
            guard state.hasFallen else { return StepOutcome(.changed, outputs: outputs) }
            return try await fallen(state, outputs)
        case .stop, .reload: return StepOutcome(.changed, outputs: outputs)
        }
    }

    /// `systemctl` has said no: because there is no systemd, no such unit, no permission, or the unit did not come up.
    private func refusal(_ result: CommandResult) async throws -> StepOutcome {
        if result.exit == 126 || result.exit == 127 { return noSystem() }
        guard let state = try await UnitState.ask(about: order.unit, on: host) else {
            return .failed(
                "no-systemd", operation, Self.words(result),
                advice: "the encoder needs systemd, and a user who may ask it")
        }
        let outputs = StepOutputs(values: state.outputs, exit: result.exit, exitSource: result.exitSource)
        guard state.isKnown else { return unknownUnit(outputs) }
        if state.hasFallen || state.active == "activating" { return try await fallen(state, outputs) }
        let isForbidden = ["ccess denied", "uthentication", "ermission denied"].contains {
            result.errorText.contains($0)
        }
        return .failed(
            isForbidden ? "forbidden" : "refused", operation, Self.words(result),
            advice: isForbidden ? "log in as root, or allow the user to manage units" : nil, outputs: outputs)
    }

    /// What a unit that did not stay up wrote last is what a person needs to see.
    private func fallen(_ state: UnitState, _ outputs: StepOutputs) async throws -> StepOutcome {
        let line = ShellLine(
            "journalctl", "-u", order.unit.description, "-n", "\(Self.journalLines)", "--no-pager", "-o", "cat"
        ).description
        let journal = try await host.run(line, input: [], outputLimit: 65_536)
        let lines = journal.exitIsZero ? journal.text : ""
        var outputs = outputs
        if !lines.isEmpty { outputs.error = .inline(lines) }
        var reason = "\(order.unit) is \(state.words)"
        if state.result != "success", !state.result.isEmpty { reason += ", \(state.result)" }
        if let status = state.status, status != 0 { reason += " with exit code \(status)" }
        let last = PhoneWords(lines).lastLine
        if !last.isEmpty { reason += ": \(last)" }
        return .failed(
            "not-up", operation, reason, advice: "`journalctl -u \(order.unit)` on the encoder tells more",
            outputs: outputs)
    }

    private func unknownUnit(_ outputs: StepOutputs) -> StepOutcome {
        .failed(
            "no-such-unit", operation, "the encoder has no unit \(order.unit)",
            advice: "`systemctl list-units --all` there shows its units", outputs: outputs)
    }

    private func noSystem() -> StepOutcome {
        .failed(
            "no-systemd", operation, "the encoder has no systemd that answers",
            advice: "start and stop it with `shell` instead")
    }

    private static func words(_ result: CommandResult) -> String {
        let complaint = result.complaint
        if !complaint.isEmpty { return complaint }
        return result.exit.map { "systemctl ended with exit code \($0)" } ?? "systemctl ended without an exit code"
    }
}
