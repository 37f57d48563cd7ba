import Foundation
import Lanes
import Secrets
import Signing
import Simulator

/// A simulated cloud inside the test, so that its own record can judge what the program asked of it.
struct CloudPractice {
    private static let keys = AccessKeys(id: "AKEXAMPLE00000000001", secret: Secret(name: "sk", "SKexample0000000007"))

    let cloud: SimulatedCloud
    let store: SimulatedObjectStore
    let drover: DroverProcess

    private static let user = CloudOptions.User(
        account: "studio", name: "robot", password: Secret(name: "password", "SKexample0000000007"))

    /// Starts a cloud and writes its farm file, lends both, and takes them down on every way out.
    ///
    /// Where it has phones of KooPhone, their account is `single` and their entry `koo`.
    static func with(
        servers: Int, phones: Int, _ change: (inout CloudOptions) -> Void = { _ in },
        _ body: (CloudPractice) async throws -> Void
    ) async throws {
        let lanes = try Lane.pool(2)
        let drover = try DroverProcess()
        defer { drover.remove() }
        let objects = drover.folder.appendingPathComponent("objects")
        try FileManager.default.createDirectory(at: objects, withIntermediateDirectories: true)
        var options = CloudOptions()
        options.servers = servers
        options.phonesPerServer = phones
        options.keys = [Self.keys]
        options.opensADB = false
        options.writesPerMinute = nil
        options.users = [Self.user]
        change(&options)
        let store = SimulatedObjectStore(
            ObjectStoreOptions(
                region: options.region, buckets: ["farm-payload": options.region],
                keys: [StoreKeys(id: Self.keys.id, secret: "SKexample0000000007", token: nil, end: nil)]),
            folder: objects.path, on: lanes[1])
        let cloud = SimulatedCloud(options, objects: store, lanes: lanes)
        let service = try await cloud.start()
        let storage = try await store.start()
        let names = await cloud.serverNames.map { "  \($0): { account: main }" }
        let hasKooPhone = options.koophones > 0
        let single = """
              single:
                kind: koophone
                region: cn-north-4
                auth: { account: \(Self.user.account), user: \(Self.user.name), password: "${{ secret.sk }}" }
                bucket: farm-payload
                endpoints: { koophone: "http://\(service)\(options.koophonePath)", iam: "http://\(service)", obs: "http://\(storage)" }

            """
        let entries = (names + (hasKooPhone ? ["  koo: { account: single }"] : [])).joined(separator: "\n")
        try """
        secrets: { sk: "command printf SKexample%010d 7" }
        accounts:
          main:
            kind: huawei-cph
            region: cn-north-4
            auth: { ak: \(Self.keys.id), sk: "${{ secret.sk }}" }
            bucket: farm-payload
            endpoints: { cph: "http://\(service)", iam: "http://\(service)", obs: "http://\(storage)" }
        \(hasKooPhone ? single : "")servers:
        \(entries)
        limits: { account.writes: 600/min, account.sync-commands: 600/min, account.reads: 100/s }

        """.write(to: drover.folder.appendingPathComponent("farm.yml"), atomically: true, encoding: .utf8)
        do {
            try await body(CloudPractice(cloud: cloud, store: store, drover: drover))
        } catch {
            await cloud.stop()
            await store.stop()
            throw error
        }
        await cloud.stop()
        await store.stop()
    }
}
