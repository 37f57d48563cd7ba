import Lanes
public import Signing

/// What tests ask of a cloud, and do to it from behind.
extension SimulatedCloud {
    /// Adds a fault; the faults are looked at in the order in which they were added.
    public func add(_ fault: CloudFault) { faults.append(fault) }

    /// Gives a phone a fault, or takes it away.
    public func setFault(_ fault: CloudPhoneFault?, ofPhone id: String) {
        phoneTable[id]?.fault = fault
        instanceTable[id]?.fault = fault
    }

    /// The ids of the instances of KooPhone, in their order.
    public var instanceIDs: [String] { instances.map(\.id) }

    /// Has an instance of KooPhone be in a state, by its number, as somebody at the console could.
    public func setState(_ number: Int, ofInstance id: String) {
        if let state = KooInstance.State(rawValue: number) { instanceTable[id]?.state = state }
    }

    /// What was set for the video of an instance, as JSON; nil where nothing was.
    public func videoSettings(ofInstance id: String) -> String? { instanceTable[id]?.video }

    /// The user to whom an instance is assigned.
    public func user(ofInstance id: String) -> String? { instanceTable[id]?.user }

    /// Restricts the account, or lets it do everything again.
    public func restrict(_ restriction: AccountRestriction?) { self.restriction = restriction }

    /// Has all tokens that were given so far die.
    public func killTokens() { identities.killTokens() }

    /// Pays an order that waits for it.
    public func payOrder(_ id: String) async { if let order = orders[id] { await pay(order) } }

    /// The file systems that are mounted on a server, with the folder of each.
    public func fileSystems(ofServer id: String) -> [String: String] { serverTable[id]?.fileSystems ?? [:] }

    /// Waits until no job waits or runs; endless ones do not count.
    public func finishJobs() async { for worker in currentWorkers { await worker.value } }

    /// The ids of the servers, in their order.
    public var serverIDs: [String] { servers.map(\.id) }

    /// The names of the servers, in their order.
    public var serverNames: [String] { servers.map(\.name) }

    /// The names of the encode services with those of their servers, in the servers' order.
    public var encoderNames: [(server: String, name: String)] { encoders.map { ($0.server.name, $0.name) } }

    /// The ids of the phones of all servers, in their order.
    public var phoneIDs: [String] { phones.map(\.id) }

    /// The keys with that id, permanent or for a while: the object store lets in whom IAM lets in.
    public func accessKeys(_ id: String) -> AccessKeys? { identities.keys(id, at: lane.now) }

    /// The simulated phone behind an id.
    public func phone(_ id: String) -> SimulatedPhone? { phoneTable[id]?.phone ?? instanceTable[id]?.phone }
}
