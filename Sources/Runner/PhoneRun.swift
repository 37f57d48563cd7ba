import Custody
import Farm
import Journal
import Lanes
import Planning
import PlaybookLanguage
import SourceText
import Steps

/// One target's way through one play; an actor on the target's lane.
actor PhoneRun {
    let position: Int
    let target: PlannedTarget
    let common: PlayCommon
    let lane: Lane
    let admission: Admission
    let keeper: LinkKeeper?
    private let custody: PhoneCustody?
    let replay: Replay?
    var baggage: Baggage
    var random: PhoneRandomness
    /// Whether everything that expressions ask of the phone is known.
    var isKnown: Bool
    /// The fields of `phone` with what it has answered; nil until it was asked.
    var fields: [String: Value]?
    /// The blocks under way that have a rescue, with the positions of the rescue's entries; the innermost last.
    var rescues: [(block: StepPath, positions: Range<Int>)] = []
    /// What services were asked for in steps, and nobody has seen the outcome of.
    var asked: [StepPath: [ServiceJob]] = [:]
    /// What each member of a loop under way gave.
    var loopResults: [StepPath: [String: Value]] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    var journal: JournalWriter { common.services.journal }
    var play: PlannedPlay { common.play }

    init(_ position: Int, _ common: PlayCommon, baggage: Baggage, on lane: Lane, _ admission: Admission) {
        let target = common.plan.targets[common.play.targets[position]]
        self.position = position
        self.target = target
        self.common = common
        self.lane = lane
        self.admission = admission
        self.baggage = baggage
        replay = common.replays[target.id]
        random = PhoneRandomness(seed: common.plan.seed, position: common.play.targets[position])
        isKnown = target.phone == nil || common.questions.areAnswered(by: target.fields)
        let journal = common.services.journal
        let questions = common.questions
        let custody = target.phone == nil ? nil : common.services.phoneLease.map { PhoneCustody($0, on: lane) }
        self.custody = custody
        let services = common.services
        let dial: (@Sendable () async throws -> any ConnectedTarget)?
        if let phone = target.phone {
            dial = { try await services.dialer.connect(to: phone, on: lane) }
        } else if let encoder = target.encoder {
            dial = { try await services.hosts.connect(to: encoder, on: lane) }
        } else if let server = target.server {
            dial = { try await services.servers.connect(to: server, on: lane) }
        } else {
            dial = nil
        }
        keeper = dial.map { dial in
            LinkKeeper(dial: dial) { link in
                // A note on the phone itself needs somebody to talk with.
                if !(link is any BatchedPhone) { try await custody?.take(over: link) }
                let facts = PhoneFacts(values: link.facts, wayIn: link.facts["way-in"] ?? "")
                journal.post(.phoneConnected(target.id, facts))
                return target.phone == nil ? [:] : try await questions.ask(link, knowing: target.fields)
            }
        }
    }

    /// Takes the target through the play, to its end there.
    func run() async {
        let end = await end(of: walk())
        baggage.marks.formUnion(end.marks)
        if baggage.fall == nil, end.verdict.isFailure || end.verdict == .cancelled { baggage.fall = end }
        await leave()
        common.finished(position, end, baggage)
        let code = end.failure?.code ?? ""
        admission.end(position, TargetOutcome(end.verdict, isPhoneReason: code.hasPrefix("preflight")))
    }

    /// Ends the link, and gives the phone back to other controllers when no play is left that wants it.
    private func leave() async {
        if let custody, let link = keeper?.present, !(link is any BatchedPhone), baggage.fall != nil || !isWantedAgain {
            await custody.release(over: link)
        }
        await keeper?.drop()
    }

    /// Whether a later play has this target, too.
    private var isWantedAgain: Bool {
        let index = play.targets[position]
        return common.plan.plays[(play.index + 1)...].contains { $0.targets.contains(index) }
    }

    private func walk() async -> (Way, Strand) {
        var strand = Strand(number: position, scope: baggage.scope)
        strand.scope.playVariables = play.variables
        do {
            var way = Way.through
            if let preflight = play.preflight { way = try await pass(preflight, &strand) }
            if case .through = way {
                way = try await walk(play.steps, at: StepPath(play: play.index), &strand)
            }
            if case .failed(let fall) = way, !play.onFailure.isEmpty { try await mourn(fall, &strand) }
            baggage.scope.learn(from: strand.scope)
            return (way, strand)
        } catch is JournalError {
            // Nothing that happens from here on could be remembered, so nothing more may happen: to anyone.
            common.journalFailed()
            admission.cancel()
        } catch {}
        return (.stopped, strand)
    }

    /// What the playbook does about a failure; whatever comes of it, the failure stands.
    private func mourn(_ fall: Fall, _ strand: inout Strand) async throws {
        var inner = strand
        inner.scope.failure = fall.expressionValues
        inner.failedSince = fall.start
        // What was done about an earlier failure is done again about this one.
        inner.isAftermath = true
        inner.hasWorked = true
        _ = try await walk(play.onFailure, at: StepPath(play: play.index), &inner)
    }

    private func end(of walk: (way: Way, strand: Strand)) -> PhoneEnd {
        let marks = baggage.marks
        switch walk.way {
        case .through:
            let verdict: Verdict = baggage.hasChanged ? .changed : baggage.hasBeenOK ? .ok : .skipped
            return PhoneEnd(verdict: verdict, marks: marks)
        case .failed(let fall):
            return PhoneEnd(verdict: fall.verdict, marks: marks, failure: fall.failure, step: fall.path)
        case .stopped:
            // A target that had not begun a step was never touched.
            return PhoneEnd(verdict: baggage.hasBegun ? .cancelled : .notStarted, marks: marks)
        }
    }

    // MARK: Lists

    /// Goes through a list of entries, and ends what it left in the background.
    func walk(_ entries: [PlannedEntry], at prefix: StepPath, _ strand: inout Strand) async throws -> Way {
        var background: [BackgroundStep] = []
        var way = Way.through
        do {
            for entry in entries {
                way = try await take(entry, at: prefix, &strand, &background)
                guard case .through = way else { break }
            }
        } catch {
            await abandon(background)
            throw error
        }
        guard !background.isEmpty else { return way }
        return await windUp(background, after: way, &strand)
    }

    private func take(
        _ entry: PlannedEntry, at prefix: StepPath, _ strand: inout Strand, _ background: inout [BackgroundStep]
    ) async throws -> Way {
        let path = prefix.appending(entry.position)
        if case .step(let step) = entry, step.isBackground {
            let begun = begin(step, at: path, strand)
            background.append(begun)
            return try await isReady(begun, step)
        }
        guard let loop = entry.loop else { return try await take(entry, at: path, &strand) }
        return try await each(loop, entry, at: path, &strand)
    }

    func take(_ entry: PlannedEntry, at path: StepPath, _ strand: inout Strand) async throws -> Way {
        switch entry {
        case .step(let step): try await take(step, at: path, &strand)
        case .block(let block): try await take(block, at: path, &strand)
        }
    }

    /// A mistake that only shows on the phone, outside of any attempt.
    func fall(over error: any Error, in step: PlannedStep, at path: StepPath, _ strand: inout Strand) -> Way {
        var result = Self.verdict(of: error, step.title, hasBegun: false, isStopped: false)
        result.setPlace(step.span)
        return finish(step, result, at: path, attempts: 0, bytes: 0, since: lane.now, isTolerated: false, &strand)
    }
}

extension PlannedEntry {
    var loop: LoopCall? {
        switch self {
        case .step(let step): step.loop
        case .block(let block): block.loop
        }
    }

    /// The first step in it, to which a mistake of the whole entry is written down.
    var firstStep: PlannedStep? {
        switch self {
        case .step(let step): step
        case .block(let block): (block.steps + block.rescue + block.always).lazy.compactMap(\.firstStep).first
        }
    }
}

/// Random numbers of one phone: the same for the same seed, different from its neighbours' (SplitMix64).
struct PhoneRandomness: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, position: Int) { state = seed ^ (UInt64(position) &* 0xD129_0D3B_3F5B_9F71) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
