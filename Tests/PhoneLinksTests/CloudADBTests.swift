import DroverTesting
import Farm
import Lanes
import Simulator
import Synchronization
import Testing
import Tunnels

@testable import PhoneLinks

@Suite("ADB to phones whose address a cloud tells", .timeLimit(.minutes(2)))
struct CloudADBTests {
    /// A cloud that tells addresses, and has no phones of its own.
    private final class Cloud: CloudDialing {
        private struct State {
            var answers: [CloudADBAddress] = []
            var questions: [CloudADBAddress?] = []
            var told: [String] = []
        }
        private let state: Mutex<State>

        init(_ answers: [CloudADBAddress]) { state = Mutex(State(answers: answers)) }

        /// What each question said had led nowhere.
        var questions: [CloudADBAddress?] { state.withLock { $0.questions } }
        var told: [String] { state.withLock { $0.told } }

        func phone(_ phone: Phone, at place: CloudPlace, on lane: Lane) throws(ServiceError) -> any BatchedPhone {
            throw ServiceError("none", operation: "use \(phone.name)", reason: "there is no service here")
        }

        func adbAddress(of place: CloudPlace, insteadOf failed: CloudADBAddress?) async throws -> CloudADBAddress {
            try state.withLock { state in
                state.questions.append(failed)
                guard let first = state.answers.first else {
                    throw ServiceError("CPS.0001", operation: "find it", reason: "no permission", advice: "ask for it")
                }
                if state.answers.count > 1 { state.answers.removeFirst() }
                return first
            }
        }

        func tellWithoutADB(_ phone: Phone, because error: PhoneError) {
            state.withLock { $0.told.append("\(phone.name): \(error.reason)") }
        }
    }

    /// The phone is known to nobody's service, so that ADB alone can reach it.
    private func phone(_ access: CloudServer.ADBAccess) -> Phone {
        let place = CloudPlace(account: "main", server: "s1", phone: "p1")
        return Phone(name: "cp", waysIn: [.cloudADB(place, access)], server: "farm-a")
    }

    private func with(_ body: @escaping @Sendable (Lane, UInt16) async throws -> Void) async throws {
        let lane = try Lane(name: "test")
        let farm = SimulatedFarm(SimulationOptions(phones: 1), lanes: [lane])
        try await farm.start()
        let port = try #require(farm.phones[0].address?.port)
        let outcome = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            do {
                try await body(lane, port)
                return .success(())
            } catch {
                return .failure(error)
            }
        }.value
        await farm.stop()
        try outcome.get()
    }

    private static func address(_ port: UInt16, publicHost: String? = "1.2.3.4") -> CloudADBAddress {
        let place = Address(host: "127.0.0.1", port: port)
        return CloudADBAddress(phone: place, network: place, publicHost: publicHost, project: "project")
    }

    @Test func `through SSH the phone is dialled from its server, by the name of the farm`() async throws {
        try await with { lane, port in
            let tunnels = StraightTunnels()
            let pool = TunnelPool(tunnels)
            let cloud = Cloud([Self.address(port)])
            let dialer = PhoneDialer(tunnels: pool, clouds: cloud)
            let link = try await dialer.connect(to: phone(.ssh(nil, port: 2222)), on: lane)
            #expect(try await link.run("echo hello").text == "hello")
            // The same way whatever the address: what is remembered of the phone goes by it.
            #expect(link.facts["way-in"] == "cloud main, p1, adb through ssh")
            #expect(tunnels.dialled == ["farm-a"])
            #expect(cloud.questions == [nil])
            await link.close()
            await pool.close()
        }
    }

    @Test func `an address that leads nowhere is asked for once more, and then it is enough`() async throws {
        try await with { lane, port in
            let held = try HeldPorts(1)
            let stale = Self.address(held.ports[0])
            let moved = Cloud([stale, Self.address(port)])
            let link = try await PhoneDialer(clouds: moved).connect(to: phone(.direct), on: lane)
            #expect(moved.questions == [nil, stale])
            await link.close()
            // The same once more means that there is no other.
            let away = Cloud([stale])
            let error = await #expect(throws: PhoneError.self) {
                try await PhoneDialer(clouds: away).connect(to: phone(.direct), on: lane)
            }
            #expect(error?.code == .unreachable)
            #expect(away.questions == [nil, stale])
        }
    }

    @Test func `a host that refuses us is where it should be`() async throws {
        try await with { lane, port in
            let tunnels = StraightTunnels()
            tunnels.answer(
                .fail(PhoneError(.unauthorized, operation: "log in", reason: "wrong key", mayHaveBeenSent: false)))
            let pool = TunnelPool(tunnels)
            let cloud = Cloud([Self.address(port)])
            let error = await #expect(throws: PhoneError.self) {
                try await PhoneDialer(tunnels: pool, clouds: cloud).connect(to: phone(.ssh(nil)), on: lane)
            }
            #expect(error?.code == .unauthorized)
            #expect(cloud.questions == [nil])
            await pool.close()
        }
    }

    @Test func `what the cloud does not tell is told with its advice`() async throws {
        try await with { lane, port in
            let silent = await #expect(throws: PhoneError.self) {
                try await PhoneDialer(clouds: Cloud([])).connect(to: phone(.direct), on: lane)
            }
            #expect(silent?.description == "find it: no permission")
            #expect(silent?.advice == "ask for it")
            let cloud = Cloud([Self.address(port, publicHost: nil)])
            let hidden = await #expect(throws: PhoneError.self) {
                try await PhoneDialer(clouds: cloud).connect(to: phone(.ssh(nil)), on: lane)
            }
            #expect(hidden?.reason == "the server has no public address")
            #expect(cloud.questions == [nil])
        }
    }

    @Test func `a phone that no server shows is asked of nobody`() async throws {
        try await with { lane, _ in
            let place = CloudPlace(account: "main", server: "farm-a", phone: "star")
            let phone = Phone(name: "star", waysIn: [.cloud(place)], server: "farm-a", serial: "star")
            let error = await #expect(throws: PhoneError.self) {
                try await PhoneDialer(clouds: Cloud([])).connect(to: phone, on: lane)
            }
            #expect(error?.reason == "its server does not show it")
        }
    }
}
