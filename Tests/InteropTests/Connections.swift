import ADB
import Lanes

/// Connects to a phone on a lane of its own, lends the link, and closes it on every way out.
func withLink<Outcome: Sendable>(
    to port: UInt16,
    keys: KeyRing = .none,
    _ body: @escaping @Sendable (ADBLink) async throws -> Outcome
) async throws -> Outcome {
    let lane = try Lane(name: "interop")
    return try await Task(executorPreference: lane) {
        let link = try await ADBLink.connect(to: .loopback(port: port), on: lane, keys: keys)
        defer { link.close() }
        return try await body(link)
    }.value
}

/// Starts a real adbd, connects to it, and lends the link and the folder that plays the phone's storage.
func withRealADBD<Outcome: Sendable>(
    _ body: @escaping @Sendable (ADBLink, String) async throws -> Outcome
) async throws -> Outcome {
    let adbd = try await RealADBD()
    defer { adbd.stop() }
    let storage = adbd.storage
    return try await withLink(to: adbd.port) { try await body($0, storage) }
}
