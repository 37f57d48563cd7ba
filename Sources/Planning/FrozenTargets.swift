public import Farm
public import JSON
import Journal
import PlaybookLanguage

/// The targets of a plan with everything that was known of them, as a run's folder keeps them.
///
/// A resumed run has exactly these, whatever became of the farm since.
public struct FrozenTargets: Sendable {
    let targets: [PlannedTarget]
    /// The targets of each play, as positions in ``targets``.
    let plays: [[Int]]
    private let phones: [String: Phone]

    /// The phones among them, by name.
    public var phonesByName: [String: Phone] { phones }

    /// Takes them from a plan.
    public init(of plan: Plan) {
        targets = plan.targets
        plays = plan.plays.map(\.targets)
        phones = Dictionary(
            uniqueKeysWithValues: plan.targets.compactMap { target in target.phone.map { ($0.name, $0) } })
    }

    /// Reads what ``json`` wrote; nil when it is something else.
    ///
    /// - Parameter current: Phones that are to be reached as the farm says now, by name.
    public init?(_ json: JSONValue?, current: [String: Phone] = [:]) {
        guard let members = json?["targets"]?.elements, let plays = json?["plays"]?.elements else { return nil }
        var targets: [PlannedTarget] = []
        for member in members {
            guard let target = PlannedTarget(frozen: member, current: current) else { return nil }
            targets.append(target)
        }
        self.targets = targets
        self.plays = plays.map { play in (play.elements ?? []).compactMap { $0.integer.map { Int($0) } } }
        guard self.plays.joined().allSatisfy({ targets.indices.contains($0) }) else { return nil }
        phones = Dictionary(targets.compactMap { target in target.phone.map { ($0.name, $0) } }) { $1 }
    }

    /// As the run's folder keeps them.
    public var json: JSONValue {
        .object([
            "targets": .array(targets.map(\.frozen)),
            "plays": .array(plays.map { .array($0.map { .integer(Int64($0)) }) }),
        ])
    }
}

extension PlannedTarget {
    fileprivate init?(frozen value: JSONValue, current: [String: Phone]) {
        guard let name = value["name"]?.text, let kind = value["kind"]?.text.flatMap(TargetID.Kind.init(rawValue:))
        else { return nil }
        let groups = (value["groups"]?.elements ?? []).compactMap(\.text)
        let variables = (value["variables"]?.members ?? [:]).compactMapValues { FarmValue($0) }
        let isUndecided = value["undecided"]?.flag ?? false
        switch kind {
        case .phone:
            guard let frozen = Phone(frozen: value, name: name) else { return nil }
            let phone = current[name].map { $0.knowing(frozen.properties) } ?? frozen
            self.init(phone, groups: groups, variables: variables, isUndecided: isUndecided)
        case .encoder:
            let labels = (value["labels"]?.elements ?? []).compactMap(\.text)
            let encoder = Encoder(
                name: name, route: SSHRoute(frozen: value["route"]), labels: labels, server: value["server"]?.text)
            self.init(encoder, groups: groups, variables: variables)
        case .server:
            let address = value["address"]?.text.flatMap { try? Address(parsing: $0) }
            let route = SSHRoute(frozen: value["route"])
            let cloud = value["cloud"]?.text.map { CloudServer(account: $0, id: value["cloud-server"]?.text) }
            guard address != nil || route != nil || cloud != nil else { return nil }
            self.init(Server(name: name, adbServer: address, route: route, cloud: cloud))
        }
    }

    fileprivate var frozen: JSONValue {
        var value: [String: JSONValue] = ["name": .text(id.name), "kind": .text(id.kind.rawValue)]
        if phone == nil, encoder == nil {
            if let address = server?.adbServer { value["address"] = .text(address.description) }
            if let route = server?.route { value["route"] = route.frozen }
            if let cloud = server?.cloud {
                value["cloud"] = .text(cloud.account)
                if let id = cloud.id { value["cloud-server"] = .text(id) }
            }
            return .object(value)
        }
        if case .list(let groups)? = fields["groups"], !groups.isEmpty {
            value["groups"] = .array(groups.compactMap { $0.textForm.map { .text($0) } })
        }
        if !frozenVariables.isEmpty { value["variables"] = .object(frozenVariables.mapValues { JSONValue($0) }) }
        if isUndecided { value["undecided"] = .boolean(true) }
        if let encoder {
            if let route = encoder.route { value["route"] = route.frozen }
            if !encoder.labels.isEmpty { value["labels"] = .array(encoder.labels.map { .text($0) }) }
            if let server = encoder.server { value["server"] = .text(server) }
        }
        guard let phone else { return .object(value) }
        value["ways"] = .array(phone.waysIn.map(\.frozen))
        if !phone.labels.isEmpty { value["labels"] = .array(phone.labels.map { .text($0) }) }
        if let server = phone.server { value["server"] = .text(server) }
        if let serial = phone.serial { value["serial"] = .text(serial) }
        if !phone.properties.isEmpty { value["properties"] = .object(phone.properties.mapValues { .text($0) }) }
        return .object(value)
    }
}

extension Phone {
    fileprivate init?(frozen value: JSONValue, name: String) {
        let ways = (value["ways"]?.elements ?? []).compactMap { WayIn(frozen: $0) }
        guard !ways.isEmpty else { return nil }
        self.init(
            name: name, waysIn: ways, labels: (value["labels"]?.elements ?? []).compactMap(\.text),
            server: value["server"]?.text, serial: value["serial"]?.text,
            properties: value["properties"]?.members?.compactMapValues(\.text) ?? [:])
    }

    /// The same phone with properties that were known of it before.
    fileprivate func knowing(_ known: [String: String]) -> Phone {
        Phone(
            name: name, waysIn: waysIn, labels: labels, server: server, serial: serial, variables: variables,
            properties: known.merging(properties) { $1 })
    }
}

extension FarmValue {
    fileprivate init?(_ value: JSONValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .integer(let number): self = .integer(Int(number))
        case .number(let number): self = .number(number)
        case .boolean(let flag): self = .boolean(flag)
        case .array(let members): self = .list(members.compactMap { FarmValue($0) })
        case .null, .unsigned, .object: return nil
        }
    }
}

extension JSONValue {
    fileprivate init(_ value: FarmValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .integer(let number): self = .integer(Int64(number))
        case .number(let number): self = .number(number)
        case .boolean(let flag): self = .boolean(flag)
        case .list(let members): self = .array(members.map { JSONValue($0) })
        }
    }
}
