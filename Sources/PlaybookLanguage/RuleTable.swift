/// A rule that a text can break; its id is stable, so that people can look for it and count it.
public struct Rule: Sendable {
    /// The id, as `drover check` tells it: `unknown-key`.
    public let id: String
    /// Whether it only warns.
    public let isWarning: Bool
    /// What it is about, in one sentence.
    public let meaning: String

    init(_ id: String, _ meaning: String, isWarning: Bool = false) {
        self.id = id
        self.meaning = meaning
        self.isWarning = isWarning
    }

    static func warning(_ id: String, _ meaning: String) -> Rule { Rule(id, meaning, isWarning: true) }
}

extension Rule {
    /// Every rule, sorted by id.
    public static let all: [Rule] = [
        Rule("bad-address", "An address has a host and, where one is due, a port from 1 to 65535."),
        Rule("bad-input", "What is given for an input on the command line is not what the input is."),
        Rule("bad-limit", "A limit of the farm file is a whole number of at least 1."),
        Rule("bad-name", "A name can be spelled: by expressions where it is an id, by shells where it is a phone."),
        Rule("bad-package-name", "The name of an Android package has two parts at least: `com.studio`."),
        Rule("bad-payload", "A payload says where it comes from and how it arrives in words that can be followed."),
        Rule("bad-path", "A path on the phone is absolute and stays in its place."),
        Rule("bad-range", "Brackets hold a range of digits, the smaller number first: `[01-24]`."),
        Rule("bad-secret", "A secret says where it comes from: a variable, a file or a command."),
        Rule("bad-size", "A size has a number and a unit: `64MiB`."),
        Rule("bad-variable", "A variable of the command line is written NAME=VALUE."),
        Rule("bytes-per-server", "A plan brings no more to a server of a cloud than `limits` of the farm file allow."),
        Rule(
            "circle",
            "Variables do not refer to themselves, plays do not need each other, nor do hosts stand behind each other, over any "
                + "number of others."),
        .warning(
            "clear-adb-server",
            "An adb server beyond this machine lets in whoever reaches its port; SSH asks for a key."),
        Rule("contradiction", "Two keys exclude each other, or one says nothing beside the other."),
        .warning(
            "delivery-on-changed",
            "A step that looks by itself whether there is anything to do should not hang on what another step changed."),
        Rule("duplicate-id", "An id names one step of a play, or one play."),
        Rule("empty", "Something that was begun has nothing in it: a list, a selector, a key, a file."),
        Rule("empty-selector", "An empty selector never means everything."),
        .warning("ends-at-once", "A background step at the end of its list ends as soon as it begins."),
        Rule("expression-syntax", "An expression does not follow the grammar."),
        Rule("arithmetic", "A number cannot be computed: a division by zero, or a result that does not fit."),
        Rule("farm", "The farm as a whole is not sound."),
        Rule("frozen-plan", "A run that goes on does what was planned for it; its frozen texts still fit."),
        Rule("group-cycle", "Groups do not refer to themselves, over any number of others."),
        Rule("include-circle", "A file does not include itself, over any number of others."),
        Rule("include-depth", "Files include each other at most 8 levels deep."),
        Rule("later-play", "A play needs only plays above it."),
        Rule("leading-zero", "A number has no leading zero, since it could be meant as a text."),
        .warning("lost-digits", "A number without quotes loses digits that a text would keep: `1.10`."),
        Rule("misplaced-key", "A key that some steps have means nothing beside this kind."),
        Rule("misplaced-sync", "A barrier stands among the steps of a play, where every phone comes to it."),
        .warning("missing-payload", "A payload is not on this machine now, and a run would stop without it."),
        Rule("missing-address", "A way in says which phone it leads to."),
        Rule("missing-input", "A required input is not given."),
        Rule("missing-key", "A key that must be there is missing."),
        Rule("missing-kind", "A step does not say what to do."),
        Rule("mixed-words", "`and` beside `or` needs parentheses in a selector."),
        Rule("name-clash", "Phones, servers, encoders, groups and labels share their names; each is taken once."),
        Rule("needs-checksum", "What is fetched is known by its checksum: one is given, or the first is recorded."),
        .warning(
            "mutual-delete",
            "Two pushes with `delete` into one folder, or into one inside the other, remove each other's files."),
        .warning("never-runs", "A condition is never true, or a loop has no members."),
        .warning("no-effect", "A key that changes nothing without another one."),
        Rule("no-encoders", "A play for encoders selects nobody."),
        Rule("no-growth", "The sizes of waves add up, so each is larger than the one before it."),
        Rule("no-include", "An included file cannot be read."),
        Rule("no-phones", "A play selects nobody."),
        Rule("no-secret", "A secret could not be had, or could not be kept secret."),
        Rule("no-route", "An encoder without an SSH server takes none of the steps of its play."),
        Rule("no-ssh", "A host that others go through is reached over SSH."),
        Rule("no-servers", "A play for servers means none that stands for single phones of an account."),
        Rule("no-such-service", "A step is nothing that the service of its target's account has no way to do."),
        Rule("no-such-step", "No step has the name that the command line speaks of."),
        Rule("no-way-in", "A phone has at least one way in."),
        Rule("not-utf8", "Files are UTF-8."),
        Rule("not-known-yet", "A value that only the run will show is asked for before it."),
        Rule("null-in-text", "Null cannot stand inside a text."),
        .warning("obb", "Where expansion files of an app go may not be writable for the shell."),
        Rule("payload", "A file or an app that is to be delivered cannot be used."),
        Rule("plain-secret", "A secret stands in plain in a file that people write."),
        Rule("quoted-expression", "A value in a shell line brings its own quotes."),
        .warning("raw-from-phone", "`raw()` around what came from a phone lets the phone choose what is run."),
        Rule("repeated-input", "An input is given once."),
        Rule("repeated-key", "A key stands once in a mapping."),
        Rule("selector", "A selector cannot be used as it was computed."),
        Rule("selector-syntax", "A selector does not follow the grammar."),
        Rule("step-not-run-yet", "Only results of steps further up can be asked for."),
        Rule("too-deep", "Blocks stand at most 16 levels inside each other."),
        Rule("too-large", "A file, an expression or a value is beyond its bound."),
        Rule("too-many-files", "A playbook includes at most 100 files."),
        Rule("too-many-names", "A range stands for at most so many names."),
        Rule("too-many-plays", "A playbook has at most 200 plays."),
        Rule("too-many-rounds", "A loop has at most 10,000 rounds, loops inside loops 100,000 together."),
        Rule("too-many-steps", "A playbook has at most 5,000 steps, those of included files among them."),
        Rule("two-kinds", "A step does one thing."),
        Rule("two-targets", "A play acts on phones, on servers or on encoders."),
        .warning("unchecked-host-key", "Nobody looks whether a host is the one that it says it is."),
        Rule("uneven-ranges", "Ranges that are paired stand for equally many."),
        Rule("unknown-input", "An input that is given is not declared."),
        Rule("unknown-key", "Every key is known; a misspelt one is never passed over."),
        Rule("unknown-kind", "A step kind that there is not."),
        Rule("unknown-name", "A name that nothing bears: an input, a variable, a step, a field, a function."),
        Rule("unknown-payload", "A step delivers a payload that is not declared."),
        Rule("unknown-play", "A play that is needed is not there."),
        .warning("unreachable", "A step stands behind one that always fails."),
        Rule("unsafe-delete", "Where `delete` removes things, nobody else has any: deep enough in a storage."),
        Rule("unsafe-text", "A text cannot be put into a shell line at all."),
        .warning("unused-input", "Nothing asks for an input."),
        .warning("unused-payload", "Nothing delivers a payload."),
        .warning("unused-secret", "Nothing asks for a secret."),
        .warning("unused-variable", "Nothing asks for a variable."),
        Rule("wrong-arguments", "The arguments of a step do not go together."),
        Rule("wrong-kind", "A selector names what another kind of play is for."),
        Rule("wrong-target", "A step kind acts on something else than its play."),
        Rule("wrong-type", "A value is not of the type, or not in the range, that is due."),
        Rule("yaml-syntax", "The file is not the kind of YAML that playbooks are written in."),
    ].sorted { $0.id < $1.id }

    /// The page `docs/rules.md`.
    public static var markdown: String {
        var text = """
            # Rules

            What `drover check` can say about a playbook or a farm file. Ids are stable; `--format json` and `--format github`
            tell them. Errors stop every command, advice is given by `drover check` alone. This page is printed by
            `drover check --rules`.

            | id | | about |
            | --- | --- | --- |

            """
        for rule in all {
            text += "| `\(rule.id)` | \(rule.isWarning ? "advice" : "error") | \(rule.meaning) |\n"
        }
        return text
    }
}
