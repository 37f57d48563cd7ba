import Journal
import Lanes
import Planning
import PlaybookLanguage
import Steps

extension PhoneRun {
    // MARK: Blocks

    func take(_ block: PlannedBlock, at path: StepPath, _ strand: inout Strand) async throws -> Way {
        if block.when != nil, let way = try await introduce(for: .block(block), at: path, &strand) { return way }
        if let fields { strand.scope.phone = fields }
        var inner = strand
        let isTolerated: Bool
        do {
            inner.scope = try block.scope(in: strand.scope)
            guard try block.applies(in: inner.scope) else { return skip(block, at: path, &strand) }
            isTolerated = try block.toleratesFailure(in: inner.scope)
        } catch {
            guard let first = PlannedEntry.block(block).firstStep else { return .through }
            return fall(over: error, in: first, at: path.appending(first.position), &strand)
        }
        if let throttle = block.throttle {
            guard try await hasEntered(throttle, strand) else { return .stopped }
        }
        defer { if let throttle = block.throttle { admission.leave(strand.number, throttle: throttle) } }
        var way = try await body(of: block, at: path, &inner)
        if !block.always.isEmpty, !way.isStopped {
            var last = inner
            last.isAftermath = true
            let end = try await walk(block.always, at: path, &last)
            inner.learn(from: last)
            if case .through = way { way = end }
        }
        if case .failed = way, isTolerated {
            baggage.marks.insert(.tolerated)
            way = .through
        }
        strand.learn(from: inner)
        return way
    }

    private func body(of block: PlannedBlock, at path: StepPath, _ inner: inout Strand) async throws -> Way {
        let rescue = block.rescue
        if let first = rescue.first?.position, let last = rescue.last?.position {
            rescues.append((path, first..<last + 1))
        }
        let way: Way
        do {
            way = try await walk(block.steps, at: path, &inner)
            rescues.removeAll { $0.block == path }
        } catch {
            rescues.removeAll { $0.block == path }
            throw error
        }
        guard case .failed(let fall) = way, !rescue.isEmpty else { return way }
        var rescuer = inner
        rescuer.scope.failure = fall.expressionValues
        rescuer.failedSince = fall.start
        rescuer.isAftermath = true
        let outcome = try await walk(rescue, at: path, &rescuer)
        inner.learn(from: rescuer)
        if case .through = outcome { baggage.marks.insert(.rescued) }
        return outcome
    }

    private func hasEntered(_ throttle: Int, _ strand: Strand) async throws -> Bool {
        do {
            return try await admission.enter(strand.number, throttle: throttle) == .admitted
        } catch is CancellationError {
            return false
        }
    }

    private func skip(_ block: PlannedBlock, at path: StepPath, _ strand: inout Strand) -> Way {
        for entry in block.steps + block.always {
            let inside = path.appending(entry.position)
            switch entry {
            case .step(let step): skip(step, at: inside, &strand)
            case .block(let block): _ = skip(block, at: inside, &strand)
            }
        }
        return .through
    }

    // MARK: Loops

    func each(
        _ loop: LoopCall, _ entry: PlannedEntry, at path: StepPath, _ strand: inout Strand
    ) async throws -> Way {
        if loop.items.literal == nil, let way = try await introduce(for: entry, at: path, &strand) { return way }
        if let fields { strand.scope.phone = fields }
        let members: [Value]
        let width: Int
        do {
            members = try loop.members(in: strand.scope)
            width = try loop.width(in: strand.scope)
        } catch {
            guard let first = entry.firstStep else { return .through }
            return fall(over: error, in: first, at: path, &strand)
        }
        guard width == 1 || members.count < 2 else {
            return try await parallel(members, width, loop, entry, at: path, &strand)
        }
        for (index, member) in members.enumerated() {
            var inner = strand
            inner.scope = loop.scope(for: member, at: index, in: strand.scope)
            let way = try await take(entry, at: path.withItem(index), &inner)
            strand.learn(from: inner)
            guard case .through = way else { return way }
        }
        gather(entry, at: path, count: members.count, &strand)
        return .through
    }

    /// Several members at a time, each on a strand of its own; after a failure no new one begins.
    private func parallel(
        _ members: [Value], _ width: Int, _ loop: LoopCall, _ entry: PlannedEntry, at path: StepPath,
        _ strand: inout Strand
    ) async throws -> Way {
        let outer = strand
        let (way, ends) = try await withThrowingTaskGroup(of: (Way, Strand).self) { group in
            var way = Way.through
            var ends: [Strand] = []
            var next = 0
            func addNext() {
                guard next < members.count, case .through = way else { return }
                let index = next
                next += 1
                let branch = Strand(
                    number: admission.branch(of: position),
                    scope: loop.scope(for: members[index], at: index, in: outer.scope), lastStart: outer.lastStart,
                    hasWorked: outer.hasWorked, failedSince: outer.failedSince)
                group.addTask(executorPreference: lane) { [self] in
                    try await one(entry, at: path.withItem(index), branch)
                }
            }
            for _ in 0..<width { addNext() }
            while let (end, branch) = try await group.next() {
                ends.append(branch)
                if case .through = way { way = end }
                addNext()
            }
            return (way, ends)
        }
        for end in ends.sorted(by: { ($0.scope.index ?? 0) < ($1.scope.index ?? 0) }) { strand.learn(from: end) }
        if case .through = way { gather(entry, at: path, count: members.count, &strand) }
        return way
    }

    private func one(_ entry: PlannedEntry, at path: StepPath, _ branch: Strand) async throws -> (Way, Strand) {
        var branch = branch
        defer { admission.join(branch.number) }
        let way = try await take(entry, at: path, &branch)
        return (way, branch)
    }

    /// What later steps see of a looped step: the common outputs of the last member, and `results` of all.
    private func gather(_ entry: PlannedEntry, at path: StepPath, count: Int, _ strand: inout Strand) {
        guard case .step(let step) = entry, let id = step.id else { return }
        let results = (0..<count).map { loopResults[path.withItem($0)] ?? [:] }
        for index in 0..<count { loopResults[path.withItem(index)] = nil }
        var outputs = results.last ?? [:]
        let verdicts = results.compactMap { values -> String? in
            guard case .text(let verdict)? = values["verdict"] else { return nil }
            return verdict
        }
        let isChanged = verdicts.contains(Verdict.changed.rawValue)
        outputs["changed"] = .boolean(isChanged)
        if isChanged { outputs["verdict"] = .text(Verdict.changed.rawValue) }
        outputs["results"] = .list(results.map { .map($0) })
        strand.scope.record(step: id, outputs: outputs)
    }

    // MARK: The background

    /// Begins a step that goes on while those after it are done.
    func begin(_ step: PlannedStep, at path: StepPath, _ strand: Strand) -> BackgroundStep {
        let ending = BlockEnding()
        let readiness = StepReadiness()
        let branch = Strand(
            number: admission.branch(of: position), scope: strand.scope, lastStart: strand.lastStart,
            hasWorked: strand.hasWorked, failedSince: strand.failedSince, ending: ending, readiness: readiness)
        baggage.hasBegun = true
        let task = Task(executorPreference: lane) { [self] in
            let end = await goOn(step, at: path, branch)
            readiness.end()
            return end
        }
        return BackgroundStep(id: step.id, ending: ending, readiness: readiness, task: task)
    }

    /// Waits until a step in the background is ready, where its kind wants that; one that has failed by then ends its list.
    func isReady(_ background: BackgroundStep, _ step: PlannedStep) async throws -> Way {
        guard step.kind?.isAwaitedInBackground == true else { return .through }
        return try await background.readiness.reached() ? .through : await background.task.value.way
    }

    private func goOn(_ step: PlannedStep, at path: StepPath, _ branch: Strand) async -> BackgroundStep.End {
        var branch = branch
        defer { admission.join(branch.number) }
        do {
            return (try await take(step, at: path, &branch), branch)
        } catch {
            return (.stopped, branch)
        }
    }

    /// Ends what is in the background; a failure there is one of the block, and what it gave is known from here on.
    func windUp(_ steps: [BackgroundStep], after way: Way, _ strand: inout Strand) async -> Way {
        guard !way.isStopped, !Task.isCancelled else {
            await abandon(steps)
            return .stopped
        }
        var way = way
        for step in steps {
            // Who takes no notice of the end would go on for ever.
            if !step.ending.finish() { step.task.cancel() }
        }
        for step in steps {
            let (end, branch) = await withTaskCancellationHandler {
                await step.task.value
            } onCancel: {
                step.task.cancel()
            }
            if let id = step.id, case .map(let values)? = branch.scope.steps[id] {
                strand.scope.record(step: id, outputs: values)
            }
            if case .failed = end, case .through = way { way = end }
        }
        return way
    }

    func abandon(_ steps: [BackgroundStep]) async {
        for step in steps { step.task.cancel() }
        for step in steps { _ = await step.task.value }
    }
}

/// A step that goes on in the background.
struct BackgroundStep: Sendable {
    /// How it ended, and the strand that it was done on.
    typealias End = (way: Way, strand: Strand)

    /// The name under which its results are asked for.
    let id: String?
    let ending: BlockEnding
    let readiness: StepReadiness
    let task: Task<End, Never>
}

extension Way {
    var isStopped: Bool {
        guard case .stopped = self else { return false }
        return true
    }
}
