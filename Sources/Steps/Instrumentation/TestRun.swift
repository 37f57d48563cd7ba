import Journal

/// Runs the cases of an instrumentation to the end, whatever crashes on the way.
struct TestRun: Sendable {
    /// More crashes than this are no bad luck.
    static let mostCrashes = 20

    let call: InstrumentationCall
    /// Which cases are meant: `class`, `size`, `numShards` and their like.
    let selection: [(key: String, value: String)]
    /// What every call is given beside.
    let others: [(key: String, value: String)]
    /// Whether failed cases and those behind a crash are run again.
    let retries: Bool

    /// How it came out.
    enum Result: Sendable {
        /// The cases that were due, each with its end.
        case ran(TestTally)
        /// Nothing was run, for this reason.
        case refused(String)
    }

    /// A run that did not come to its end, with the cases that were told of before.
    struct CutShort: Error {
        let tally: TestTally
        let cause: any Error
    }

    /// Runs all cases.
    ///
    /// - Throws: ``CutShort``.
    func run() async throws -> Result {
        var tally = TestTally()
        do {
            return try await run(&tally)
        } catch let cut as InstrumentationCall.CutShort {
            throw CutShort(tally: tally, cause: cut.cause)
        } catch {
            throw CutShort(tally: tally, cause: error)
        }
    }

    private func run(_ tally: inout TestTally) async throws -> Result {
        let first = try await run(selection + others, &tally) { tally, report in
            let announced = report.announced ?? report.started
            tally.miss(announced - report.started, of: announced)
        }
        if first.started == 0, let why = first.refusal ?? first.crash { return .refused(why) }
        guard first.started > 0 || first.code == -1 else {
            return .refused(first.stray ?? "the phone gave no answer that could be understood")
        }
        tally.add(first)
        if !first.isWhole { try await finish(&tally, after: first) }
        if retries, !tally.failed.isEmpty {
            var second = TestTally()
            try await run(tally.failed, into: &second)
            tally.forgive(by: second)
        }
        return .ran(tally)
    }

    /// Makes one call; what it told before it was cut short is not lost.
    private func run(
        _ arguments: [(key: String, value: String)], _ tally: inout TestTally,
        whenCut: (inout TestTally, InstrumentationReport) -> Void = { _, _ in }
    ) async throws -> InstrumentationReport {
        do {
            return try await call.run(arguments)
        } catch let cut as InstrumentationCall.CutShort {
            tally.add(cut.report, ended: "it had begun, and nobody knows how it ended")
            whenCut(&tally, cut.report)
            throw cut
        }
    }

    /// Runs what a crash left over, and notes what cannot be run.
    private func finish(_ tally: inout TestTally, after first: InstrumentationReport) async throws {
        guard let all = try await names() else {
            let announced = first.announced ?? first.started
            return tally.miss(announced - first.started, of: announced)
        }
        do {
            if retries { try await run(all.filter { !tally.has($0) }, into: &tally) }
        } catch {
            tally.miss(all)
            throw error
        }
        tally.miss(all)
    }

    /// Asks for the names of all cases, without running them; nil when the runner does not tell.
    private func names() async throws -> [TestName]? {
        let report = try await call.run(selection + others + [("log", "true")])
        return report.isWhole && !report.cases.isEmpty ? report.cases.map(\.name) : nil
    }

    /// Runs these cases, again without the one that crashed as long as any are left.
    private func run(_ names: [TestName], into tally: inout TestTally) async throws {
        var left = names
        var crashes = 0
        while !left.isEmpty, crashes < Self.mostCrashes {
            let some = Self.fitting(left)
            let list = some.map(\.description).joined(separator: ",")
            let report = try await run([("class", list)] + others, &tally)
            tally.add(report)
            if !report.isWhole { crashes += 1 }
            let done = tally
            let before = left.count
            left.removeAll { done.has($0) }
            // A runner that does not find a case by its name would be asked for ever.
            if left.count == before { left.removeFirst(min(some.count, left.count)) }
        }
    }

    /// As many from the front as a shell line takes.
    private static func fitting(_ names: [TestName]) -> ArraySlice<TestName> {
        var bytes = 0
        return names.prefix { name in
            bytes += name.description.utf8.count + 1
            return bytes <= InstrumentationCall.longestList
        }
    }
}
