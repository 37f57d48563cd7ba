import Farm
import PlaybookLanguage
import SourceText
import Steps

/// Asks one phone about entry after entry, as a run would come to them; nothing is changed.
struct PreviewWalk {
    let phone: any ConnectedTarget
    let context: StepContext

    func ask(
        _ entries: [PlannedEntry], _ scope: inout Scope, _ answers: inout [PhonePreview.Answer]
    ) async throws {
        for entry in entries {
            switch entry {
            case .step(let step):
                guard let loop = step.loop else {
                    note(step, try await foreseen(step, &scope), &answers)
                    continue
                }
                guard let members = members(of: loop, in: scope) else {
                    note(step, .depends, &answers)
                    forget(step, &scope)
                    continue
                }
                for (index, member) in members.enumerated() {
                    var inner = loop.scope(for: member, at: index, in: scope)
                    note(step, try await foreseen(step, &inner), &answers)
                    scope.learn(from: inner)
                }
            case .block(let block): try await ask(block, &scope, &answers)
            }
        }
    }

    private func ask(
        _ block: PlannedBlock, _ scope: inout Scope, _ answers: inout [PhonePreview.Answer]
    ) async throws {
        guard let loop = block.loop else { return try await ask(inside: block, &scope, &answers) }
        guard let members = members(of: loop, in: scope) else { return note(block, .depends, &scope, &answers) }
        for (index, member) in members.enumerated() {
            var inner = loop.scope(for: member, at: index, in: scope)
            try await ask(inside: block, &inner, &answers)
            scope.learn(from: inner)
        }
    }

    /// What rescues is not asked: nobody knows what would fail.
    private func ask(
        inside block: PlannedBlock, _ scope: inout Scope, _ answers: inout [PhonePreview.Answer]
    ) async throws {
        var inner: Scope
        do throws(PlaybookError) {
            inner = try block.scope(in: scope)
            guard try block.applies(in: inner) else { return note(block, .skipped, &scope, &answers) }
        } catch {
            return note(block, Self.foreseen(error), &scope, &answers)
        }
        try await ask(block.steps + block.always, &inner, &answers)
        scope.learn(from: inner)
        // Whether anything is rescued is not known, nor what is set there.
        for step in block.rescue.flatMap(\.steps) { forget(step, &scope) }
    }

    /// What a step would set is not known.
    private func forget(_ step: PlannedStep, _ scope: inout Scope) {
        guard case .own(.set(let values)) = step.action else { return }
        for name in values.keys { scope.set(name, to: .unknown) }
    }

    private func members(of loop: LoopCall, in scope: Scope) -> [Value]? { try? loop.members(in: scope) }

    private func note(_ step: PlannedStep, _ foreseen: Foreseen, _ answers: inout [PhonePreview.Answer]) {
        answers.append(PhonePreview.Answer(path: step.path, foreseen: foreseen))
    }

    private func note(
        _ block: PlannedBlock, _ foreseen: Foreseen, _ scope: inout Scope, _ answers: inout [PhonePreview.Answer]
    ) {
        for step in (block.steps + block.always).flatMap(\.steps) { note(step, foreseen, &answers) }
        guard foreseen == .depends else { return }
        for step in block.all.flatMap(\.steps) { forget(step, &scope) }
    }

    private func foreseen(_ step: PlannedStep, _ scope: inout Scope) async throws -> Foreseen {
        do {
            let inner = step.scope(in: scope)
            guard try step.applies(in: inner) else { return .skipped }
            switch step.action {
            case .own(let action): return try Self.foreseen(action, inner, &scope)
            case .kind(let kind):
                let need = try await kind.need(
                    on: phone, context: StepContext(context, scope: inner), conduct: step.conduct)
                switch need {
                case .work(let reason): return .work(reason)
                case .nothing(let reason): return .nothing(reason)
                case .unknown(let reason): return .unknown(reason)
                }
            }
        } catch let error as CancellationError {
            throw error
        } catch let error as PhoneError {
            return .lost(error.reason)
        } catch let error as PlaybookError {
            let foreseen = Self.foreseen(error)
            if foreseen == .depends { forget(step, &scope) }
            return foreseen
        } catch {
            return .failed("\(error)")
        }
    }

    private static func foreseen(
        _ action: StepAction, _ inner: Scope, _ scope: inout Scope
    ) throws(PlaybookError) -> Foreseen {
        switch action {
        case .kind: return .depends
        case .set(let values):
            for (name, argument) in values { scope.set(name, to: try argument.value(in: inner)) }
            return .nothing("it changes nothing on the phone")
        case .assert(let conditions, _):
            for condition in conditions {
                let value = try condition.value(in: inner)
                if value == .unknown { throw .notKnownYet(at: condition.span) }
                if value != .boolean(true) { return .failed("`\(condition.span.text)` does not hold") }
            }
            return .nothing("it holds")
        case .pause, .sync: return .nothing("it changes nothing on the phone")
        }
    }

    /// What earlier steps will give is not known yet.
    private static func foreseen(_ error: PlaybookError) -> Foreseen {
        error.code == .notKnownYet ? .depends : .failed("\(error)")
    }
}
