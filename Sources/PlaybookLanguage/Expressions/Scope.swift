public import Farm
public import Secrets
import SourceText

/// The values that are the same on every phone of a run: inputs, the environment, and variables that belong to no phone.
public final class SharedScope: Sendable {
    /// The inputs, bound and typed; an optional one that was not given is null.
    public let inputs: [String: Value]
    /// The environment, as texts.
    public let environment: [String: Value]
    /// `--var` and `DROVER_VAR_x`, the stronger already chosen.
    public let overrides: [String: Value]
    /// The playbook's variables.
    public let playbookVariables: [String: Argument<Value>]
    /// The farm file's variables, the weakest.
    public let farmVariables: [String: Value]
    /// What `secret.NAME` stands for.
    public let secrets: [String: Secret]
    /// What `payloads.NAME` stands for, and the payload of a step.
    public let payloads: PayloadTable
    /// Where every secret is known that must not be shown, those included that are made from others.
    public let vault: SecretVault

    /// What variables of the environment begin with that hold a secret: `DROVER_SECRET_token` is `secret.token`.
    public static let secretPrefix = "DROVER_SECRET_"

    /// Keeps the values; secrets among them are known to the vault from then on.
    public init(
        inputs: [String: Value] = [:],
        environment: [String: String] = [:],
        overrides: [String: Value] = [:],
        playbookVariables: [String: Argument<Value>] = [:],
        farmVariables: [String: Value] = [:],
        secrets: [String: Secret] = [:],
        payloads: PayloadTable = PayloadTable(),
        vault: SecretVault = SecretVault()
    ) {
        self.inputs = inputs
        // Secrets are asked for as such, or they could be printed.
        self.environment = environment.filter { !$0.key.hasPrefix(Self.secretPrefix) }.mapValues { .text($0) }
        self.overrides = overrides
        self.playbookVariables = playbookVariables
        self.farmVariables = farmVariables
        self.secrets = secrets
        self.payloads = payloads
        self.vault = vault
        for secret in secrets.values { vault.add(secret) }
        for value in inputs.values { if case .secret(let secret) = value { vault.add(secret) } }
    }

    /// The same values with payloads beside them, which are made of them.
    public convenience init(_ shared: SharedScope, payloads: PayloadTable) {
        self.init(
            inputs: shared.inputs, environment: shared.environment.compactMapValues(\.textForm),
            overrides: shared.overrides, playbookVariables: shared.playbookVariables,
            farmVariables: shared.farmVariables, secrets: shared.secrets, payloads: payloads, vault: shared.vault)
    }
}

/// Everything an expression can ask for on one phone at one moment.
///
/// Cheap to copy: what all phones have in common is shared, and what changes is copied on its first change only.
public struct Scope: Sendable {
    /// What all phones have in common.
    public let shared: SharedScope
    /// The fields of `phone`, by the names of ``PhoneFields``, or those of `encoder` in a play for encoders.
    public var phone: [String: Value]
    /// The variables of the phone, those of its groups below its own already.
    public var phoneVariables: [String: Value]
    /// The variables of the play.
    public var playVariables: [String: Argument<Value>] = [:]
    /// The results of earlier steps: a map of outputs by step id.
    public private(set) var steps: [String: Value] = [:]
    /// The variables that `set` gave a value.
    public private(set) var setVariables: [String: Value] = [:]
    /// The variables that loops hold their member in, the strongest of all.
    public var loopVariables: [String: Value] = [:]
    /// The member that a loop is at; nil outside of loops.
    public var item: Value?
    /// The position of ``item``, from 0.
    public var index: Int?
    /// The outputs of the attempt just made, for `until`.
    public var result: [String: Value]?
    /// What failed, for what is done about it: `step`, `verdict`, `reason`, `code`.
    public var failure: [String: Value]?
    /// How many targets of a wave came to what, for `gate`.
    public var counts: [String: Value]?
    /// What `inputs` means inside an included file.
    public var inputsInside: [String: Value]?
    /// Whether results of steps that have not run are unknown, and no mistake: while a plan looks ahead.
    public var allowsUnknown = false
    /// Whether the values are for people to see, so that secrets arrive as their masks.
    public var isForPeople = false
    private var stepVariables: [String: Argument<Value>] = [:]

    /// A scope for one phone.
    public init(
        _ shared: SharedScope = SharedScope(), phone: [String: Value] = [:], phoneVariables: [String: Value] = [:]
    ) {
        self.shared = shared
        self.phone = phone
        self.phoneVariables = phoneVariables
    }

    /// Remembers the outputs of a step for the steps after it.
    ///
    /// A text in which a secret came back is one itself.
    public mutating func record(step id: String, outputs: [String: Value]) {
        steps[id] = .map(shared.vault.isEmpty ? outputs : outputs.mapValues { $0.hiding(shared.vault) })
    }

    /// Takes over what the scope of something inside has learned: results and set variables.
    public mutating func learn(from inner: Scope) {
        steps = inner.steps
        setVariables = inner.setVariables
    }

    /// Gives a variable a value for the rest of the target's way.
    public mutating func set(_ name: String, to value: Value) { setVariables[name] = value }

    /// The scope inside one step, whose own variables come before the playbook's.
    public func inside(stepVariables: [String: Argument<Value>]) -> Scope {
        guard !stepVariables.isEmpty else { return self }
        var inner = self
        inner.stepVariables.merge(stepVariables) { $1 }
        return inner
    }

    /// Refuses a text in which a mask stands where a secret was: the run that is resumed has not kept it.
    func checkKept(_ text: String, at span: SourceSpan) throws(PlaybookError) {
        guard !shared.vault.isEmpty, !isForPeople, text.contains("‹secret ") else { return }
        for secret in shared.secrets.values where text.contains(secret.mask) {
            throw PlaybookError(
                .unsafeText, "a result held the secret `\(secret.name)`, and drover keeps no secrets", at: span,
                help: "ask for secret.\(secret.name) itself, or begin anew with `drover rerun`")
        }
    }

    /// The same scope, in which secrets arrive as their masks.
    public var forPeople: Scope {
        var scope = self
        scope.isForPeople = true
        return scope
    }

    enum Definition {
        case value(Value)
        case argument(Argument<Value>)
    }

    /// The strongest definition: loop, `set`, `--var` and environment, step, play, playbook, phone and groups, farm file.
    func definition(ofVariable name: String) -> Definition? {
        if let value = loopVariables[name] { return .value(value) }
        if let value = setVariables[name] { return .value(value) }
        if let value = shared.overrides[name] { return .value(value) }
        if let argument = stepVariables[name] { return .argument(argument) }
        if let argument = playVariables[name] { return .argument(argument) }
        if let argument = shared.playbookVariables[name] { return .argument(argument) }
        if let value = phoneVariables[name] { return .value(value) }
        return shared.farmVariables[name].map { .value($0) }
    }
}

/// The fields that `encoder` has in expressions.
public enum EncoderFields {
    /// Each field with its type.
    public static let types: [String: ValueType] = [
        "name": .text, "server": .text, "host": .text, "labels": .list, "groups": .list,
    ]

    /// The fields of an encoder; all of them are known from the farm file.
    public static func values(of encoder: Encoder, groups: [String] = []) -> [String: Value] {
        var values: [String: Value] = [
            "name": .text(encoder.name),
            "labels": .list(encoder.labels.map { .text($0) }),
            "groups": .list(groups.map { .text($0) }),
        ]
        if let server = encoder.server { values["server"] = .text(server) }
        if let route = encoder.route { values["host"] = .text(route.host.address.host) }
        return values
    }
}

/// The fields that `phone` has in expressions.
public enum PhoneFields {
    /// Each field with its type; those that were not asked for are null.
    public static let types: [String: ValueType] = {
        var types: [String: ValueType] = [
            "name": .text, "serial": .text, "server": .text, "kind": .text, "labels": .list, "groups": .list,
            "properties": .map,
        ]
        for name in PhoneProperty.shortNames { types[name] = name == "sdk" ? .integer : .text }
        return types
    }()

    /// The fields of a phone, as far as they are known.
    ///
    /// Every property known is in `phone.properties` by its key of `getprop`; those with a short name are fields as
    /// well.
    ///
    /// - Parameter properties: What the phone was asked since, by key of `getprop`; it goes before what the farm knows.
    public static func values(
        of phone: Phone, groups: [String] = [], properties: [String: String] = [:]
    ) -> [String: Value] {
        var values: [String: Value] = [
            "name": .text(phone.name),
            "labels": .list(phone.labels.map { .text($0) }),
            "groups": .list(groups.map { .text($0) }),
        ]
        if let serial = phone.serial { values["serial"] = .text(serial) }
        if let server = phone.server { values["server"] = .text(server) }
        if let kind = phone.accountKind { values["kind"] = .text(kind.rawValue) }
        return adding(phone.properties.merging(properties) { $1 }, to: values)
    }

    /// The fields with what the phone was asked put in; answers go before what was known.
    ///
    /// - Parameter properties: Answers by key of `getprop`.
    public static func adding(_ properties: [String: String], to fields: [String: Value]) -> [String: Value] {
        var fields = fields
        var all: [String: Value] = [:]
        if case .map(let known)? = fields["properties"] { all = known }
        all.merge(properties.mapValues { .text($0) }) { $1 }
        fields["properties"] = .map(all)
        for (name, key) in PhoneProperty.keys {
            guard let text = properties[key] else { continue }
            fields[name] = types[name] == .integer ? Int64(text).map { .integer($0) } ?? .null : .text(text)
        }
        return fields
    }
}
