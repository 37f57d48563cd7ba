import DroverTesting
import Farm
import Foundation
import Glibc
import Journal
import Lanes
import Simulator
import Testing

/// One playbook on four farms, whose phones are reached in the four ways there are: by their own ports, through an adb
/// server, through SSH, and through the service of their cloud.
@Suite(
    "One playbook, four farms", .enabled(if: SSHServer.isThere && OwnADBServer.isThere), .timeLimit(.minutes(5)))
struct FourFarmsTests {
    private static let playbook = """
        phones: all
        steps:
          - uninstall: com.studio.game
          - install: \(RepositoryFile.path("fixtures/apps/game-1.apk"))
          - install: \(RepositoryFile.path("fixtures/apps/game-1.apk"))
          - push: { from: \(RepositoryFile.path("fixtures/apps")), to: /sdcard/game/ }
          - push: { from: \(RepositoryFile.path("fixtures/apps")), to: /sdcard/game/ }
          - shell: test -e /sdcard/game/game-1.apk && echo there
            expect: { output: there }
            changes: false
          - shell: ls /nowhere
            continue-on-error: true
          - property: { name: debug.studio.trace, value: 7 }
          - property: { name: debug.studio.trace, value: 7 }
          - uninstall: com.studio.game
          - shell: exit 3

        """

    /// The verdict of each step, phone by phone.
    private func verdicts(_ drover: DroverProcess) async throws -> [[Verdict]] {
        let file = drover.folder.appendingPathComponent("four.yml")
        try Self.playbook.write(to: file, atomically: true, encoding: .utf8)
        let result = try await drover.run(["run", "four.yml", "--yes", "--quiet"])
        #expect(result.exitCode == 1, "\(result.error)")
        let record = try JournalContents(reading: try drover.journal()).record
        #expect(record.phones.allSatisfy { $0.end?.verdict == .failed && $0.end?.step == StepPath(step: 10) })
        return record.phones.map { $0.steps.map(\.verdict) }
    }

    @Test("every step ends alike on all of them")
    func sameVerdicts() async throws {
        var found: [String: [[Verdict]]] = [:]
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { found["tcp"] = try await verdicts($0.drover) }
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
            let server = try await OwnADBServer(in: practice.drover.folder)
            defer { server.stop() }
            for phone in practice.farm.phones { try await server.connect(try #require(phone.address).description) }
            try practice.write("servers: { rack: { adb-server: \"127.0.0.1:\(server.port)\" } }\n", to: "farm.yml")
            found["adb server"] = try await verdicts(practice.drover)
        }
        try await TunnelledFarm.with(SimulationOptions(phones: 2), servers: 1) {
            found["ssh"] = try await verdicts($0.practice.drover)
        }
        try await CloudPractice.with(servers: 1, phones: 2) { found["cloud"] = try await verdicts($0.drover) }
        let expected: [Verdict] = [
            .ok, .changed, .ok, .changed, .ok, .ok, .failed, .changed, .ok, .changed, .failed,
        ]
        for (farm, phones) in found.sorted(by: { $0.key < $1.key }) {
            #expect(phones == [expected, expected], "\(farm)")
        }
        #expect(found.count == 4)
    }
}

/// Debian's adb with a server of its own, on a port and with a home that nobody else has.
struct OwnADBServer {
    private static let program = "/usr/bin/adb"

    static var isThere: Bool { access(program, X_OK) == 0 }

    let port: UInt16
    private let id: pid_t
    private let keepAlive: CInt
    private let environment: [String: String]

    init(in folder: URL) async throws {
        let home = folder.appendingPathComponent("adb-home")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        var variables = ["HOME": home.path, "PATH": "/usr/bin:/bin", "ADB_USB": "0", "ADB_LIBUSB": "0"]
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        keepAlive = ends[1]
        let output = LinePipe()
        id = try spawn(
            ["/bin/bash", RepositoryFile.path("scripts/run-adb-server.sh"), Self.program], variables, input: ends[0],
            output: output.writer, error: output.writer)
        output.closeWriter()
        close(ends[0])
        var words: [Substring] = []
        for await line in output.lines {
            words = line.split(separator: " ")
            break
        }
        port = try #require(words.first.flatMap { UInt16($0) }, "the adb server said \(words)")
        variables["ANDROID_ADB_SERVER_PORT"] = "\(port)"
        environment = variables
    }

    /// Has the server connect to a phone.
    func connect(_ address: String) async throws {
        let output = LinePipe()
        let adb = try spawn(
            [Self.program, "connect", address], environment, output: output.writer, error: output.writer)
        output.closeWriter()
        let text = await output.whole()
        #expect(await exitCode(of: adb) == 0 && text.contains("connected to"), "\(text)")
    }

    /// Ends the server.
    func stop() {
        close(keepAlive)
        reap(id)
    }
}
