import Farm

/// How the phones of clouds are reached, and why so.
extension PlanPrinter {
    /// One row for each way, with the phones that go it; none for a plan without phones of clouds.
    static func ways(of plan: Plan) -> [(String, String)] {
        var names: [String: [String]] = [:]
        for phone in plan.targets.compactMap(\.phone) {
            guard let words = words(of: phone) else { continue }
            names[words, default: []].append(phone.name)
        }
        return names.sorted { $0.key < $1.key }.enumerated().map { index, way in
            (index == 0 ? "ways in" : "", "\(way.value.count) by \(way.key): \(Self.names(way.value))")
        }
    }

    private static func words(of phone: Phone) -> String? {
        guard phone.cloud != nil, let first = phone.waysIn.first else { return nil }
        let service = "its cloud's service for `power`, and where ADB does not answer"
        return switch first {
        case .cloudADB(_, .ssh): "ADB through SSH (the server has `via: ssh`), \(service)"
        case .cloudADB(_, .direct): "ADB inside the network (the server has `via: direct`), \(service)"
        case .cloud: "its cloud's service alone (the server has no `via`)"
        case .tcp, .ssh, .server: "ADB as the farm file says, \(service)"
        }
    }
}
