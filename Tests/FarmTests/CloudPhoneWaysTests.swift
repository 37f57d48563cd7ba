import Farm
import Testing

@Suite("Phones and encode services that a cloud shows")
struct CloudPhoneWaysTests {
    private static let key = Keypair(name: "KeyPair-farm", path: "~/.ssh/farm.pem")
    private static let place = CloudPlace(account: "main", server: "s1", phone: "p1")

    private func address(
        phone: Address? = Address(host: "10.237.0.61", port: 5555),
        network: Address? = Address(host: "172.31.0.9", port: 4673), publicHost: String? = "1.2.3.4",
        project: String = "05e1aef0a1b2c3d4e5f60718293a4b5c"
    ) -> CloudADBAddress {
        CloudADBAddress(phone: phone, network: network, publicHost: publicHost, project: project)
    }

    @Test func `inside its network a phone is at its server's port, and from outside behind SSH`() throws {
        #expect(try address().way(by: .direct, of: "farm-a") == .tcp(Address(host: "172.31.0.9", port: 4673)))
        let way = try address(project: String(repeating: "ab", count: 20)).way(
            by: .ssh(Self.key, port: 2222), of: "farm-a")
        guard case .ssh(let route, let address) = way else { return #expect(Bool(false), "\(way)") }
        #expect(address.description == "10.237.0.61:5555")
        // Of a long project id the server takes 32 characters.
        #expect(route.description == "\(String(repeating: "ab", count: 16))@1.2.3.4:2222")
        #expect(route.host.keypair == Self.key)
        #expect(route.host.hostKeys == .pin)
        #expect(route.name == "farm-a")
    }

    @Test func `what a cloud does not tell is named`() throws {
        let ssh = CloudServer.ADBAccess.ssh(nil)
        let noHost = #expect(throws: PhoneError.self) { try address(publicHost: nil).way(by: ssh, of: "farm-a") }
        #expect(noHost?.description == "find the way to the phones of farm-a: the server has no public address")
        #expect(noHost?.isHosts == true)
        for (access, address) in [(ssh, address(phone: nil)), (.direct, address(network: nil))] {
            let error = #expect(throws: PhoneError.self) { try address.way(by: access, of: "farm-a") }
            #expect(error?.description == "find the ADB port of a phone of farm-a: the cloud tells none")
            #expect(error?.isHosts == false)
        }
        for hostile in ["", "a b", "1.2.3.4\n* ssh-rsa", "1.2.3.4 x"] {
            #expect(throws: PhoneError.self) { try address(publicHost: hostile).way(by: ssh, of: "farm-a") }
        }
        #expect(throws: Never.self) { try address(publicHost: "fe80::1").way(by: ssh, of: "farm-a") }
        // Inside the network nobody needs a public address.
        #expect(throws: Never.self) { try address(publicHost: nil).way(by: .direct, of: "farm-a") }
    }

    @Test func `a phone with ADB and a service is no batched one, and its ways tell which they are`() {
        let phone = Phone(name: "a", waysIn: [.cloudADB(Self.place, .ssh(nil)), .cloud(Self.place)])
        #expect(!phone.isBatched)
        #expect(phone.cloud == Self.place)
        #expect(phone.waysIn.map(\.isADB) == [true, false])
        #expect(phone.waysIn.map(\.description) == ["cloud main, p1, adb through ssh", "cloud main, p1"])
        #expect(WayIn.cloudADB(Self.place, .direct).description == "cloud main, p1, adb direct")
        #expect(Phone(name: "b", waysIn: [.cloud(Self.place)]).isBatched)
    }

    @Test func `phones of a server that SSH reaches share a lane`() {
        let phones = (0..<6).map { number in
            let place = CloudPlace(account: "main", server: "s\(number % 2)", phone: "p\(number)")
            return Phone(name: "p\(number)", waysIn: [.cloudADB(place, .ssh(nil)), .cloud(place)])
        }
        var deal = LaneDeal(count: 3)
        #expect(phones.map { deal.deal($0) } == [0, 1, 0, 1, 0, 1])
        var direct = LaneDeal(count: 3)
        #expect(
            phones.map { direct.deal(Phone(name: $0.name, waysIn: [.cloudADB(Self.place, .direct)])) }.suffix(3) == [
                0, 1, 2,
            ])
    }

    private static let server = Server(
        name: "farm-a", adbServer: nil, cloud: CloudServer(account: "main", id: "s1", adb: .direct))

    private func shown(_ name: String, labels: [String] = []) -> DiscoveredPhone {
        let place = CloudPlace(account: "main", server: "s1", phone: "id-\(name)")
        return DiscoveredPhone(
            server: "farm-a", serial: name, waysIn: [.cloudADB(place, .direct), .cloud(place)], id: "id-\(name)",
            labels: labels)
    }

    @Test func `a phone of the farm file keeps its name and own way, and gets both ways of its cloud`() throws {
        let own = WayIn.tcp(Address(host: "h", port: 1))
        let file = { (word: String) in WayIn.cloud(CloudPlace(account: "main", server: "farm-a", phone: word)) }
        let farm = try Inventory(
            phones: [
                Phone(name: "star", waysIn: [own, file("one")], server: "farm-a", serial: "one"),
                Phone(name: "byid", waysIn: [file("id-two")], server: "farm-a", serial: "id-two"),
                Phone(name: "gone", waysIn: [file("three")], server: "farm-a", serial: "three"),
            ], servers: [Self.server])
        let found = [shown("one"), shown("two"), shown("four")]
        #expect(farm.missingPhones(among: found) == ["gone"])
        let known = try farm.adding(discovered: found)
        #expect(known.phones.map(\.name) == ["star", "byid", "gone", "farm-a/four"])
        #expect(known.phone("star")?.waysIn.map(\.isADB) == [true, true, false])
        #expect(known.phone("star")?.waysIn.first == own)
        #expect(known.phone("byid")?.waysIn == found[1].waysIn)
        #expect(known.phone("farm-a/four")?.waysIn == found[2].waysIn)
        #expect(known.missingPhones(among: found) == ["gone"])
        #expect(try known.select("farm-a").phones.count == 4)
    }

    @Test(
        arguments: [
            ("studio", "", "studio"), ("team", "red", "team-red"), ("owner", "anna b/c", "owner-anna_b_c"),
            ("-x", "", "_x"), ("all", "", nil), ("游戏", "一", "游戏-一"), ("..", "", "_.."), ("", "", nil),
        ])
    func `tags are labels`(key: String, value: String, label: String?) {
        #expect(TagLabel.label(key: key, value: value) == label)
    }

    @Test func `a tag that something else is called by is no label, and does not spoil the farm`() throws {
        let farm = try Inventory(
            phones: [Phone(name: "star", waysIn: [.tcp(Address(host: "h", port: 1))], labels: ["gold"])],
            servers: [Self.server], groups: [Group(name: "night", selector: "label=team-red")])
        let found = [shown("one", labels: ["team-red", "star", "gold"]), shown("two", labels: ["farm-a", "night"])]
        #expect(farm.clashingLabels(of: found) == ["farm-a", "night", "star"])
        let known = try farm.adding(discovered: found)
        #expect(known.phone("farm-a/one")?.labels == ["gold", "team-red"])
        #expect(known.phone("farm-a/two")?.labels == [])
        #expect(try known.select("night").phones.map(\.name) == ["farm-a/one"])
    }

    @Test func `a label that tags may bring is no mistake before they are known, but for a plain word in a group`()
        throws
    {
        let farm = try Inventory(servers: [Self.server])
        let early = { (text: String, kind: TargetID.Kind) in
            farm.mistakes(in: try PhoneSelector(parsing: text), picking: kind, beforeDiscovery: true).count
        }
        for text in ["team-red", "team-*", "label=team-red", "farm-a/one", "name=farm-a/one"] {
            #expect(try early(text, .phone) == 0, "\(text)")
            #expect(try early(text, .encoder) == 0, "\(text)")
            #expect(try farm.mistakes(in: PhoneSelector(parsing: text)).count == 1, "\(text)")
        }
        for (selector, count) in [("team-red", 1), ("label=team-red", 0), ("farm-a/one", 0)] {
            let groups = [Group(name: "g", selector: selector)]
            #expect(
                Inventory.mistakes(phones: [], servers: [Self.server], groups: groups).count == count, "\(selector)")
        }
        let rack = Server(name: "rack", adbServer: Address(host: "h", port: 5037))
        let plain = try Inventory(servers: [rack])
        #expect(plain.mistakes(in: try PhoneSelector(parsing: "team-red"), beforeDiscovery: true).count == 1)
    }

    @Test func `encode services come once, by the name of their server`() throws {
        let route = SSHRoute(to: SSHHop(address: Address(host: "10.237.0.233", port: 22), user: "root"))
        let file = [
            Encoder(name: "by-address", route: route, server: "farm-a"),
            Encoder(name: "named", route: nil, server: "farm-a"),
            Encoder(name: "elsewhere", route: route),
        ]
        let farm = try Inventory(servers: [Self.server], encoders: file)
        let found = [
            DiscoveredEncoder(server: "farm-a", name: "e 1", id: "1", address: "10.237.0.233"),
            DiscoveredEncoder(server: "farm-a", name: "named", id: "2", address: nil),
            DiscoveredEncoder(server: "farm-a", name: "e 3", id: "3", address: "10.237.0.234", route: route),
            DiscoveredEncoder(server: "farm-a", name: "e/3", id: "4", address: "10.237.0.235"),
            DiscoveredEncoder(server: "farm-a", name: "", id: "5", address: ""),
        ]
        let known = try farm.adding(encoders: found)
        let added = known.encoders.dropFirst(3)
        #expect(added.map(\.name) == ["farm-a/e_3", "farm-a/e_3#2", "farm-a/5"])
        #expect(added.map(\.route) == [route, nil, nil])
        #expect(added.allSatisfy { $0.labels == ["encode"] && $0.server == "farm-a" })
        #expect(try farm.adding(encoders: []).encoders.count == 3)
        let busy = try Inventory(servers: [Self.server], groups: [Group(name: "encode", selector: "farm-a")])
        #expect(try busy.adding(encoders: found).encoders.allSatisfy { $0.labels.isEmpty })
    }
}
