import Farm
import Journal
import PlaybookLanguage

/// Has a cloud phone's files written to the bucket of its account, where they stay.
struct Export: PhoneStepKind {
    static let manual = StepManual(
        "export", "Have a cloud phone's files written to the bucket, to be kept or imported.",
        details: """
            The phone's service packs them into one tar for each phone, `TO/PHONE-ID.tar`, and nothing of it travels through this machine. \
            Only what is below /data, /cache and /sdcard can be exported; a path may end in `*`. Shared apps are not exported. The \
            object stays until somebody removes it. `pull` brings files to this machine instead.
            """,
        arguments: [
            .init("from", "path on the phone, or a list of them", "What is exported."),
            .init("exclude", "list of paths", standard: "nothing", "What is left out of it."),
            .init("to", "text", "A folder of the bucket: letters, digits and `. _ - / + # =`."),
        ],
        outputs: [.init("object", "what was written, `obs://BUCKET/TO/PHONE-ID.tar`")],
        class: .change, load: .bulk, timeout: .seconds(3600),
        examples: [
            "export: { from: /data/data/com.studio.game, to: saves/nightly }",
            "export: { from: [/sdcard/DCIM, /data/anr], exclude: [/sdcard/DCIM/.thumbnails], to: evidence }",
        ])

    private let from: Argument<[RemotePath]>
    private let exclude: Argument<[String]>?
    private let to: Argument<String>

    init(reading arguments: inout StepArguments) {
        from = arguments.value("from", .remotePaths(on: "phone"))
        exclude = arguments.optionalList("exclude")
        to = arguments.value("to", .bucketFolder)
        for path in exclude?.literal ?? [] where (try? RemotePath(validating: path)) == nil {
            arguments.mistake("`\(path)` is no path on a phone", at: exclude?.span, help: "it begins with a slash")
        }
    }

    func summary(in scope: Scope?) -> String {
        let paths = from.literal.map { $0.map(\.description).joined(separator: ", ") } ?? from.sourceText
        return "export \(paths) to \(to.shown(in: scope))"
    }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "writes no files of phones to buckets",
            instead: "`cloud: { call: BatchBackupInstances }` backs up the whole phone")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "files are always exported")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        guard let cloud = phone.cloud else { return .noCloud(phone, summary, instead: "use `pull`") }
        let object = try await cloud.export(
            try from.value(in: context.scope),
            excluding: try exclude?.optionalValue(in: context.scope)?.map { try RemotePath(validating: $0) } ?? [],
            as: try to.value(in: context.scope))
        return .changed(nil, ["object": .text(object)])
    }
}

extension ArgumentKind where Result == String {
    /// A folder of a bucket, of the characters that the service takes (Cloud Phone API, nested objects).
    static var bucketFolder: Self {
        Self("a folder of the bucket", types: [.text], isText: true) { value throws(TextMistake) in
            let text = value.textForm ?? ""
            let isPlain = text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: ".-_/+#=".utf8.contains(byte)
                }
            }
            guard isPlain, !text.isEmpty, !text.hasPrefix("/"), !text.hasSuffix("/"), text.utf8.count <= 900 else {
                throw TextMistake(
                    "`\(text)` is no folder of a bucket",
                    help: "letters, digits and `. _ - / + # =`, without a slash at either end, and without `obs://`")
            }
            return text
        }
    }
}
