import Farm
import PlaybookLanguage

/// Brings files and folders from an encoder into the run's folder.
struct Download: HostStepKind {
    static let manual = StepManual(
        "download", "Bring files and folders from the encoder into the run's folder.",
        details: """
            What comes is kept under `pulled/ENCODER/` in the run's folder. It is `pull` for encoders: `from` takes several \
            paths, and `*` and `?` in their names; files of equal content, also those of other encoders, are names of one \
            read-only file; with `pack` everything goes straight into one archive for each encoder; `include` and `exclude` \
            choose among what lies in a folder. When the encoder refuses \
            a file, all others come, and the step fails.
            """,
        targets: [.encoders], scalar: "from",
        arguments: [
            .init("from", "path on the encoder, or a list of them", "What comes; names may hold `*` and `?`."),
            .init("to", "relative path", standard: "the last name of `from`", "Its name below the encoder's folder."),
            .init(
                "pack", "none, tar, tar.zst, tar.gz, tar.lz4 or zip", standard: "none",
                "The kind of archive into which it goes."),
        ] + PullWish.choosing,
        outputs: PullWish.outputs,
        class: .read, load: .bulk, timeout: .seconds(1800), stall: .seconds(60),
        examples: [
            "download: /var/log/encoder.log",
            "download: { from: [/var/log/encoder/*, /etc/encoder.conf], to: logs, pack: tar.zst }",
        ])

    private let wish: PullWish

    init(reading arguments: inout StepArguments) { wish = PullWish(reading: &arguments, as: "download") }

    func summary(in scope: Scope?) -> String { wish.summary(in: scope) }

    func need(on host: any ConnectedHost, context: StepContext) async throws -> Need {
        .work(because: "files are always fetched")
    }

    func perform(on host: any ConnectedHost, context: StepContext) async throws -> StepOutcome {
        try await wish.fulfil(on: host, context: context)
    }
}
