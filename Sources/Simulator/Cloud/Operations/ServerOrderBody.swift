import JSON

/// The parts of a body that buys or changes servers, read and checked (Cloud Phone API, nested objects).
struct ServerOrderBody {
    private let body: [String: JSONValue]

    init(_ body: [String: JSONValue]) { self.body = body }

    /// 1 to 10.
    func count() throws(CloudRefusal) -> Int {
        guard let count = body["count"]?.integer, (1...10).contains(count) else { throw .parameter(24, "count") }
        return Int(count)
    }

    /// Charging mode, period, renewal and payment.
    ///
    /// - Returns: 0 by month or year or 1 by use, the enterprise project, and whether it is paid at once.
    func terms(_ name: String) throws(CloudRefusal) -> (mode: Int, project: String, paysAtOnce: Bool) {
        guard let terms = body[name]?.members else { throw .parameter(55, name) }
        let mode = try Self.number(terms, "charging_mode", in: 0...1, orElse: 56)
        let type = try Self.number(terms, "period_type", in: 2...3, orElse: 57)
        _ = try Self.number(terms, "period_num", in: 1...(type == 2 ? 9 : 10), orElse: 58)
        let pay = try Self.optional(terms, "is_auto_pay", in: 0...1, orElse: 60)
        _ = try Self.optional(terms, "is_auto_renew", in: 0...1, orElse: 59)
        return (mode, try Self.text(terms, "enterprise_project_id", orElse: 55) ?? "0", pay == 1)
    }

    /// A network on which the subnets are.
    func checkNetwork(hasVPC: Bool) throws(CloudRefusal) {
        if hasVPC {
            guard let vpc = body["tenant_vpc_id"]?.text, Self.isToken(vpc) else {
                throw .parameter(223, "tenant_vpc_id")
            }
        }
        guard let nics = body["nics"]?.elements, !nics.isEmpty else { throw .parameter(226, "nics") }
        for nic in nics {
            guard let subnet = nic["subnet_id"]?.text, Self.isToken(subnet) else { throw .parameter(224, "subnet_id") }
            let speaksIPv6 = nic["ipv6_enable"] ?? .null
            guard speaksIPv6 == .null || speaksIPv6.flag != nil else { throw .parameter(226, "ipv6_enable") }
        }
    }

    /// Public addresses: one that is there, or new ones of a type.
    func checkPublicAddress(typeIn eip: String?) throws(CloudRefusal) {
        guard let wish = body["public_ip"]?.members else { throw .parameter(238, "public_ip") }
        if let ids = wish["ids"], ids != .null {
            guard let ids = ids.elements, ids.count <= 1, ids.allSatisfy({ $0.text != nil }) else {
                throw .parameter(238, "ids")
            }
        }
        _ = try Self.optional(wish, "count", in: 0...1000, orElse: 238)
        var type = wish["type"]
        if let eip {
            if let inner = wish[eip], inner != .null, inner.members == nil { throw .parameter(239, eip) }
            type = wish[eip]?["type"]
        }
        if let type, type != .null {
            guard ["5_telcom", "5_union", "5_bgp", "5_sbgp"].contains(type.text) else { throw .parameter(239, "type") }
        }
    }

    static func checkBandwidth(_ value: JSONValue?) throws(CloudRefusal) {
        guard let wish = value?.members else { throw .parameter(31, "band_width") }
        _ = try number(wish, "band_width_charge_mode", in: 0...1, orElse: 35)
        let share = try number(wish, "band_width_share_type", in: 0...1, orElse: 34)
        if share == 1 {
            guard let id = wish["band_width_id"]?.text, !id.isEmpty else { throw .parameter(32, "band_width_id") }
        } else {
            _ = try number(wish, "band_width_size", in: 1...100_000, orElse: 36)
        }
    }

    func checkBandwidth() throws(CloudRefusal) { try Self.checkBandwidth(body["band_width"]) }

    func checkPorts() throws(CloudRefusal) {
        guard let value = body["ports"], value != .null else { return }
        guard let ports = value.elements else { throw .parameter(37, "ports") }
        var names: Set<String> = []
        var numbers: Set<Int64> = []
        for port in ports {
            guard let name = port["name"]?.text, (1...16).contains(name.utf8.count), !["adb", "vnc"].contains(name)
            else { throw .parameter(38, "name") }
            guard let number = port["listen_port"]?.integer, (10_000...50_000).contains(number) else {
                throw .parameter(40, "listen_port")
            }
            guard port["internet_accessible"]?.text != nil else { throw .parameter(93, "internet_accessible") }
            guard names.insert(name).inserted else { throw .parameter(39, "name") }
            guard numbers.insert(number).inserted else { throw .parameter(41, "listen_port") }
        }
    }

    /// A disk of one of the types; nil where there is none.
    func volume(_ name: String, least: Int) throws(CloudRefusal) -> Int64? {
        guard let value = body[name], value != .null else { return nil }
        guard let volume = value.members, ["SSD", "GPSSD"].contains(volume["volume_type"]?.text) else {
            throw .parameter(116, "volume_type")
        }
        return Int64(try Self.number(volume, "size", in: least...32_768, orElse: 55))
    }

    // MARK: Values

    static func number(
        _ members: [String: JSONValue], _ name: String, in range: ClosedRange<Int>, orElse code: Int
    ) throws(CloudRefusal) -> Int {
        guard let number = try optional(members, name, in: range, orElse: code) else { throw .parameter(code, name) }
        return number
    }

    static func optional(
        _ members: [String: JSONValue], _ name: String, in range: ClosedRange<Int>, orElse code: Int
    ) throws(CloudRefusal) -> Int? {
        guard let value = members[name], value != .null else { return nil }
        guard let number = value.integer.flatMap({ Int(exactly: $0) }), range.contains(number) else {
            throw .parameter(code, name)
        }
        return number
    }

    static func text(_ members: [String: JSONValue], _ name: String, orElse code: Int) throws(CloudRefusal) -> String? {
        guard let value = members[name], value != .null else { return nil }
        guard let text = value.text else { throw .parameter(code, name) }
        return text
    }

    /// The id of something of another service: letters, digits and hyphens.
    static func isToken(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                    || byte == 95
            }
    }
}
