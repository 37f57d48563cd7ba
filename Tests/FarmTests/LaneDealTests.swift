import Farm
import Testing

@Suite("Lanes for phones")
struct LaneDealTests {
    private func phones(_ count: Int, behind host: String?) -> [Phone] {
        let address = Address(host: "10.0.0.1", port: 5555)
        let route = host.map { SSHRoute(to: SSHHop(address: Address(host: $0, port: 22), user: "root", name: $0)) }
        return (0..<count).map {
            Phone(name: "\(host ?? "p")-\($0)", waysIn: [route.map { .ssh($0, address) } ?? .tcp(address)])
        }
    }

    private func deal(_ phones: [Phone], among count: Int) -> [Int] {
        var deal = LaneDeal(count: count)
        return phones.map { deal.deal($0) }
    }

    @Test func `phones that stand alone come in turn`() {
        #expect(deal(phones(6, behind: nil), among: 4) == [0, 1, 2, 3, 0, 1])
    }

    @Test func `phones behind one host live together, and hosts are spread`() {
        let hosts = ["a", "b", "c", "d", "e"].map { phones(25, behind: $0) }
        for (place, host) in hosts.enumerated() {
            let before = hosts.prefix(place).flatMap(\.self)
            #expect(Set(deal(before + host, among: 4).suffix(25)) == [place % 4])
        }
    }

    @Test func `a host with very many phones has more than one lane`() {
        let lanes = deal(phones(200, behind: "a"), among: 4)
        #expect(Set(lanes.prefix(LaneDeal.phonesTogether)) == [0])
        #expect(Set(lanes) == [0, 1, 2, 3])
        #expect(deal(phones(200, behind: "a"), among: 1).allSatisfy { $0 == 0 })
    }

    @Test func `what is no phone has its turn as well`() {
        var deal = LaneDeal(count: 3)
        #expect((0..<4).map { _ in deal.deal(nil) } == [0, 1, 2, 0])
    }
}
