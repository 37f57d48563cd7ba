import Lanes
import Testing

@testable import Simulator

/// Many phones at once.
@Suite(.timeLimit(.minutes(5)))
struct SimulatedFarmTests {
    @Test func `a farm file names every phone with its address and its release`() async throws {
        var options = SimulationOptions(phones: 3, profiles: [.android9, .android14])
        options.faults = [FaultAssignment("garbage@sim-002")].compactMap(\.self)
        try await withFarm(options) { farm in
            let lines = farm.farmFileText.split(separator: "\n")
            #expect(lines[1] == "phones:")
            let port = try #require(farm.phones[1].address).port
            #expect(lines[3] == "  sim-002: { adb: \"tcp:127.0.0.1:\(port)\", labels: [android-14] }  # fault: garbage")
            #expect(lines[2].hasSuffix("labels: [android-9] }"))
        }
    }

    @Test func `ports that adb takes for emulators are left out`() async throws {
        try await withFarm(SimulationOptions(phones: 4, basePort: 5580)) { farm in
            #expect(farm.phones.map { $0.address?.port } == [5580, 5582, 5584, 5586])
        }
    }

    @Test func `a taken port is an error that names it`() async throws {
        try await withFarm(SimulationOptions(phones: 1)) { farm in
            let port = try #require(farm.phones[0].address).port
            let second = SimulatedFarm(SimulationOptions(phones: 1, basePort: port), lanes: try Lane.pool(1))
            let error = await #expect(throws: SimulatorError.self) { try await second.start() }
            #expect(error?.description == "listen on 127.0.0.1:\(port) for sim-001: Address already in use")
        }
    }

    @Test func `phones are different and the same in every run`() {
        let options = SimulationOptions(phones: 300, profiles: Profile.all, seed: 9)
        guard let lanes = try? Lane.pool(2) else { return }
        let first = SimulatedFarm(options, lanes: lanes).phones.map(\.serial)
        #expect(Set(first).count == 300)
        #expect(first == SimulatedFarm(options, lanes: lanes).phones.map(\.serial))
    }

    @Test func `a hundred hosts are answered at once`() async throws {
        try await withFarm(SimulationOptions(phones: 100)) { farm in
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for phone in farm.phones {
                    group.addTask {
                        let host = try await ScriptedHost(phone)
                        try await host.shakeHands()
                        let answer = try await host.run("shell:getprop ro.serialno")
                        await host.close()
                        return String(decoding: answer, as: UTF8.self)
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers == Set(farm.phones.map { "\($0.serial)\n" }))
            #expect(farm.record.total(\.handshakes) == 100)
        }
    }

    @Test func `counters alone do not grow`() async throws {
        try await withFarm(SimulationOptions(phones: 1, detail: .counters)) { farm in
            let host = try await ScriptedHost(farm.phones[0])
            try await host.shakeHands()
            for _ in 0..<10 { _ = try await host.run("shell:true") }
            await host.close()
            #expect(farm.record.phones[0].deeds.streams == 10 && farm.record.phones[0].deeds.services.isEmpty)
        }
    }
}
