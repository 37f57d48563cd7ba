import DroverTesting
import Farm
import Journal
import Lanes
import Testing

@testable import Steps

@Suite(.timeLimit(.minutes(5))) struct `Services of an encoder` {
    /// A unit that is ready at once and runs until it is stopped; each start is a line of `starts`.
    private static let good = """
        echo up >> starts; echo "encoder is ready"; touch ready
        exec sleep 600
        """
    private static let bad = "echo 'cannot open /dev/video0'; exit 3"

    private func hostCase() throws -> HostCase {
        let made = try HostCase()
        try made.folder.addServicePrograms()
        try made.addUnit("encoder", Self.good)
        try made.addUnit("broken", Self.bad)
        return made
    }

    @Test func `a unit is started once, restarted as often as asked, and stopped`() async throws {
        let made = try hostCase()
        let start = try await made.round("service: start encoder")
        #expect(start.need == .work(because: "encoder is inactive (dead)"))
        #expect(start.outcome?.verdict == .changed)
        #expect(start.outcome?.outputs.values["active"] == .text("active"))
        #expect(start.outcome?.outputs.values["up"] == .boolean(true))
        #expect(
            try await made.round("service: { name: encoder.service, state: started }").need
                == .nothing(because: "encoder.service is active (running) already"))
        let first = start.outcome?.outputs.values["process"]
        let restart = try await made.outcome("service: restart encoder")
        #expect(restart.verdict == .changed)
        #expect(restart.outputs.values["process"] != first)
        #expect(made.text("units/encoder/starts") == "up\nup\n")
        #expect(try await made.outcome("service: stop encoder").outputs.values["active"] == .text("inactive"))
        #expect(
            try await made.round("service: stop encoder").need
                == .nothing(because: "encoder is inactive (dead) already"))
    }

    @Test func `a unit that falls over is a failure with its last line and its exit code`() async throws {
        let made = try hostCase()
        let outcome = try await made.outcome("service: restart broken")
        #expect(outcome.failure?.code == "not-up")
        #expect(
            outcome.failure?.reason
                == "broken is failed (failed), exit-code with exit code 3: cannot open /dev/video0")
        #expect(outcome.failure?.advice == "`journalctl -u broken` on the encoder tells more")
        #expect(outcome.outputs.error.text == "cannot open /dev/video0")
    }

    @Test func `status looks and changes nothing`() async throws {
        let made = try hostCase()
        let outcome = try await made.outcome("service: status encoder")
        #expect(outcome.verdict == .ok)
        #expect(outcome.outputs.reason == "encoder is inactive (dead)")
        #expect(made.text("units/encoder/starts") == nil)
    }

    @Test(arguments: ["start", "stop", "restart", "reload", "status"])
    func `a unit that there is not is told by name`(verb: String) async throws {
        let made = try hostCase()
        let failure = try await made.outcome("service: \(verb) nobody").failure
        #expect(failure?.code == "no-such-unit")
        #expect(failure?.reason == "the encoder has no unit nobody")
    }

    @Test func `a host without systemd is told so`() async throws {
        var behaviour = ShellHost.Behaviour()
        behaviour.answers["systemctl"] = .exiting(127, error: "sh: 1: systemctl: not found")
        let made = try HostCase(behaviour)
        let round = try await made.round("service: restart encoder")
        #expect(round.need == .unknown(because: "systemd does not answer"))
        #expect(round.outcome?.failure?.code == "no-systemd")
        #expect(round.outcome?.failure?.reason == "the encoder has no systemd that answers")
    }

    @Test func `who may not manage units is told what to do`() async throws {
        let made = try hostCase()
        made.host.change {
            $0.answers["systemctl restart"] = .exiting(
                1, error: "Failed to restart encoder.service: Interactive authentication required.")
        }
        _ = try await made.round("service: start encoder")
        let failure = try await made.outcome("service: restart encoder").failure
        #expect(failure?.code == "forbidden")
        #expect(failure?.reason == "Failed to restart encoder.service: Interactive authentication required.")
        #expect(failure?.advice == "log in as root, or allow the user to manage units")
    }

    @Test(arguments: [
        ("ActiveState=active\nSubState=running\nType=simple", false, true),
        ("ActiveState=activating\nSubState=auto-restart\nType=simple", true, false),
        ("ActiveState=failed\nSubState=failed\nType=simple", true, false),
        ("ActiveState=inactive\nSubState=dead\nType=simple", true, false),
        ("ActiveState=inactive\nSubState=dead\nType=oneshot", false, false),
        ("ActiveState=activating\nSubState=start\nType=notify", false, false),
    ])
    func `what systemd says is read`(text: String, hasFallen: Bool, isUp: Bool) throws {
        let state = try #require(UnitState(reading: text))
        #expect(state.hasFallen == hasFallen)
        #expect(state.isUp == isUp)
    }

    @Test func `answers that are none are none`() {
        for text in ["", "\u{1B}[31m", "ActiveState=", "no such thing"] { #expect(UnitState(reading: text) == nil) }
    }

    @Test(arguments: [
        ("service: encoder", "a verb and the name of a unit are needed"),
        ("service: explode encoder", "`explode` is nothing that is done to a unit"),
        ("service: restart a;b", "`a;b` cannot be the name of a unit"),
        ("service: { state: started }", "`service` needs the name of a unit"),
        ("service: { do: restart a, name: b }", "`do` says already"),
        ("service: { name: a, state: paused }", "`paused` is not one of started, stopped, restarted, reloaded"),
    ])
    func `a mistaken service is refused by the reader`(text: String, message: String) throws {
        let error = #expect(throws: StepText.Mistaken.self) { try StepText(text, for: "encoders") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(
        arguments: [
            ("service: status a", StepClass.read), ("service: start a", .change), ("service: reload a", .change),
            ("service: restart a", .disrupt), ("service: { name: a }", .read),
            ("service: { name: a, state: stopped }", .disrupt),
            ("service: { name: a, state: \"${{ env.X }}\" }", .disrupt),
        ])
    func `what is done to a unit says its class`(text: String, stepClass: StepClass) throws {
        #expect(try StepText(text, for: "encoders").kind.stepClass == stepClass)
    }
}
