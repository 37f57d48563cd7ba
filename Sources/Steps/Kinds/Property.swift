import Farm
import Journal
import PlaybookLanguage

/// Sets a system property.
struct Property: PhoneStepKind {
    static let manual = StepManual(
        "property", "Set a system property.",
        details: """
            What `getprop` tells is compared first, so that a property which has the value already is left alone. Android lets \
            the shell set only some properties, and a phone's refusal is told in its own words.
            """,
        arguments: [
            .init("name", "text", "The property."),
            .init("value", "text", "The value it is to have; an empty text clears it."),
        ],
        outputs: [.init("before", "the value it had")],
        class: .change, timeout: .seconds(60),
        examples: [
            "property: { name: debug.studio.trace, value: 1 }",
            "property: { name: log.tag.Game, value: VERBOSE }",
        ])

    /// Properties by which adbd is found, stopped and started.
    private static let doors = ["ctl.", "persist.adb.", "service.adb.", "persist.sys.usb.", "sys.usb."]

    private let name: Argument<String>
    private let value: Argument<String>

    init(reading arguments: inout StepArguments) {
        name = arguments.value("name", .settingName)
        value = arguments.text("value")
    }

    func summary(in scope: Scope?) -> String { "property \(name.shown(in: scope))" }

    var stepClass: StepClass {
        let name = name.literal ?? ""
        return Self.doors.contains { name.hasPrefix($0) } ? .lockOut : Self.manual.stepClass
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let wanted = try value.value(in: context.scope)
        let found = try await read(on: phone, context.scope)
        context.notes.leave(found)
        if found == wanted { return .nothing(because: "it is \(Self.shown(found)) already") }
        return .work(because: "it is \(Self.shown(found)), and \(Self.shown(wanted)) is due")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let key = try name.value(in: context.scope)
        let wanted = try value.value(in: context.scope)
        var values: [String: OutputValue] = [:]
        if let before = context.notes.take(String.self) { values["before"] = .text(before) }
        let result = try await phone.run(ShellLine("setprop", key, wanted).description)
        let found = try await read(on: phone, context.scope)
        if found == wanted { return .changed(nil, values) }
        let said = result.complaint
        return .failed(
            "refused", "set \(key) to \(Self.shown(wanted))",
            said.isEmpty ? "the phone keeps \(Self.shown(found))" : said,
            advice: "the shell may set only some properties, such as debug.* and log.tag.*",
            outputs: StepOutputs(values: values))
    }

    private func read(on phone: any ConnectedPhone, _ scope: Scope) async throws -> String {
        try await phone.run(ShellLine("getprop", try name.value(in: scope)).description).text
    }

    private static func shown(_ text: String) -> String { text.isEmpty ? "empty" : PhoneWords(text).firstLine }
}
