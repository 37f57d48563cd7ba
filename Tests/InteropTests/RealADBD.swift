import Foundation
import Testing

/// A real adbd on loopback, unprivileged, with a folder that plays the phone's storage.
struct RealADBD {
    let port: UInt16
    /// The folder on this machine, which is also the path on "the phone".
    let storage: String
    private let companion: Companion
    private let home: TemporaryFolder

    init() async throws {
        home = try TemporaryFolder()
        companion = try await Companion(Counterpart.adbd.path, environment: cleanEnvironment(home: "/tmp"))
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
