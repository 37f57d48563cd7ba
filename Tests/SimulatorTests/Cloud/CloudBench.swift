import Crypto
import DroverTesting
import JSON
import Lanes
import Secrets
import Signing

@testable import Simulator

/// A simulated cloud that is asked without a connection, on a clock that the test owns; jobs take no time.
struct CloudBench {
    let cloud: SimulatedCloud
    let objects: ObjectsInMemory
    let clock: ManualClock
    let lane: Lane
    /// Where it listens.
    let address: SocketAddress
    let servers: [String]
    let phones: [String]

    static let keys = AccessKeys(id: "AKTEST", secret: Secret(name: "secret", "SKtest"))

    /// What was answered.
    struct Answer {
        let status: Int
        let json: JSONValue
        let reply: HTTPReply

        var code: String? { json["error_code"]?.text }
        var requestID: String { json["request_id"]?.text ?? "" }
        /// The elements of `jobs`.
        var jobs: [JSONValue] { json["jobs"]?.elements ?? [] }
        /// The codes of elements without a job.
        var refusals: [String] { jobs.compactMap { $0["error_code"]?.text } }
    }

    /// Runs `test` with a cloud of two servers with two phones each, unless `change` says otherwise.
    static func run(
        _ change: (inout CloudOptions) -> Void = { _ in }, _ test: (CloudBench) async throws -> Void
    ) async throws {
        var options = CloudOptions()
        options.servers = 2
        options.keys = [keys]
        options.users = [.init(account: "FARM", name: "user", password: Secret(name: "password", "password"))]
        options.writesPerMinute = nil
        options.durations = JobDurations(others: .zero)
        change(&options)
        let clock = ManualClock()
        let lane = try Lane(name: "cloud", clock: clock)
        let objects = ObjectsInMemory()
        objects.addBucket("farm", region: options.region)
        objects.addBucket("far", region: "ap-southeast-1")
        let cloud = SimulatedCloud(options, objects: objects, lanes: [lane])
        let address = try await cloud.start()
        let bench = CloudBench(
            cloud: cloud, objects: objects, clock: clock, lane: lane, address: address, servers: await cloud.serverIDs,
            phones: await cloud.phoneIDs)
        do { try await test(bench) } catch {
            await cloud.stop()
            throw error
        }
        await cloud.stop()
    }

    var project: String { "/v1/\(cloud.options.projectID)" }

    // MARK: Asking

    /// Signs and asks; a path that begins with a slash is taken as it is, any other stands below `cloud-phone`.
    func ask(
        _ method: String, _ path: String, _ body: JSONValue? = nil, keys: AccessKeys = keys, skew: Int = 0
    ) async throws -> Answer {
        let target = path.hasPrefix("/") ? path : "\(project)/cloud-phone/\(path)"
        let head = HTTPRequestHead(method: method, target: target, minorVersion: 1, fields: [])
        var fields = [HTTPRequestHead.Field(name: "Host", value: "cloud")]
        if body != nil { fields.append(.init(name: "Content-Type", value: "application/json")) }
        let request = SignableRequest(
            method, host: "cloud", path: head.path,
            query: head.query.map { SignableRequest.Parameter($0.name, $0.value) },
            fields: fields.dropFirst().map { SignableRequest.Field($0.name, $0.value) })
        let bytes = body?.bytes ?? []
        let time = SigningTime(secondsSince1970: Int(await cloud.seconds) + skew)
        for field in try SDKSignature(request, body: bytes, keys: keys, at: time).fields {
            fields.append(.init(name: field.name, value: field.value.reveal { $0 }))
        }
        return await send(method, target, fields, bytes)
    }

    /// Asks without any signature.
    func send(
        _ method: String, _ target: String, _ fields: [HTTPRequestHead.Field] = [], _ body: [UInt8] = []
    ) async -> Answer {
        let head = HTTPRequestHead(method: method, target: target, minorVersion: 1, fields: fields)
        let reply = await cloud.answer(head, body)
        guard case .bytes(let bytes) = reply.body else {
            return Answer(status: reply.status, json: .null, reply: reply)
        }
        return Answer(status: reply.status, json: JSONValue(parsing: bytes) ?? .null, reply: reply)
    }

    /// Asks for something that starts jobs, and waits for them.
    ///
    /// - Returns: The jobs as they are told at the end, in the order of the elements.
    func finish(_ method: String, _ path: String, _ body: JSONValue) async throws -> [JSONValue] {
        let answer = try await ask(method, path, body)
        await cloud.finishJobs()
        return try await ask("GET", "jobs?request_id=\(answer.requestID)").jobs
    }

    /// Runs an ADB command to its end.
    func command(_ command: String, _ content: String, _ phones: [String]) async throws -> [JSONValue] {
        try await finish(
            "POST", "phones/commands",
            ["command": .text(command), "content": .text(content), "phone_ids": Self.list(phones)])
    }

    static func list(_ texts: [String]) -> JSONValue { .array(texts.map { .text($0) }) }

    /// Runs a line in a phone's shell, from behind.
    func shell(_ phone: String, _ line: String) async -> String {
        guard let phone = await cloud.phone(phone) else { return "no such phone" }
        return String(decoding: await phone.runShell(line, limit: nil).output, as: UTF8.self)
    }

    /// A plain archive with one file.
    static func archive(_ path: String, _ text: String, owner: UInt32 = 0) -> [UInt8] {
        var export = PhoneExport(excluding: [])
        var file = FileEntry.file(text)
        file.owner = owner
        file.group = owner
        export.add(file, at: path)
        return export.finished()
    }
}

extension JSONValue {
    /// A job that ended well.
    var isSuccess: Bool { self["status"]?.integer == 2 }
    var output: String { self["execute_msg"]?.text ?? "" }
    var code: String { self["error_code"]?.text ?? "" }
}
