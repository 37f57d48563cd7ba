/// The reference page of a step that is done in the run itself and not on a target, such as `set`.
public struct RunWord: Sendable {
    /// Its key in a playbook.
    public let keyword: String
    /// What it does, in one line.
    public let summary: String
    /// What else a reader must know.
    public let details: String
    /// Pieces of playbooks, each of which parses; lines after the first are indented by two blanks.
    public let examples: [String]

    /// The keys that may stand beside it.
    public var keys: [String] { PlaybookKeys.keys(of: keyword) }

    /// The page with this word; nil when there is none.
    public init?(_ keyword: String) {
        guard let word = Self.all.first(where: { $0.keyword == keyword }) else { return nil }
        self = word
    }

    private init(_ keyword: String, _ summary: String, _ details: String, examples: [String]) {
        self.keyword = keyword
        self.summary = summary
        self.details = details
        self.examples = examples
    }

    /// All of them, by their words.
    public static let all = [
        RunWord(
            "assert", "Fail unless something holds.",
            """
            Takes an expression, a list of them, or `that` with such a list and a `message`, which stands beside the failure.
            """,
            examples: [
                "assert: phone.sdk >= 26",
                "assert: { that: [phone.sdk >= 26, phone.name != 'gold'], message: \"${{ phone.name }} is too old\" }",
            ]),
        RunWord(
            "block", "Group steps that belong together.",
            """
            `rescue` is done when one of them failed; when all of it succeeds, the phone goes on and the failure is marked \
            `rescued`. `always` is done in the end, whatever happened. What stands beside a block, such as `when` or \
            `loop`, holds for all of it.
            """,
            examples: [
                """
                block:
                  - install: game.apk
                  - launch: com.studio.game
                rescue:
                  - collect: [screenshot, logcat]
                always:
                  - force-stop: com.studio.game
                """
            ]),
        RunWord(
            "include", "Do the steps of another file.",
            """
            The file has `name`, `inputs`, `vars` and `steps`, and becomes a block. `with` gives its inputs. Its path \
            starts at the folder of the file that includes it, and is plain text.
            """,
            examples: [
                "include: parts/prepare.yml", "include: { file: parts/deliver.yml, with: { app: game.apk, times: 3 } }",
            ]),
        RunWord(
            "pause", "Wait for a time or a person.",
            """
            A phone that waits holds no place and no limit. Without `--yes`, and where nobody can be asked, a pause for a \
            person is refused before the run begins.
            """,
            examples: ["pause: 10m", "pause: person", "pause: { person: \"Look at ${{ phone.name }}\" }"]),
        RunWord(
            "set", "Give variables new values.",
            """
            They hold for the rest of this phone's way through the play, as `vars.NAME`, and are stronger than every other \
            definition but that of a loop.
            """,
            examples: ["set: { retried: true }", "set: { wide: \"${{ phone.model matches 'Tab' }}\" }"]),
        RunWord(
            "sync", "Wait until every target of the wave that goes on has come here.",
            """
            It stands among the steps of a play, not in a block, and has no `when` and no `loop`, since every target has \
            to come to it. A text after it is its heading.
            """,
            examples: ["sync:", "sync: everyone has the build"]),
    ]
}
