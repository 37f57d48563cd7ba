import Farm
import Journal
import PlaybookLanguage

/// Brings files and folders from the phone into the run's folder.
struct Pull: PhoneStepKind {
    static let manual = StepManual(
        "pull", "Pull files and folders into the run's folder.",
        details: """
            What comes is kept under `pulled/PHONE/` in the run's folder. `from` takes several paths, and `*` and `?` in their \
            names; each then comes under its last name. Links inside a folder are followed when they lead \
            to a file, and passed over otherwise. Whatever a phone calls its files, none leaves that folder. Files of equal \
            content, also those of other phones, are names of one read-only file. When the phone refuses a file, all others \
            come, and the step fails.

            `include` and `exclude` choose among what lies in a folder, by its path from there: `*.log`, `/cache/`, \
            `shots/**/*.png`. What `from` names comes anyhow; of what fits a pattern in `from` the last name counts, too.

            With `pack` everything goes straight into one archive for each phone, `pulled/PHONE/NAME.tar.zst`. It has \
            the phone's times and permissions and no owners. Names that are not safe on every system are changed. Of \
            a file over 256 KiB that grows meanwhile the size counts that it had when it was listed; when it shrinks, zeros \
            stand for what is missing. `NAME.tar.zst.notes.json` tells of everything that was renamed, passed over, cut or refused.
            """,
        scalar: "from",
        arguments: [
            .init("from", "path on the phone, or a list of them", "What is pulled; names may hold `*` and `?`."),
            .init("to", "relative path", standard: "the last name of `from`", "Its name below the phone's folder."),
            .init(
                "pack", "none, tar, tar.zst, tar.gz, tar.lz4 or zip", standard: "none",
                "The kind of archive into which it goes."),
        ] + PullWish.choosing,
        outputs: PullWish.outputs,
        class: .read, load: .bulk, timeout: .seconds(1800), stall: .seconds(60),
        examples: [
            "pull: /sdcard/Android/data/com.studio.game/files/log.txt",
            "pull: { from: /sdcard/DCIM/, to: pictures }",
            "pull: { from: /sdcard/Android/data/com.studio.game/files/logs/, pack: tar.zst }",
            "pull: { from: /sdcard/Android/data/com.studio.game/files/, include: [\"*.log\", \"*.csv\"], exclude: cache/ }",
            "pull: { from: [/data/anr/*, /data/tombstones/*], to: crashes, pack: zip }",
        ])

    private let wish: PullWish

    init(reading arguments: inout StepArguments) { wish = PullWish(reading: &arguments, as: "pull") }

    init(
        from sources: [RemotePath], to name: String?, pack packing: String?, include: [String], exclude: [String]
    ) {
        wish = PullWish(from: sources, to: name, pack: packing, include: include, exclude: exclude, as: "pull")
    }

    func summary(in scope: Scope?) -> String { wish.summary(in: scope) }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "brings no files from phones",
            instead: "read what is short with `shell: cat PATH`")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "files are always pulled")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        try await wish.fulfil(on: phone, context: context)
    }
}
