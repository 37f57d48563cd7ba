/// An instance of KooPhone, as the service knows it; confined to the cloud's lane.
final class KooInstance {
    let id: String
    let phone: SimulatedPhone
    let name: String
    let pool: String
    var state = State.ready
    var user: String?
    var backup: Int64?
    var restored: Int64?
    /// What was set for its video, as JSON.
    var video: String?
    var fault: CloudPhoneFault?

    /// The numbers that the service tells (Cloud Phone API, KooPhone).
    enum State: Int {
        case ready, toBeRestored, toBeAssigned, backingUp, resetting, restarting, offline, exchanging, restoring
        case restoreFailed, maintenance

        /// Whether a restart or reset may begin.
        var isSettled: Bool { self == .ready || self == .toBeAssigned }
    }

    init(id: String, phone: SimulatedPhone, name: String, pool: String) {
        self.id = id
        self.phone = phone
        self.name = name
        self.pool = pool
    }
}

extension SimulatedCloud {
    /// Makes instances with phones behind them.
    func addInstances(_ count: Int) async {
        let first = instances.count
        let phones = await makePhones(count, prefix: "koophone-\(first)-")
        for (place, phone) in phones.enumerated() {
            let number = first + place
            let instance = KooInstance(
                id: String(Self.id(options.seed, "instance", UInt64(number)).prefix(8)), phone: phone,
                name: "kp-" + String(number + 1).leftPadded(to: 4, with: "0"),
                pool: "pool-\(number / max(1, options.koophonesPerPool) + 1)")
            instances.append(instance)
            instanceTable[instance.id] = instance
        }
    }
}
