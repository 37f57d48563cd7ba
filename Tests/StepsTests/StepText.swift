import Farm
import Lanes
import PlaybookLanguage
import SourceText
import Steps

/// A step as somebody would write it, read by the real language.
struct StepText {
    struct Mistaken: Error, CustomStringConvertible {
        let description: String
    }

    let call: StepCall
    let kind: any StepKind

    /// Reads one step: `install: game.apk`.
    ///
    /// - Parameter targets: `phones`, `servers` or `encoders`.
    init(_ text: String, for targets: String = "phones") throws {
        let indented = text.split(separator: "\n").joined(separator: "\n    ")
        let source = SourceFile(name: "case.yml", text: "\(targets): all\nsteps:\n  - \(indented)\n")
        var diagnostics = Diagnostics()
        let playbook = PlaybookReader(vocabulary: StepCatalog.standard).read(source, &diagnostics)
        guard let call = playbook?.steps.first, let kind = call.kind as? any StepKind else {
            throw Mistaken(description: DiagnosticPrinter().text(of: diagnostics))
        }
        self.call = call
        self.kind = kind
    }

    var conduct: StepConduct { StepConduct(unless: call.unless, expect: call.expect, changes: call.changes) }
}

/// What a step is given in a test.
func testContext(
    on phone: any ConnectedTarget, payloads: any PayloadProviding, memory: any PhoneMemory = ShortMemory(),
    folder: String = "/nonexistent", scope: Scope = Scope(),
    reconnect: @escaping @Sendable () async throws -> any ConnectedTarget = {
        throw PhoneError(.unreachable, operation: "connect", reason: "connection refused")
    }
) -> StepContext {
    StepContext(
        scope: scope, payloads: payloads, progress: ProgressMeter(clock: phone.lane.clock), memory: memory, tag: "t1",
        pullFolder: ContainedPath(root: folder), previousStart: phone.lane.now, place: TargetPlace(index: 1, count: 4),
        reconnect: reconnect)
}
