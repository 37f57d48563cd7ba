import Lanes
import Simulator
import SourceText

/// Simulated phones inside this process, for `--simulate N`.
struct Simulation: Sendable {
    private let farm: SimulatedFarm

    /// Starts phones; nil when none are asked for.
    ///
    /// - Throws: ``CommandFailure``.
    static func start(_ count: Int?, lanes: [Lane]) async throws(CommandFailure) -> Simulation? {
        guard let count else { return nil }
        let options = SimulationOptions(phones: count, instrumentations: try declaredTests())
        let farm = SimulatedFarm(options, lanes: lanes)
        do {
            try await farm.start()
        } catch {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
        return Simulation(farm: farm)
    }

    /// The tests of apps that the file in `DROVER_SIMULATED_TESTS` declares; none without it.
    ///
    /// - Throws: ``CommandFailure`` when the file cannot be read.
    static func declaredTests() throws(CommandFailure) -> [SimulatedInstrumentation] {
        guard let path = ProcessEnvironment.all["DROVER_SIMULATED_TESTS"], !path.isEmpty else { return [] }
        let text = try readSource(path, as: "file of simulated tests").text
        do {
            return try SimulatedInstrumentation.read(text)
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }

    /// A farm file of the phones.
    var farmFile: String { farm.farmFileText }

    /// Ends the phones.
    func stop() async { await farm.stop() }
}
