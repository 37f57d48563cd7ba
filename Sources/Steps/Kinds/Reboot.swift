import Farm
import Journal
import Lanes
import PlaybookLanguage

/// Restarts the phone and waits until it is up again.
struct Reboot: PhoneStepKind {
    static let manual = StepManual(
        "reboot", "Restart the phone and wait until it is up again.",
        details: """
            Up again means: connected anew, another boot than before, booted to the end, and the package manager answers. \
            A phone that does not come back within `timeout` is lost. Modes other than `system` are not waited for.
            """,
        scalar: "mode",
        arguments: [
            .init("mode", "system, bootloader, recovery or sideload", standard: "system", "What it starts into."),
            .init("wait", "true or false", standard: "true", "Whether to wait until it is up again."),
        ],
        outputs: [.init("seconds", "how long it took until the phone was up again", .integer)],
        class: .disrupt, load: .reboot, timeout: .seconds(300),
        examples: [
            "reboot:",
            "reboot: { wait: false }",
        ])

    private let mode: Argument<String>
    private let wait: Argument<Bool>

    init(reading arguments: inout StepArguments) {
        let modes = ["system", "bootloader", "recovery", "sideload"]
        mode = arguments.optionalChoice("mode", of: modes, bare: true) ?? Argument("system")
        wait = arguments.flag("wait", default: true)
    }

    func summary(in scope: Scope?) -> String {
        mode.literal == "system" ? "reboot" : "reboot into \(mode.shown(in: scope))"
    }

    /// A phone that goes into its bootloader is out of reach of everything that drover does.
    var stepClass: StepClass { mode.literal == "system" ? .disrupt : .lockOut }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "looks after no phone that reboots by itself",
            instead: "use `power: restart`, which it does")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "a reboot is always done")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        guard phone.cloud == nil else {
            return .failed(
                "cloud-phone", summary(in: context.scope), "a cloud phone may not come back from a reboot of its own",
                advice: "use `power: restart`, which its service does")
        }
        let target = try mode.value(in: context.scope)
        let waits = try wait.value(in: context.scope)
        let before = try await BootMark.read(from: phone)
        let start = phone.lane.now
        try await phone.reboot(into: target == "system" ? nil : target)
        guard waits, target == "system" else { return .changed() }
        try await comeBack(after: before, lane: phone.lane, context: context)
        let seconds = Int(phone.lane.now.since(start).components.seconds)
        return .changed("up again after \(seconds) s", ["seconds": .integer(seconds)])
    }

    /// Connects again and again until another boot has come to its end; the step's limit ends it otherwise.
    private func comeBack(after before: BootMark, lane: Lane, context: StepContext) async throws {
        try await Polling.until(on: lane) {
            do {
                let phone = try await context.reconnectedPhone()
                guard try await BootMark.read(from: phone).isLater(than: before) else { return false }
                return try await Polling.isBooted(phone)
            } catch let error as PhoneError where Polling.isPassing(error) {
                return false
            }
        }
    }
}
