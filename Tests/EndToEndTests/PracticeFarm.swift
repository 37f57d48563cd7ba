import Foundation
import Lanes
import Simulator
import Testing

/// Simulated phones inside the test, so that their own record can judge what the program did to them.
struct PracticeFarm {
    let drover: DroverProcess
    let farm: SimulatedFarm

    /// The lanes of all tests; two are enough for the machine that runs them.
    private static let lanes = Result { try Lane.pool(2) }

    /// Starts phones and writes their farm file where the program looks for it.
    static func start(_ options: SimulationOptions) async throws -> PracticeFarm {
        DescriptorLimit.raise()
        let drover = try DroverProcess()
        let farm = SimulatedFarm(options, lanes: try lanes.get())
        try await farm.start()
        let file = drover.folder.appendingPathComponent("farm.yml")
        try Data(farm.farmFileText.utf8).write(to: file)
        return PracticeFarm(drover: drover, farm: farm)
    }

    /// Lends phones and the program to a test, and takes them down on every way out.
    static func with(
        _ options: SimulationOptions, _ body: (PracticeFarm) async throws -> Void
    ) async throws {
        let practice = try await start(options)
        do {
            try await body(practice)
        } catch {
            await practice.end()
            throw error
        }
        await practice.end()
    }

    private func end() async {
        await farm.stop()
        drover.remove()
    }

    /// Runs the program on these phones.
    func run(_ arguments: String...) async throws -> DroverProcess.Result { try await drover.run(arguments) }

    /// A file of the project, by its path there.
    static func project(_ path: String) -> String { DroverProcess.project.appendingPathComponent(path).path }

    /// Makes a file in the program's folder.
    func write(_ text: String, to path: String) throws {
        let place = drover.folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
    }

    /// Runs a line on every phone; it must end well.
    @discardableResult
    func exec(_ line: String) async throws -> String {
        let result = try await run("exec", "all", "--", line)
        #expect(result.exitCode == 0, "\(line): \(result.error)")
        return result.output
    }

    /// Removes a file or a folder of the program's folder.
    func remove(_ path: String) throws {
        try FileManager.default.removeItem(at: drover.folder.appendingPathComponent(path))
    }
}
