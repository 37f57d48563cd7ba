import ADB
import DroverTesting
import Farm
import Lanes
import Simulator
import Testing
import Tunnels

@testable import PhoneLinks

@Suite("Phones through tunnels", .timeLimit(.minutes(5)))
struct TunnelledPhoneTests {
    private static let hop = SSHHop(address: Address(host: "10.0.0.1", port: 22), user: "root", name: "farm-a")
    private let route = SSHRoute(to: Self.hop)

    /// A simulated phone and a dialer whose tunnels lead nowhere else than straight to it.
    private struct World: Sendable {
        let lane: Lane
        let phone: Phone
        let tunnels = StraightTunnels()
        let pool: TunnelPool
        let dialer: PhoneDialer

        init(_ phone: Phone, on lane: Lane) {
            self.lane = lane
            self.phone = phone
            pool = TunnelPool(tunnels)
            dialer = PhoneDialer(tunnels: pool)
        }
    }

    private func with(_ body: @escaping @Sendable (World) async throws -> Void) async throws {
        let lane = try Lane(name: "test")
        let farm = SimulatedFarm(SimulationOptions(phones: 1), lanes: [lane])
        try await farm.start()
        let port = try #require(farm.phones[0].address?.port)
        let phone = Phone(name: "cp-1", waysIn: [.ssh(route, Address(host: "127.0.0.1", port: port))])
        let outcome = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            let world = World(phone, on: lane)
            do {
                try await body(world)
                await world.pool.close()
                return .success(())
            } catch {
                await world.pool.close()
                return .failure(error)
            }
        }.value
        await farm.stop()
        try outcome.get()
    }

    @Test func `a phone behind a host is used like any other`() async throws {
        try await with { world in
            let link = try await world.dialer.connect(to: world.phone, on: world.lane)
            #expect(try await link.run("echo hello").text == "hello")
            #expect(link.facts["way-in"] == world.phone.waysIn[0].description)
            #expect(link.facts["way-in"]?.hasPrefix("ssh farm-a, 127.0.0.1:") == true)
            await link.close()
        }
    }

    @Test func `a phone whose host drops is lost for the host's sake, and is there again when dialled anew`()
        async throws
    {
        try await with { world in
            let link = try await world.dialer.connect(to: world.phone, on: world.lane)
            let waiting = Task(executorPreference: world.lane) { try await link.run("sleep 600") }
            _ = try await link.run("id")
            world.tunnels.carriers[0].cut()
            let error = try #require(await #expect(throws: PhoneError.self) { try await waiting.value })
            #expect(error.code == .lost)
            #expect(error.isHosts)
            #expect(error.reason == "the SSH connection to farm-a ended: the host closed the connection")
            #expect(error.advice?.contains("look at farm-a") == true)
            await link.close()
            let again = try await world.dialer.connect(to: world.phone, on: world.lane)
            #expect(try await again.run("echo back").text == "back")
            #expect(world.tunnels.dialled == ["farm-a", "farm-a"])
            await again.close()
        }
    }

    @Test func `what a host that cannot be reached says is told as it is`() async throws {
        try await with { world in
            let refused = PhoneError(
                .unreachable, operation: "connect to root@10.0.0.1:22 (farm-a)", reason: "Connection refused")
            world.tunnels.answer(.fail(refused))
            let error = await #expect(throws: PhoneError.self) {
                try await world.dialer.connect(to: world.phone, on: world.lane)
            }
            #expect(error == refused.ofHost)
        }
    }

    @Test func `a phone that has another way in takes it when its host fails`() async throws {
        try await with { world in
            guard case .ssh(_, let address) = world.phone.waysIn[0] else { return }
            let both = Phone(name: "cp-1", waysIn: world.phone.waysIn + [.tcp(address)])
            world.tunnels.answer(.fail(PhoneError(.unauthorized, operation: "log in", reason: "denied")))
            let link = try await world.dialer.connect(to: both, on: world.lane)
            #expect(link.facts["way-in"] == "tcp:\(address)")
            await link.close()
        }
    }

    @Test func `a rack's adb server is asked through its host`() async throws {
        try await with { world in
            let lane = world.lane
            let list = "R5CT10 device transport_id:3\n"
            let length = String(list.utf8.count, radix: 16)
            let answer = Array(("OKAY" + String(repeating: "0", count: 4 - length.count) + length + list).utf8)
            let listener = try ScriptedListener(on: lane, answers: { $0 == "host:devices-l" ? answer : nil })
            let rack = Server(
                name: "rack-1", adbServer: Address(host: "127.0.0.1", port: listener.address.port),
                route: SSHRoute(to: Self.hop))
            let bare = Server(name: "farm-b", adbServer: nil, route: SSHRoute(to: Self.hop))
            let answers = try await Discovery(tunnels: world.pool).ask([rack, bare], on: lane)
            #expect(answers.map(\.failure) == [nil, nil])
            #expect(answers[0].phones.map(\.serial) == ["R5CT10"])
            #expect(answers[1].phones.isEmpty)
            #expect(world.tunnels.dialled == ["farm-a"])
            listener.close()
        }
    }
}
