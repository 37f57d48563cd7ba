import CloudPhone
import Farm
import JSON
import Journal
import KooPhone
import PlaybookLanguage
import Secrets
import SourceText
import Steps

/// Calls an operation of a cloud's service by its name.
struct CloudCall: StepKind {
    /// The reference page.
    static let manual = StepManual(
        "cloud", "Call an operation of a cloud's service by its name, for what has no step of its own.",
        details: """
            In a play over phones each phone makes the call, in one over servers each server. Where the operation takes `phone_id`, \
            `phone_ids`, `server_id` or `server_ids` and the playbook does not say which, it is the phone's or the server's own; \
            for phones of KooPhone the same holds of `instance_id` and the lists of such ids. With `account` another account is called, \
            for which no id is filled in. The arguments are checked as the service would, before anything is sent, and jobs are waited for. The class is that of the operation: \
            `drover cloud` lists all with their classes, and `drover cloud NAME --fields` what one takes. Each target costs a call of its own, so steps that \
            share their calls (`power`, `install`, `share-files`) are the better choice where there is one.
            """,
        targets: [.phones, .servers],
        arguments: [
            .init("call", "name of an operation", "The operation, written out."),
            .init("with", "mapping", standard: "nothing", "Its arguments by their names."),
            .init(
                "account", "name of an account", standard: "the phone's or the server's own",
                "The account of the farm file that is called."),
        ],
        outputs: [
            .init("answer", "the service's answer, of a list all pages; what lets in whoever has it is left out", .map),
            .init("jobs", "for each job the `id` of what it was about, and what it printed as `output`", .list),
        ],
        class: .read, timeout: .seconds(3600),
        examples: [
            "cloud: { call: ShowCloudPhoneDetail }",
            "cloud: { call: ImportTraffic, with: { traffic_type: routing } }",
            "cloud: { call: BatchBackupInstances }",
            "cloud: { call: ListImages, account: main }",
            "cloud: { call: UpdateCloudPhoneProperty, with: { phones: [{ phone_id: \"${{ phone.serial }}\", property: \"{}\" }] } }",
        ])

    private let name: String
    /// Those that it may be, one of each service; the account's kind says which.
    private let operations: [CatalogedOperation]
    private let arguments: [(name: String, value: Argument<Value>)]
    private let account: Argument<String>?

    /// Reads the arguments; what the service would refuse of them is a mistake where they are written out.
    init(reading arguments: inout StepArguments) {
        let isNamed = arguments.has("call")
        let call = arguments.text("call")
        name = call.literal ?? ""
        var operations: [CatalogedOperation] = []
        if isNamed, call.literal == nil {
            arguments.mistake(
                "the operation is written out, since its class decides who may ask for it", at: call.span)
        } else if !name.isEmpty {
            do throws(CheckFault) {
                operations = try ServiceCatalog.operations(named: name)
            } catch {
                arguments.mistake(error.reason, at: call.span, help: error.advice)
            }
        }
        self.operations = operations
        account = arguments.optionalText("account")
        let entries = arguments.group("with") { inner in inner.restOfValues() } ?? []
        self.arguments = entries.map { ($0.key, $0.value) }
        // What two services have is looked at when it is known which one is asked.
        guard let only = operations.first, operations.count == 1 else { return }
        Self.check(entries, of: only, &arguments)
    }

    private static let anybody = String(repeating: "0", count: 32)

    /// Whether what is written out would be refused; what the target fills in is not missing.
    private static func check(
        _ entries: [(key: String, span: SourceSpan, value: Argument<Value>)], of operation: CatalogedOperation,
        _ arguments: inout StepArguments
    ) {
        var given: [String: JSONValue] = [:]
        var isWhole = true
        for entry in entries {
            if let literal = entry.value.literal { given[entry.key] = literal.json } else { isWhole = false }
        }
        let open = Set(entries.filter { $0.value.literal == nil }.map(\.key))
        // Some id stands for those of the targets.
        let whole = operation.completed(given, phone: Self.anybody, server: Self.anybody)
        for fault in operation.faults(in: whole) {
            // `phones[1].phone_id` is a place in `phones`.
            let name = String(fault.place.prefix { $0 != "[" && $0 != "." })
            guard !open.contains(name), !name.isEmpty || isWhole else { continue }
            arguments.mistake("\(operation.name): \(fault)", at: entries.first { $0.key == name }?.span)
        }
    }

    /// The step in a few words.
    func summary(in scope: Scope?) -> String { "call \(name)" }

    /// The operation's class.
    var stepClass: StepClass {
        operations.map(\.shape.stepClass).max() ?? .lockOut
    }

    /// As for `drover cloud`: an operation by its name says nothing of what it may do.
    var needsWord: Bool { stepClass >= .dataLoss }

    /// An operation of another service than that of the account, and an account that there is not.
    func refusal(by service: Farm.CloudAccount.Kind, among accounts: [Farm.CloudAccount]) -> ServiceRefusal? {
        var kind = service
        var whose = "their account"
        if let account {
            guard let name = account.literal else { return nil }
            guard let named = accounts.first(where: { $0.name == name }) else {
                return ServiceRefusal(
                    reason: "the farm has no account `\(name)`",
                    advice: "it has \(accounts.map(\.name).joined(separator: ", "))")
            }
            (kind, whose) = (named.kind, "`\(name)`")
        }
        guard let wanted = operations.first?.accountKind, !operations.contains(where: { $0.accountKind == kind }) else {
            return nil
        }
        return ServiceRefusal(
            reason: "it is an operation of \(wanted.service), and \(whose) is one of \(kind.service)",
            advice: accounts.words(of: wanted)
                + "; `when: phone.kind == '\(wanted.rawValue)'` keeps the step for its phones")
    }

    /// Nothing is looked at first.
    func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        .work(because: "the service is asked for it")
    }

    /// Calls.
    func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        let cloud: (any NamedCalling)? = (target as? any ConnectedPhone)?.cloud ?? (target as? any ConnectedServer)
        guard let cloud else { return .noCloud(target, summary) }
        var given: [String: JSONValue] = [:]
        for argument in arguments {
            let value = try argument.value.value(in: context.scope)
            if value != .null { given[argument.name] = value.json }
        }
        let call = NamedCall(name, given, account: try account?.optionalValue(in: context.scope))
        let end = try await cloud.call(call)
        let values: [String: OutputValue] = [
            "answer": OutputValue(end.answer),
            "jobs": .list(
                end.parts.map { .map(["id": .text($0.id), "output": $0.output.map { .text($0) } ?? .null]) }),
        ]
        let failed = end.parts.filter { $0.failure != nil }
        if let first = failed.first?.failure {
            let more = failed.count > 1 ? ", and \(failed.count - 1) more of \(end.parts.count)" : ""
            return .failed(
                first.code, summary, "\(failed[0].id.isEmpty ? "" : "\(failed[0].id): ")\(first.reason)\(more)",
                advice: first.advice, outputs: StepOutputs(values: values))
        }
        return stepClass == .read ? .ok(nil, values) : .changed(nil, values)
    }
}

extension Value {
    /// The value as a service takes it; a secret stands as it is, since the service is to have it.
    fileprivate var json: JSONValue {
        switch self {
        case .null, .unknown: .null
        case .boolean(let flag): .boolean(flag)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case .list(let members): .array(members.map(\.json))
        case .map(let members): .object(members.mapValues(\.json))
        case .secret(let secret): .text(secret.reveal { $0 })
        case .duration, .size: textForm.map { .text($0) } ?? .null
        }
    }
}

extension OutputValue {
    /// An answer of a service.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .integer(let number): self = .integer(Int(clamping: number))
        case .unsigned(let number): self = .integer(Int(clamping: number))
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        case .array(let members): self = .list(members.map { OutputValue($0) })
        case .object(let members): self = .map(members.mapValues { OutputValue($0) })
        }
    }
}
