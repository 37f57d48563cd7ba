import ADB
import ADBWire
import Lanes
import Simulator
import Testing

/// Our client through a real adb server to our phones: what a rack of USB phones looks like from here.
@Suite(
    "Our client and a real adb server",
    .enabled(if: Counterpart.currentADB.isThere, Counterpart.currentADB.absence),
    .timeLimit(.minutes(5))
)
struct RealADBServerTests {
    @Test("a command tells its exit code and keeps its outputs apart", arguments: [Profile.android9, .android14])
    func shell(profile: Profile) async throws {
        try await throughServer(profile) { phone, _ in try await Conversations.shell(on: phone) }
    }

    @Test("a file comes back as it went", arguments: [Profile.android9, .android14])
    func roundTrips(profile: Profile) async throws {
        try await throughServer(profile) { phone, _ in
            try await Conversations.roundTrips(on: phone, in: "/data/local/tmp")
        }
    }

    @Test("a command reads a long input", arguments: [Profile.android9, .android14])
    func feed(profile: Profile) async throws {
        try await throughServer(profile) { phone, record in
            let block = SharedBytes([UInt8](repeating: 7, count: 1_000_003))
            let input = [SharedSlice](repeating: SharedSlice(block), count: 20)
            let result = try await phone.feed("wc -c", input: input)
            #expect(result.exit == 0)
            #expect(String(decoding: result.output, as: UTF8.self) == "20000060\n")
            #expect(record.deeds.payloadBytes == 20_000_060)
        }
    }

    @Test("apps are installed, in one part and in three, and uninstalled", arguments: [Profile.android9, .android14])
    func install(profile: Profile) async throws {
        try await throughServer(profile) { phone, record in
            try await Conversations.install(on: phone)
            #expect(record.deeds.installs.map(\.files) == [1, 3])
            #expect(record.deeds.uninstalls == ["com.studio.game"])
        }
    }

    @Test func `phones of a killed server are lost, others go on, and a new server brings them back`() async throws {
        let first = try await ADBProgram(.currentADB)
        try await withFarm(SimulationOptions(phones: 3)) { farm in
            let serials = farm.phones.prefix(2).map(\.networkSerial)
            for serial in serials { _ = try await first("connect", serial) }
            let lane = try Lane(name: "interop")
            let port = first.port
            let direct = try #require(farm.phones[2].address)
            try await Task(executorPreference: lane) {
                let server = ADBServer(at: .loopback(port: port))
                let alone = try await ADBLink.connect(to: direct, on: lane)
                defer { alone.close() }
                for serial in serials {
                    let phone = try await ADBServerConnection.connect(to: serial, through: server, on: lane)
                    #expect(try await phone.run("true").exit == 0)
                    phone.close()
                }
                let phone = try await ADBServerConnection.connect(to: serials[0], through: server, on: lane)
                defer { phone.close() }

                first.stop()
                await #expect(throws: ADBError.self) { try await phone.run("true") }
                #expect(phone.failure?.code == .lost)
                await #expect(throws: ADBError.self) {
                    try await ADBServerConnection.connect(to: serials[1], through: server, on: lane)
                }
                #expect(try await alone.run("true").exit == 0, "a phone that needs no server goes on")

                let second = try await ADBProgram(.currentADB, port: port)
                defer { second.stop() }
                for serial in serials { _ = try await second("connect", serial) }
                // A server that could not be reached is left alone for a moment; connecting waits for that by itself.
                for serial in serials {
                    let phone = try await ADBServerConnection.connect(to: serial, through: server, on: lane)
                    #expect(try await phone.run("true").exit == 0)
                    phone.close()
                }
            }.value
        }
    }

    /// Puts a real server between us and one simulated phone.
    private func throughServer(
        _ profile: Profile, _ body: @escaping @Sendable (ADBServerConnection, PhoneRecord) async throws -> Void
    ) async throws {
        let adb = try await ADBProgram(.currentADB)
        defer { adb.stop() }
        try await withFarm(SimulationOptions(phones: 1, profiles: [profile])) { farm in
            let phone = farm.phones[0]
            let serial = phone.networkSerial
            let told = try await adb("connect", serial)
            try #require(told.output.contains("connected to"), "\(told.text)")
            let lane = try Lane(name: "interop")
            let port = adb.port
            try await Task(executorPreference: lane) {
                let server = ADBServer(at: .loopback(port: port))
                let connection = try await ADBServerConnection.connect(to: serial, through: server, on: lane)
                defer { connection.close() }
                try await body(connection, phone.record)
            }.value
        }
    }
}
