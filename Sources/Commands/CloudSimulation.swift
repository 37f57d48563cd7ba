import Farm
import Glibc
import JSON
import Lanes
import Secrets
import Signing
import Simulator

/// A simulated cloud in this process, for `drover simulate --cloud`: its services, its bucket, and the phones behind them.
struct CloudSimulation: Sendable {
    private static let keyID = "AKSIMULATED000000001"
    private static let secretKey = "SKsimulated" + String(repeating: "0", count: 27) + "1"
    /// Prints the key without holding it, as what a run keeps of its farm file is cleaned of secrets.
    private static let keyCommand = "command printf SKsimulated%028d 1"
    private static let domain = "simulated-account"
    private static let user = "simulated-user"
    private static let bucket = "drover-simulated"

    private let cloud: SimulatedCloud
    private let store: SimulatedObjectStore
    private let folder: String
    /// A farm file of its account and servers.
    let farmFile: String

    /// Starts a cloud.
    ///
    /// - Parameter change: What it is to be beside its account.
    /// - Throws: ``CommandFailure``.
    static func start(lanes: [Lane], _ change: (inout CloudOptions) -> Void) async throws(CommandFailure) -> Self {
        var template = Array("\(ProcessEnvironment.all["TMPDIR"] ?? "/tmp")/drover-cloud-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFailure("cannot make a folder for objects: \(SystemError("mkdtemp").reason)")
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var options = CloudOptions()
        options.keys = [AccessKeys(id: keyID, secret: Secret(name: "sk", secretKey))]
        change(&options)
        if options.koophones > 0 {
            options.users = [.init(account: domain, name: user, password: Secret(name: "password", secretKey))]
        }
        let store = SimulatedObjectStore(
            ObjectStoreOptions(
                region: options.region, buckets: [bucket: options.region],
                keys: [StoreKeys(id: keyID, secret: secretKey, token: nil, end: nil)]),
            folder: folder, on: lanes[lanes.count - 1])
        let cloud = SimulatedCloud(options, objects: store, lanes: lanes)
        do {
            let service = try await cloud.start()
            let storage = try await store.start()
            let servers = await cloud.serverNames
            return Self(
                cloud: cloud, store: store, folder: folder,
                farmFile: farmFile(options, service: "\(service)", storage: "\(storage)", servers: servers))
        } catch {
            rmdir(folder)
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
    }

    /// Whoever reads the file can have the secret key, as everything behind it is simulated and on this machine alone.
    private static func farmFile(
        _ options: CloudOptions, service: String, storage: String, servers: [String]
    ) -> String {
        let hasInstances = options.koophones > 0
        let account = """
              koophone:
                kind: koophone
                region: \(options.region)
                auth: { account: \(domain), user: \(user), password: "${{ secret.simulated_sk }}" }
                bucket: \(bucket)
                endpoints: { koophone: "http://\(service)\(options.koophonePath)", iam: "http://\(service)", obs: "http://\(storage)" }

            """
        return """
            # A simulated cloud; what it rents out ends with the program that printed this.
            secrets:
              simulated_sk: \(keyCommand)
            accounts:
              simulated:
                kind: huawei-cph
                region: \(options.region)
                project: \(options.projectID)
                auth: { ak: \(keyID), sk: "${{ secret.simulated_sk }}" }
                bucket: \(bucket)
                endpoints: { cph: "http://\(service)", iam: "http://\(service)", obs: "http://\(storage)" }
            \(hasInstances ? account : "")servers:
            \(servers.map { "  \($0): { account: simulated }" }.joined(separator: "\n"))\(hasInstances ? "\n  koophones: { account: koophone }" : "")

            """
    }

    /// What was asked of it so far, as JSON: calls by operation, those that flow control refused, and the bytes that were
    /// read from the bucket for each server.
    var record: String {
        let record = cloud.record
        let calls = Dictionary(grouping: record.calls, by: \.operation).mapValues { JSONValue.integer(Int64($0.count)) }
        let throttled = record.throttled.mapValues { JSONValue.integer(Int64($0)) }
        let read = record.bytesRead.mapValues { JSONValue.unsigned($0) }
        let value: JSONValue = [
            "calls": .object(calls), "throttled": .object(throttled), "bytes-read": .object(read),
        ]
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    /// Ends it, and removes what was stored.
    func stop() async {
        await cloud.stop()
        await store.stop()
        guard let stream = opendir(folder) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink("\(folder)/\(name)") }
        }
        closedir(stream)
        rmdir(folder)
    }
}
