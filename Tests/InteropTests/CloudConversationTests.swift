import CloudPhone
import DroverTesting
import Foundation
import JSON
import Lanes
import Secrets
import Signing
import Simulator
import Testing

@Suite("A long random conversation with the simulated cloud", .timeLimit(.minutes(5)))
struct CloudConversationTests {
    /// Calls of the conversation.
    private static let count = 10_000

    /// One answer as it was written down.
    private struct Heard {
        let operation: String
        let status: Int
        let body: [UInt8]

        init(_ line: Substring) throws {
            let value = try #require(JSONValue(parsing: line.utf8))
            operation = try #require(value["operation"]?.text)
            status = try #require(value["status"]?.integer.flatMap { Int(exactly: $0) })
            body = Array(try #require(value["body"]?.text).utf8)
        }
    }

    @Test(
        "every answer has a documented shape, and drover's client reads it",
        .enabled(if: CloudSDK.isThere, CloudSDK.absence)) func conversation() async throws
    {
        var options = CloudOptions()
        options.servers = 3
        options.phonesPerServer = 3
        options.writesPerMinute = nil
        options.readsPerSecond = nil
        options.syncCommandsPerMinute = .max
        options.isPaidByUse = true
        options.opensADB = false
        options.serverQuota = 8
        options.modelChange = .milliseconds(20)
        options.durations = JobDurations(others: .milliseconds(2))
        options.phones.detail = .counters
        options.keys = [AccessKeys(id: "AKTALK", secret: Secret(name: "secret", "SKtalk"))]
        let objects = ObjectsInMemory()
        objects.addBucket("farm", region: options.region)
        objects.store(try Fixture.bytes("apps/game-1.apk"), as: "apps/app.apk", in: "farm")
        objects.store(try await CloudArchive.holding("data/local/tmp/hello.txt"), as: "apps/data.tar", in: "farm")
        objects.store(try await CloudArchive.holding("data/share/a.txt"), as: "apps/shared.tar", in: "farm")
        let cloud = SimulatedCloud(options, objects: objects, lanes: try Lane.pool(2))
        let address = try await cloud.start()
        for number in 0..<40 { await cloud.addImage("own-\(number)") }
        for number in 0..<5 {
            await cloud.offerImage("offered-\(number)", from: String(repeating: "e", count: 32))
        }
        for server in await cloud.serverIDs {
            for number in 0..<40 { await cloud.publishEvent(isDiskRecovery: number % 2 == 0, onServer: server) }
        }
        let folder = try ScratchFolder()
        let answer = try await runToEnd([
            CloudSDK.python, Fixture.path("cloud/converse-cph.py"), "http://\(address)", "AKTALK", "SKtalk",
            options.projectID, Fixture.path("cloud/operations.json"), "20261122", "\(Self.count)",
            "\(folder.path)/answers",
        ])
        await cloud.stop()
        #expect(answer.exitCode == 0, "\(answer.text)")
        let text = try #require(RepositoryFile.text(at: "\(folder.path)/answers"))
        try judge(text.split(separator: "\n"))
    }

    private func judge(_ lines: [Substring]) throws {
        var successes: [String: Int] = [:]
        var refusals: [String: Int] = [:]
        for line in lines {
            let heard = try Heard(line)
            let operation = try OperationCatalog.operation(named: heard.operation)
            if heard.status < 300 {
                successes[heard.operation, default: 0] += 1
                let json = heard.body.isEmpty ? .object([:]) : try #require(JSONValue(parsing: heard.body))
                #expect(throws: Never.self, "\(heard.operation): \(line.prefix(400))") {
                    let answer = try operation.read(json)
                    #expect((answer.started != nil) == operation.shape.startsJobs)
                }
            } else {
                refusals[heard.operation, default: 0] += 1
                let json = try #require(JSONValue(parsing: heard.body))
                let fault = ServiceFault(
                    code: json["error_code"]?.text, message: json["error_msg"]?.text ?? "", requestID: nil)
                #expect((400..<500).contains(heard.status))
                #expect(fault.rule.meaning != nil, "\(fault.code ?? "no code") is not documented")
            }
        }
        // A few arguments the SDK refuses by itself, so not every call is sent.
        #expect(lines.count > Self.count * 9 / 10)
        let names = OperationCatalog.all.map(\.name).sorted()
        #expect(successes.keys.sorted() == names)
        #expect(refusals.keys.count > names.count * 9 / 10)
    }
}
