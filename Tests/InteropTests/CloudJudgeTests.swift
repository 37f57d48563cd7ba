import DroverTesting
import Foundation
import JSON
import Lanes
import Secrets
import Signing
import Simulator
import Testing

@Suite("The official SDK of the Cloud Phone service judges the simulated cloud", .timeLimit(.minutes(5)))
struct CloudJudgeTests {
    @Test(
        "it calls all 59 operations, and parses every answer",
        .enabled(if: CloudSDK.isThere, CloudSDK.absence)) func judge() async throws
    {
        var options = CloudOptions()
        options.servers = 2
        options.encodersPerServer = 1
        options.writesPerMinute = nil
        options.isPaidByUse = true
        options.leavesOrdersUnpaid = true
        options.serverQuota = 6
        options.modelChange = .milliseconds(20)
        options.keys = [AccessKeys(id: "AKJUDGE", secret: Secret(name: "secret", "SKjudge"))]
        options.users = [.init(account: "FARM", name: "judge", password: Secret(name: "password", "judge-pass"))]
        let objects = ObjectsInMemory()
        objects.addBucket("farm", region: options.region)
        objects.store(try Fixture.bytes("apps/game-1.apk"), as: "apps/app.apk", in: "farm")
        objects.store(try await CloudArchive.holding("data/local/tmp/hello.txt"), as: "apps/data.tar", in: "farm")
        objects.store(try await CloudArchive.holding("data/share/a.txt"), as: "apps/shared.tar", in: "farm")

        let lanes = try Lane.pool(2)
        let cloud = SimulatedCloud(options, objects: objects, lanes: lanes)
        let address = try await cloud.start()
        await cloud.addImage("nightly")
        await cloud.offerImage("golden", from: String(repeating: "e", count: 32))
        let first = try #require(await cloud.serverIDs.last)
        await cloud.publishEvent(onServer: first)
        let answer = try await runToEnd([
            CloudSDK.python, Fixture.path("cloud/judge-cph.py"), "http://\(address)", "AKJUDGE", "SKjudge",
            options.projectID,
        ])
        await cloud.stop()
        #expect(answer.exitCode == 0, "\(answer.text)")
        let judged = Set(
            answer.output.split(separator: "\n").compactMap { $0.split(separator: ":").first.map(String.init) })
        let table = JSONValue(parsing: try Fixture.bytes("cloud/operations.json"))?.elements ?? []
        let wanted = Set(table.compactMap { $0["name"]?.text })
        #expect(wanted.count == 59)
        #expect(wanted.subtracting(judged).sorted() == [])
    }
}
