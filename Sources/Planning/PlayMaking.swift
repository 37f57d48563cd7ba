import Farm
import Journal
import PlaybookLanguage
import SourceText
import Steps

/// Makes planned plays of a playbook's: its targets by number, its waves cut, its limits counted.
struct PlayMaking {
    let shared: SharedScope
    let targets: [PlannedTarget]
    let seed: UInt64
    let filter: StepFilter
    private(set) var diagnostics = Diagnostics()
    private(set) var deadline: RunDeadline?
    private(set) var failLimit: FailLimit?
    private(set) var tolerance: [FailureKind: Int] = [:]

    private var unmet: Set<String>
    private var throttles: [PlannedThrottle] = []
    /// What is known at the place that is being planned, before any phone is; for titles.
    private var known: Scope

    init(shared: SharedScope, targets: [PlannedTarget], seed: UInt64, filter: StepFilter) {
        self.shared = shared
        self.targets = targets
        self.seed = seed
        self.filter = filter
        known = Scope(shared)
        unmet = Set(filter.only + [filter.from].compactMap { $0 })
    }

    private var scope: Scope { Scope(shared) }

    /// One play; mistakes are in ``diagnostics``.
    ///
    /// - Parameter members: Its targets, as positions in ``targets``.
    mutating func play(_ call: PlayCall, for members: [Int], of playbook: Playbook) -> PlannedPlay? {
        let (calls, failureCalls) = filter.apply(to: call, unmet: &unmet)
        throttles = []
        known = Scope(shared)
        known.playVariables = call.variables
        let prefix = StepPath(play: call.index)
        do throws(PlaybookError) {
            let steps = try entries(calls, below: prefix)
            let onFailure = try entries(failureCalls, below: prefix)
            let title = call.name.map { name in (try? name.text(in: scope)) ?? name.source }
            let cutting = WaveCutting(targets: targets, seed: seed, scope: scope)
            return PlannedPlay(
                index: call.index, title: title ?? call.id ?? playbook.name, targetKind: call.targetKind,
                targets: members, needs: call.needs, variables: call.variables,
                waves: try cutting.waves(call.waves, of: members),
                failLimit: try limit(call.maxFail, of: members.count), onStop: call.onStop,
                preflight: (call.preflight as? any PhoneRequirements).map {
                    PlannedPreflight(requirements: $0, span: call.preflightSpan)
                },
                steps: steps, onFailure: onFailure, throttles: throttles)
        } catch {
            diagnostics.add(error.diagnostic)
            return nil
        }
    }

    /// What belongs to the whole playbook, and the names of `--from` and `--only` that no step has.
    mutating func finish(_ playbook: Playbook) {
        do throws(PlaybookError) {
            deadline = try playbook.deadline?.value(in: scope)
            failLimit = try limit(playbook.maxFail, of: targets.count)
            for (kind, amount) in playbook.tolerate {
                tolerance[kind] = try amount.value(in: scope).roundedDown(of: targets.count)
            }
        } catch {
            diagnostics.add(error.diagnostic)
        }
        for name in unmet.sorted() {
            let near = suggestion(for: name, among: StepFilter.names(in: playbook))
            diagnostics.error(
                "no-such-step", "no step is called `\(name)`", at: nil,
                help: near ?? "give the id, the name or the number of a step, as `drover plan --offline` shows them")
        }
    }

    private func limit(_ call: MaxFailCall?, of count: Int) throws(PlaybookError) -> FailLimit? {
        guard let call else { return nil }
        let run = try call.run?.value(in: scope)
        let wave = try call.wave?.value(in: scope)
        let text = [run.map(\.text), wave.map { "\($0.text) of a wave" }].compactMap { $0 }.joined(separator: ", ")
        return FailLimit(run: run?.roundedDown(of: count), wave: wave, kinds: call.kinds, text: text)
    }

    // MARK: Steps

    private mutating func entries(
        _ calls: [StepEntry], below prefix: StepPath
    ) throws(PlaybookError) -> [PlannedEntry] {
        var entries: [PlannedEntry] = []
        for call in calls {
            switch call {
            case .step(let call):
                guard let step = try step(call, below: prefix) else { continue }
                entries.append(.step(step))
            case .block(let call): entries.append(.block(try block(call, below: prefix)))
            }
        }
        return entries
    }

    private mutating func step(_ call: StepCall, below prefix: StepPath) throws(PlaybookError) -> PlannedStep? {
        let action: PlannedStep.Action
        switch call.action {
        case .kind(let made):
            guard let kind = made as? any StepKind else { return nil }
            action = .kind(kind)
        default: action = .own(call.action)
        }
        // From here on the variable is what the phones have made of it.
        defer { if case .set(let values) = call.action { for name in values.keys { known.set(name, to: .unknown) } } }
        return PlannedStep(
            call, action, path: prefix.appending(call.position), throttle: try throttle(call.throttle),
            scope: scope(inside: call.loop).inside(stepVariables: call.variables))
    }

    /// What is known inside a loop, whose members are not.
    private func scope(inside loop: LoopCall?) -> Scope {
        var inner = known
        if let variable = loop?.variable { inner.loopVariables[variable] = .unknown }
        return inner
    }

    /// What is known inside a block: its variables and, of an included file, the inputs that no phone decides.
    private func scope(inside block: BlockCall) -> Scope {
        var inner = scope(inside: block.loop).inside(stepVariables: block.variables)
        if let inputs = block.inputs {
            let outer = inner
            inner.inputsInside = inputs.mapValues { (try? $0.value(in: outer)) ?? .unknown }
        }
        return inner
    }

    private mutating func block(_ call: BlockCall, below prefix: StepPath) throws(PlaybookError) -> PlannedBlock {
        let inside = prefix.appending(call.position)
        let throttle = try throttle(call.throttle)
        let title = call.name.map { name in (try? name.text(in: scope)) ?? name.source }
        let outer = known
        known = scope(inside: call)
        defer {
            var after = outer
            after.learn(from: known)
            known = after
        }
        return PlannedBlock(
            call, title: title ?? call.include.map { "include \($0)" } ?? "block", throttle: throttle,
            steps: try entries(call.steps, below: inside), rescue: try entries(call.rescue, below: inside),
            always: try entries(call.always, below: inside))
    }

    private mutating func throttle(_ call: ThrottleCall?) throws(PlaybookError) -> Int? {
        guard let call else { return nil }
        throttles.append(PlannedThrottle(atMost: max(1, try call.atMost.value(in: scope)), per: call.per))
        return throttles.count - 1
    }
}
