import Farm
import Lanes
import Simulator
import Synchronization
import Testing

@testable import PhoneLinks

@Suite struct RemoteCommandTests {
    @Test func `the line that ends a command fits old phones, and never finds itself`() {
        let line = RemoteCommands.ending("1a2b3c-17")
        #expect(line.utf8.count < 3500)
        #expect(!line.contains("DROVER_COMMAND=1a2b3c-17."))
        #expect(RemoteCommands.marked("id", "1a2b3c-17") == "export DROVER_COMMAND=1a2b3c-17.; id")
    }

    @Test func `marks are told apart, within a link and between links`() {
        let (first, second) = (RemoteCommands(), RemoteCommands())
        let marks = [first.nextMark(), first.nextMark(), second.nextMark(), second.nextMark()]
        #expect(Set(marks).count == 4)
        #expect(marks.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" } })
    }

    @Test(arguments: [Profile.android6, .android14])
    func `a simulated phone has none of a command that was given up`(profile: Profile) async throws {
        let lane = try Lane(name: "t")
        let farm = SimulatedFarm(SimulationOptions(phones: 1, profiles: [profile]), lanes: [lane])
        try await farm.start()
        let port = try #require(farm.phones.first).address?.port ?? 0
        let phone = Phone(name: "sim", waysIn: [.tcp(Address(host: "127.0.0.1", port: port))])
        try await Task(executorPreference: lane) {
            let link = try await PhoneDialer().connect(to: phone, on: lane)
            let task = Task(executorPreference: lane) { try await link.run("sleep 1000; sleep 1001") }
            let look = "grep -ls 'sleep 100[1]' /proc/[0-9]*/cmdline"
            while try await link.run(look).text == "" {}
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(link.abandoned == [])
            #expect(try await link.run(look).text == "")
            await link.close()
        }.value
        await farm.stop()
    }
}
