import Farm
import Journal
import PlaybookLanguage

/// Brings back to a cloud phone what was exported.
struct Import: PhoneStepKind {
    static let manual = StepManual(
        "import", "Bring files that were exported back to a cloud phone, over what is there.",
        details: """
            `from` is what `export` had as `to`: each phone gets its own object back. When it ends in `.tar`, every phone gets that one \
            object; it must be one that an export of the service has written. Data of a newer Android must not come to a phone with an \
            older one, and a phone is to be restarted afterwards: put `power: restart` behind it.
            """,
        scalar: "from",
        arguments: [
            .init("from", "text", "A folder of the bucket, or an object in it that ends in `.tar`.")
        ],
        class: .dataLoss, load: .bulk, timeout: .seconds(3600),
        examples: ["import: saves/nightly", "import: { from: saves/golden/6837531fd3f54550927b930180a706bf.tar }"])

    private let from: Argument<String>

    init(reading arguments: inout StepArguments) { from = arguments.value("from", .bucketFolder, bare: true) }

    func summary(in scope: Scope?) -> String { "import \(from.shown(in: scope))" }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "brings no files from buckets",
            instead: "`cloud: { call: BatchPrepareInstances }` restores the whole phone from its backup")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "files are always imported")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        guard let cloud = phone.cloud else { return .noCloud(phone, summary, instead: "use `push`") }
        try await cloud.restore(try from.value(in: context.scope))
        return .changed()
    }
}
