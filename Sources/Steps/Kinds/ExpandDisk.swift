import Farm
import Journal
import PlaybookLanguage

/// Makes a cloud phone's disk larger.
struct ExpandDisk: PhoneStepKind {
    static let manual = StepManual(
        "expand-disk", "Make a cloud phone's disk larger, which costs money.",
        details: """
            A disk never gets smaller again: a phone that has more is refused before anything is asked for, and one that has as much is left \
            alone. Each phone is asked for its size, which is a reading call of its own; those that are changed share calls of up to 100.
            """,
        scalar: "to",
        arguments: [.init("to", "size", "The new size in whole GiB, below 32,768 GiB.")],
        outputs: [.init("before", "GiB that it had; 0 when the service does not tell", .integer)],
        class: .money, timeout: .seconds(900),
        examples: ["expand-disk: 64GiB", "expand-disk: { to: 128GiB }"])

    /// The most GiB (Cloud Phone API, ExpandPhoneDataVolumeSize).
    private static let most = 32_767

    private let size: Argument<ByteCount>

    init(reading arguments: inout StepArguments) {
        size = arguments.size("to", bare: true)
        if let literal = size.literal, let complaint = Self.complaint(about: literal) {
            arguments.mistake(complaint, at: size.span, help: "write whole GiB, such as 64GiB")
        }
    }

    /// Why a size is not on offer.
    private static func complaint(about size: ByteCount) -> String? {
        let (gigabytes, rest) = size.bytes.quotientAndRemainder(dividingBy: 1 << 30)
        if rest != 0 || gigabytes == 0 { return "a disk has whole GiB, and this is \(size.bytes) bytes" }
        return gigabytes > most ? "a disk has at most \(most) GiB, and this is \(gigabytes)" : nil
    }

    func summary(in scope: Scope?) -> String {
        guard let literal = size.literal, literal.bytes >= 1 << 30 else {
            return "expand the disk to \(size.shown(in: scope))"
        }
        return "expand the disk to \(literal.bytes >> 30) GiB"
    }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "sells no larger disks",
            instead: "look for another model in the console of KooPhone")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        guard let cloud = phone.cloud else { return .work(because: "only its cloud could tell") }
        let wanted = try size.value(in: context.scope).bytes >> 30
        guard let present = try await cloud.diskGigabytes(before: wanted) else {
            return .unknown(because: "the service does not tell how large the disk is")
        }
        context.notes.leave(present)
        return present == wanted
            ? .nothing(because: "it has \(present) GiB already") : .work(because: "it has \(present) GiB")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        guard let cloud = phone.cloud else {
            return .noCloud(phone, summary, instead: "only a cloud sells larger disks")
        }
        let wanted = try size.value(in: context.scope)
        if let complaint = Self.complaint(about: wanted) {
            return .failed("content", summary, complaint, advice: "write whole GiB, such as 64GiB")
        }
        let before = context.notes.take(Int.self)
        let outputs: [String: OutputValue] = ["before": .integer(before ?? 0)]
        if let before, before > wanted.bytes >> 30 {
            return .failed(
                "smaller", summary, "the disk has \(before) GiB, and disks never get smaller",
                advice: "ask for \(before)GiB or more", outputs: StepOutputs(values: outputs))
        }
        try await cloud.expandDisk(to: wanted.bytes >> 30)
        return .changed(nil, outputs)
    }
}
