import Foundation
import Testing

/// A real adbd on loopback, unprivileged, with a folder that plays the phone's storage.
struct RealADBD {
    let port: UInt16
    /// The folder on this machine, which is also the path on "the phone".
    let storage: String
    private let companion: Companion
    private let home: TemporaryFolder

    /// - Parameter tools: A folder of programs that the phone's shell finds before the machine's.
    init(tools: String? = nil) async throws {
        home = try TemporaryFolder()
        var environment = cleanEnvironment(home: "/tmp")
        if let tools { environment["ADBD_PATH"] = "\(tools):/usr/sbin:/usr/bin:/sbin:/bin" }
        companion = try await Companion(Counterpart.adbd.path, environment: environment)
        guard companion.announcement.count == 2, let port = UInt16(companion.announcement[0]) else {
            throw Companion.DidNotStart(description: "adbd announced \(companion.announcement)")
        }
        self.port = port
        storage = companion.announcement[1]
    }

    /// Ends adbd and removes its storage.
    func stop() {
        companion.stop()
        home.remove()
    }
}
