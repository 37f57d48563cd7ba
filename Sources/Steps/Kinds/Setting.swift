import Farm
import Journal
import PlaybookLanguage

/// Sets one of Android's settings.
struct Setting: PhoneStepKind {
    static let manual = StepManual(
        "setting", "Set one of Android's settings, or delete it.",
        details: """
            What `settings get` tells is compared first, so that a setting which has the value already is left alone. The \
            value `null` deletes the setting.
            """,
        arguments: [
            .init("namespace", "global, system or secure", standard: "global", "The table that holds the setting."),
            .init("name", "text", "The setting."),
            .init("value", "text or null", "The value it is to have; null deletes it."),
        ],
        outputs: [.init("before", "the value it had, null when it had none", .any)],
        class: .change, timeout: .seconds(60),
        examples: [
            "setting: { name: stay_on_while_plugged_in, value: 7 }",
            "setting: { namespace: system, name: screen_off_timeout, value: 600000 }",
            "setting: { namespace: secure, name: default_input_method, value: null }",
        ])

    /// Without these a phone does not answer any more.
    private static let doors: Set<String> = ["adb_enabled", "adb_wifi_enabled", "development_settings_enabled"]

    private let namespace: Argument<String>
    private let name: Argument<String>
    private let value: Argument<SettingWish>

    init(reading arguments: inout StepArguments) {
        namespace =
            arguments.optionalChoice("namespace", of: ["global", "system", "secure"]) ?? Argument("global")
        name = arguments.value("name", .settingName)
        value = arguments.value("value", .settingWish)
    }

    func summary(in scope: Scope?) -> String { "setting \(name.shown(in: scope))" }

    var stepClass: StepClass { Self.doors.contains(name.literal ?? "") ? .lockOut : Self.manual.stepClass }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let wish = try value.value(in: context.scope)
        guard let found = try await read(on: phone, context.scope) else {
            return .unknown(because: "the phone does not tell its settings")
        }
        context.notes.leave(found)
        if found == wish { return .nothing(because: "it is \(found) already") }
        return .work(because: "it is \(found), and \(wish) is due")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let wish = try value.value(in: context.scope)
        let key = try name.value(in: context.scope)
        let operation = "set \(key) to \(wish)"
        let before = context.notes.take(SettingWish.self)
        var words = ["settings"]
        let table = try namespace.value(in: context.scope)
        switch wish {
        case .absent: words += ["delete", table, key]
        case .text(let text): words += ["put", table, key, text]
        }
        let result = try await phone.run(ShellLine(words).description)
        var values: [String: OutputValue] = [:]
        if let before { values["before"] = before.output }
        let found = try await read(on: phone, context.scope)
        if found == wish { return .changed(nil, values) }
        let said = result.complaint
        let outputs = StepOutputs(values: values)
        if !result.exitIsZero || said.contains("Exception") {
            return .failed("refused", operation, said.isEmpty ? "the phone gave no reason" : said, outputs: outputs)
        }
        return .failed(
            "not-kept", operation, found.map { "the phone keeps \($0)" } ?? "the phone does not tell what it keeps",
            outputs: outputs)
    }

    /// What the phone has; nil when it does not tell.
    private func read(on phone: any ConnectedPhone, _ scope: Scope) async throws -> SettingWish? {
        let line = ShellLine("settings", "get", try namespace.value(in: scope), try name.value(in: scope))
        let result = try await phone.run(line.description)
        guard result.exitIsZero, result.errorText.isEmpty else { return nil }
        return result.text == "null" ? .absent : .text(result.text)
    }
}

/// The value that a setting has or is to have.
enum SettingWish: Sendable, Equatable, CustomStringConvertible {
    /// None.
    case absent
    /// This one.
    case text(String)

    var description: String {
        switch self {
        case .absent: "null"
        case .text(let text): PhoneWords(text).firstLine
        }
    }

    var output: OutputValue {
        switch self {
        case .absent: .null
        case .text(let text): .text(text)
        }
    }
}

extension ArgumentKind where Result == SettingWish {
    /// A text, or null.
    static var settingWish: Self {
        let types: Set<ValueType> = [.null, .text, .integer, .number, .boolean, .duration, .size]
        return Self("a text or null", types: types, isText: true) { value throws(TextMistake) in
            if value == .null { return .absent }
            guard let text = value.textForm else { throw TextMistake("a text or null is needed") }
            // `settings get` prints the word for a setting that is not there.
            guard text != "null" else { return .absent }
            guard !text.utf8.contains(0) else { throw TextMistake("a value cannot hold a NUL") }
            return .text(text)
        }
    }
}

extension ArgumentKind where Result == String {
    /// The name of a setting or of a property.
    static var settingName: Self {
        .parsed("a name") { text throws(TextMistake) in
            let isWord = text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "._-:@".utf8.contains(byte)
                }
            }
            guard isWord, !text.isEmpty, text.utf8.first != UInt8(ascii: "-") else {
                throw TextMistake("`\(text)` is no name", help: "a name consists of letters, digits and . _ - : @")
            }
            return text
        }
    }
}
