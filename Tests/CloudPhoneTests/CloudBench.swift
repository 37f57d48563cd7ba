import CloudPhone
import Curl
import DroverTesting
import JSON
import Lanes
import Secrets
import Signing
import Synchronization

/// Ids as the service makes them.
enum SampleID {
    static let project = "05e1aef0a1b2c3d4e5f60718293a4b5c"

    /// A phone, server, job or call, by its number.
    static func numbered(_ number: Int, _ letter: String = "a") -> String {
        let digits = String(number)
        return String(repeating: letter, count: 32 - digits.count) + digits
    }
}

/// How the account of a test proves who it is.
enum SampleLogin {
    static let keys = CloudLogin.keys(
        AccessKeys(
            id: "AKEXAMPLE00000000001", secret: Secret(name: "sk", "SKexample0000000000000000000000000000001")))
    static let password = CloudLogin.password(
        account: "studio", user: "runner", Secret(name: "password", "correct horse"))
}

extension ScriptedHTTPServer {
    /// An account for which this server is the whole cloud.
    func account(
        _ login: CloudLogin = SampleLogin.keys, projectID: String? = SampleID.project,
        limits: CloudLimits = CloudLimits(syncPerMinute: 1000, writesPerMinute: 1000, readsPerSecond: 1000)
    ) throws -> CloudAccount {
        try CloudAccount(
            name: "lab", region: "cn-north-4", projectID: projectID,
            endpoints: CloudEndpoints(region: "cn-north-4", cph: base, iam: base, obs: base), login: login,
            limits: limits)
    }

    /// A client of such an account that hardly pauses.
    func client(
        _ login: CloudLogin = SampleLogin.keys, projectID: String? = SampleID.project,
        limits: CloudLimits = CloudLimits(syncPerMinute: 1000, writesPerMinute: 1000, readsPerSecond: 1000),
        clock: any LaneClock = SystemClock(), folder: String? = nil, notes: NoteBook = NoteBook(),
        now: @escaping @Sendable () -> Int = { CloudTime.now }
    ) throws -> CloudClient {
        try CloudClient(
            account(login, projectID: projectID, limits: limits), on: Lane(name: "cloud", clock: clock),
            http: HTTPClientOptions(proxy: .none),
            options: CloudClientOptions(
                retry: CloudRetryPolicy(firstPause: .milliseconds(1), random: { 0.5 }), tokenFolder: folder,
                note: { notes.add($0) }, now: now))
    }
}

/// Takes lines from anywhere.
final class NoteBook: Sendable {
    private let taken = Mutex<[String]>([])

    var lines: [String] { taken.withLock { $0 } }
    func add(_ line: String) { taken.withLock { $0.append(line) } }
}

/// A number that anybody may read and set.
final class NumberBox: Sendable {
    private let number: Mutex<Int>

    init(_ number: Int) { self.number = Mutex(number) }

    var value: Int {
        get { number.withLock { $0 } }
        set { number.withLock { $0 = newValue } }
    }
}

extension HTTPLine {
    /// Answers with JSON and the call's id in the header.
    func answer(_ value: JSONValue, _ status: Int = 200, callID: String = SampleID.numbered(1, "e")) {
        answer(status, [("X-Request-Id", callID), ("Content-Type", "application/json")], value.bytes)
    }

    /// Answers as the service does when it refuses.
    func refuse(_ status: Int, _ code: String, _ message: String) {
        answer(
            ["error_code": .text(code), "error_msg": .text(message), "request_id": .text(SampleID.numbered(9, "c"))],
            status)
    }

    /// Answers to a login with a token of that name that ends after so many seconds.
    func grant(_ token: String, until end: String = "2036-01-03T03:04:05.000000Z") {
        let body: JSONValue = ["token": ["expires_at": .text(end), "project": ["id": .text(SampleID.project)]]]
        answer(201, [("X-Subject-Token", token)], body.bytes)
    }
}

/// The error that a call ends with.
func failure<Value>(_ body: () async throws -> Value) async -> CloudError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? CloudError
    }
}

/// Moves a clock in small steps until something holds.
func advance(_ clock: ManualClock, by step: Duration = .milliseconds(250), until isMet: () async -> Bool) async {
    while await !isMet() { await clock.advance(by: step) }
}
