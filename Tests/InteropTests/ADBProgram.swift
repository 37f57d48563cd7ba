import Foundation
import Testing

/// One real adb with a server of its own, a key of its own, and a home of its own.
struct ADBProgram {
    let path: String
    let home: TemporaryFolder
    /// The port of its server.
    let port: UInt16
    /// The process id of its server.
    let serverID: Int32
    private let server: Companion

    /// Starts the server; ends the test case with a reason when there is no such program.
    ///
    /// - Parameter port: Where the server is to listen; nil for a port of its own.
    init(_ counterpart: Counterpart, port wanted: UInt16? = nil) async throws {
        guard counterpart.isThere else { try Test.cancel(counterpart.absence) }
        path = counterpart.path
        home = try TemporaryFolder()
        server = try await Companion(
            "\(Counterpart.project)/scripts/run-adb-server.sh", [path] + (wanted.map { ["\($0)"] } ?? []),
            environment: cleanEnvironment(home: home.path))
        guard server.announcement.count == 2, let port = UInt16(server.announcement[0]),
            let serverID = Int32(server.announcement[1])
        else { throw Companion.DidNotStart(description: "the server announced \(server.announcement)") }
        self.port = port
        self.serverID = serverID
    }

    /// Runs one command of adb.
    func callAsFunction(_ arguments: String..., limit: Double = 60) async throws -> ProgramResult {
        try await callAsFunction(arguments, limit: limit)
    }

    /// Runs one command of adb.
    func callAsFunction(_ arguments: [String], limit: Double = 60) async throws -> ProgramResult {
        let port = ["ANDROID_ADB_SERVER_PORT": "\(port)", "ADB_USB": "0", "ADB_LIBUSB": "0"]
        return try await run(
            path, arguments, environment: cleanEnvironment(home: home.path, port), limit: limit)
    }

    /// Ends the server and removes the home.
    func stop() {
        server.stop()
        home.remove()
    }
}
