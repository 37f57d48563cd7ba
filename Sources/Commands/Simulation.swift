import Lanes
import Simulator

/// Simulated phones inside this process, for `--simulate N`.
struct Simulation: Sendable {
    private let farm: SimulatedFarm

    /// Starts phones; nil when none are asked for.
    ///
    /// - Throws: ``CommandFailure``.
    static func start(_ count: Int?, lanes: [Lane]) async throws(CommandFailure) -> Simulation? {
        guard let count else { return nil }
        let farm = SimulatedFarm(SimulationOptions(phones: count), lanes: lanes)
        do {
            try await farm.start()
        } catch {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
        return Simulation(farm: farm)
    }

    /// A farm file of the phones.
    var farmFile: String { farm.farmFileText }

    /// Ends the phones.
    func stop() async { await farm.stop() }
}
