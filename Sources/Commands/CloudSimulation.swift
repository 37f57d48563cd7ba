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

    /// What it has beside its services in the clear.
    struct Extras {
        /// Whether its services are asked over HTTPS.
        var tls = false
        /// Whether each server has an SSH server.
        var ssh = false
        /// Where the farm file will be written, whose neighbours certificate and key become; nil for a folder of their own.
        var farmFile: String?
    }

    private let cloud: SimulatedCloud
    private let store: SimulatedObjectStore
    private let tunnels: SimulatedTunnels?
    private let trust: SimulatedTrust?
    private let folder: String
    /// A farm file of its account and servers.
    let farmFile: String

    /// Starts a cloud.
    ///
    /// - Parameter change: What it is to be beside its account.
    /// - Throws: ``CommandFailure``.
    static func start(
        lanes: [Lane], _ extras: Extras = Extras(), _ change: (inout CloudOptions) -> Void
    ) async throws(CommandFailure) -> Self {
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
        let place = FileBeside(extras.farmFile, orIn: folder)
        var tunnels: SimulatedTunnels?
        var trust: SimulatedTrust?
        do {
            if extras.tls { trust = try SimulatedTrust(certificate: place.path("ca.pem")) }
            options.identity = trust?.identity
            if extras.ssh {
                tunnels = try await SimulatedTunnels.start(
                    options.servers, key: place.path("key"), folder: folder, lanes: lanes)
                // Whom drover logs in as is what the project's id says, and these servers know one user only.
                options.projectID = SimulatedSSHServer.user
                options.seesPhonesOnLoopback = true
            }
            var storage = ObjectStoreOptions(
                region: options.region, buckets: [bucket: options.region],
                keys: [StoreKeys(id: keyID, secret: secretKey, token: nil, end: nil)])
            storage.identity = options.identity
            let store = SimulatedObjectStore(storage, folder: folder, on: lanes[lanes.count - 1])
            let cloud = SimulatedCloud(options, objects: store, lanes: lanes)
            let service = try await cloud.start()
            let objects = try await store.start()
            let text = CloudFarmFile(
                options: options, service: "\(service)", storage: "\(objects)", servers: await cloud.serverNames,
                encoders: await cloud.encoderNames, key: tunnels?.key, ports: await tunnels?.ports ?? [],
                certificate: trust?.path, login: (domain, user)
            ).text(keyID: keyID, keyCommand: keyCommand, bucket: bucket)
            return Self(
                cloud: cloud, store: store, tunnels: tunnels, trust: trust, folder: folder, farmFile: text)
        } catch {
            await tunnels?.stop()
            trust?.remove()
            remove(folder)
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
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
        await tunnels?.stop()
        await cloud.stop()
        await store.stop()
        trust?.remove()
        Self.remove(folder)
    }

    /// Removes a folder without folders in it.
    private static func remove(_ folder: String) {
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
