import JSON

/// For whom an ADB command is: phones, or all phones of servers.
///
/// With both, the service would look at the phones only.
public enum CommandTargets: Hashable, Sendable {
    /// These phones.
    case phones([String])
    /// Every phone of these servers, which must run.
    case servers([String])

    /// The ids that one call should name at most; the service's own bound is not documented (Cloud Phone API, commands).
    public static let advisedMost = 100

    private var phoneIDs: JSONValue? {
        if case .phones(let ids) = self { .array(ids.map(JSONValue.text)) } else { nil }
    }

    private var serverIDs: JSONValue? {
        if case .servers(let ids) = self { .array(ids.map(JSONValue.text)) } else { nil }
    }

    /// The members of a body: what is done, with what, and for whom.
    func body(_ command: CloudCommand, _ content: String) -> [String: JSONValue?] {
        [
            "command": .text(command.rawValue), "content": .text(content), "phone_ids": phoneIDs,
            "server_ids": serverIDs,
        ]
    }

    /// What may stand in a body.
    static func fields(_ commands: [CloudCommand], mostPhones: Int? = nil) -> [OperationField] {
        [
            .text("command").ruled(.oneOf(commands.map(\.rawValue))).required,
            .text("content").ruled(nil, content(of: commands[0])).required,
            .texts("phone_ids").ruled(.ids(of: "phone", most: mostPhones), "the phones"),
            .texts("server_ids").ruled(.ids(of: "server"), "instead, all phones of these servers"),
        ]
    }

    private static func content(of command: CloudCommand) -> String {
        switch command {
        case .install, .installMultiple: "options, and then obs://BUCKET/PATH.apk"
        case .uninstall: "the package"
        case .push: "obs://BUCKET/PATH.tar"
        case .shell: "the line"
        }
    }

    /// Looks whether somebody is named, and at the content as its command has it.
    static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        guard given["phone_ids"] != nil || given["server_ids"] != nil else {
            throw CheckFault("there is no phone in the call", advice: "give phone_ids or server_ids")
        }
        guard let command = CloudCommand(rawValue: given["command"]?.text ?? "") else { return }
        try ContentCheck.check(given["content"]?.text ?? "", for: command)
    }
}
