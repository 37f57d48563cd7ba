import Foundation
import Lanes
import Simulator

/// Starts simulated phones in this process, lends them, and stops them on every way out.
func withFarm<Outcome: Sendable>(
    _ options: SimulationOptions,
    _ body: (SimulatedFarm) async throws -> Outcome
) async throws -> Outcome {
    let farm = SimulatedFarm(options, lanes: try Lane.pool(2))
    try await farm.start()
    do {
        let outcome = try await body(farm)
        await farm.stop()
        return outcome
    } catch {
        await farm.stop()
        throw error
    }
}

extension SimulatedPhone {
    /// The serial under which an adb server knows a phone that it was told to connect to.
    nonisolated var networkSerial: String { address.map { "127.0.0.1:\($0.port)" } ?? "not started" }
}

/// One of the small signed apps of `fixtures/apps`.
func app(_ name: String) -> String { "\(Counterpart.project)/fixtures/apps/\(name)" }
