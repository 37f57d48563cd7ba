import DroverTesting
import Farm
import Glibc
import Journal
import Lanes
import PlaybookLanguage
import Steps

/// A step on an encoder that is this machine, in a folder of its own.
final class HostCase: Sendable {
    let folder: ScratchFolder
    let lane: Lane
    let host: ShellHost
    /// Nothing local until a test adds it.
    nonisolated(unsafe) var payloads = ScriptedPayloads()
    /// Where downloads are kept.
    var kept: String { "\(folder.path)/kept" }

    init(_ behaviour: ShellHost.Behaviour = ShellHost.Behaviour()) throws {
        folder = try ScratchFolder()
        lane = try Lane(name: "host")
        host = ShellHost(at: folder.path, on: lane, behaviour: behaviour)
        try folder.write("", to: "tmp/keep")
    }

    deinit { ShellHost.endUnits(below: folder.path) }

    /// Adds a unit whose program is this script.
    func addUnit(_ name: String, _ script: String) throws {
        try folder.addProgram("#!/bin/sh\n\(script)\n", at: "units/\(name)/exec")
    }

    /// Looks and works once; `ROOT` in the text stands for the host's folder.
    func round(_ text: String) async throws -> (need: Need, outcome: StepOutcome?) {
        let step = try StepText(text.replacing("ROOT", with: folder.path), for: "encoders")
        let context = testContext(on: host, payloads: payloads, folder: kept)
        let (kind, conduct, host) = (step.kind, step.conduct, host)
        return try await onLane {
            let need = try await kind.need(on: host, context: context, conduct: conduct)
            guard need.isDue else { return (need, nil) }
            return (need, try await kind.perform(on: host, context: context, conduct: conduct))
        }
    }

    /// The outcome of a step that is due.
    func outcome(_ text: String) async throws -> StepOutcome {
        let round = try await round(text)
        guard let outcome = round.outcome else { throw StepText.Mistaken(description: "not due: \(round.need)") }
        return outcome
    }

    /// Works on the host's lane.
    func onLane<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await Task(executorPreference: lane) { try await body() }.value
    }

    /// A file's text below the host's folder; nil when it is not there.
    func text(_ name: String) -> String? { RepositoryFile.text(at: "\(folder.path)/\(name)") }
}
