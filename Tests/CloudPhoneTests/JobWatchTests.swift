import DroverTesting
import JSON
import Lanes
import Synchronization
import Testing

@testable import CloudPhone

@Suite("Jobs are looked at together", .timeLimit(.minutes(2)))
struct JobWatchTests {
    private let clock = ManualClock()

    private static func call(_ number: Int, jobs: Int = 1, kind: JobKind = .install, age: Duration = .zero)
        -> WatchedCall
    {
        WatchedCall(
            requestID: SampleID.numbered(number, "c"), kind: kind,
            jobIDs: (0..<jobs).map { SampleID.numbered(number * 1000 + $0, "d") }, age: age)
    }

    private static func job(_ id: String, _ status: Int, _ more: [String: JSONValue] = [:]) -> JSONValue {
        .object(
            ["job_id": .text(id), "phone_id": .text(SampleID.numbered(1)), "status": .integer(Int64(status))].merging(
                more
            ) { $1 })
    }

    private func watch(_ server: ScriptedHTTPServer) throws -> JobWatch {
        JobWatch(try server.client(clock: clock), options: JobWatchOptions(random: { 0.5 }))
    }

    /// Waits for all jobs of a call while time passes.
    private func results(of calls: [WatchedCall], _ watch: JobWatch) async throws -> [JobResult] {
        let finished = NumberBox(0)
        let task = Task {
            defer { finished.value = 1 }
            var results: [JobResult] = []
            for jobID in calls.flatMap(\.jobIDs) { results.append(try await watch.result(of: jobID)) }
            return results
        }
        await advance(clock) { finished.value == 1 }
        return try await task.value
    }

    /// The request ids that a question was about.
    private static func asked(_ exchange: HTTPExchange) -> [String] {
        let query = exchange.target.split(separator: "?").last ?? ""
        let part = query.split(separator: "&").first { $0.hasPrefix("request_ids=") } ?? ""
        return part.dropFirst("request_ids=".count).replacing("%2C", with: ",").split(separator: ",").map(String.init)
    }

    @Test func `every phone gets its own answer`() async throws {
        let call = Self.call(1, jobs: 5, kind: .shell)
        try await ScriptedHTTPServer.serving { _, line in
            line.answer([
                "jobs": [
                    Self.job(call.jobIDs[0], 2, ["execute_msg": "fine", "error_code": "", "error_msg": .null]),
                    Self.job(
                        call.jobIDs[1], -1, ["error_code": "CPS0005", "error_msg": "no phone", "execute_msg": "oh"]),
                    Self.job(call.jobIDs[2], 2, ["execute_msg": .text(String(repeating: "x", count: 1024))]),
                    Self.job(call.jobIDs[3], 2, ["execute_msg": .null, "error_code": .null]),
                    Self.job(call.jobIDs[4], -1),
                    Self.job("somebody-elses", -1),
                ]
            ])
        } _: { server in
            let watch = try watch(server)
            await watch.watch(call)
            let results = try await results(of: [call], watch)
            #expect(results[0].outcome == .success(CommandOutput("fine")))
            #expect(
                results[1].outcome
                    == .failed(
                        ServiceFault(code: "CPS.0005", message: "no phone", requestID: call.requestID),
                        CommandOutput("oh")))
            guard case .success(let output) = results[2].outcome else { return #expect(Bool(false)) }
            #expect(output?.isCut == true)
            #expect(results[3].outcome == .success(nil))
            #expect(results[4].outcome == .failed(ServiceFault(code: nil, message: "", requestID: call.requestID), nil))
            #expect(await server.requests().count == 1)
            #expect(await watch.openCount == 0)
        }
    }

    @Test("forty-five calls that are due at once need three questions")
    func together() async throws {
        let calls = (1...45).map { Self.call($0) }
        let byRequest = Dictionary(uniqueKeysWithValues: calls.map { ($0.requestID, $0.jobIDs) })
        try await ScriptedHTTPServer.serving { exchange, line in
            line.answer(["jobs": .array(Self.asked(exchange).flatMap { byRequest[$0] ?? [] }.map { Self.job($0, 2) })])
        } _: { server in
            let watch = try watch(server)
            for call in calls { await watch.watch(call) }
            _ = try await results(of: calls, watch)
            #expect(await server.requests().map { Self.asked($0).count } == [20, 20, 5])
            #expect(await server.requests().allSatisfy { $0.target.contains("limit=100") })
        }
    }

    @Test("of many jobs one call is looked at for all, until it has news or it is time to look at all")
    func sample() async throws {
        let calls = (1...5).map { Self.call($0, jobs: 100, kind: .shell) }
        let byRequest = Dictionary(uniqueKeysWithValues: calls.map { ($0.requestID, $0.jobIDs) })
        // The jobs of the last call end at once; those of the others when they have been asked for six times in all.
        try await ScriptedHTTPServer.serving { exchange, line in
            let asked = Self.asked(exchange)
            let all = asked.flatMap { request in
                (byRequest[request] ?? []).map {
                    Self.job($0, request == calls[4].requestID || exchange.number > 8 ? 2 : 1)
                }
            }
            let offset = exchange.target.split(separator: "offset=").dropFirst().first.flatMap {
                Int($0.prefix(while: \.isNumber))
            }
            line.answer([
                "jobs": .array(Array(all.dropFirst(offset ?? 0).prefix(100))), "count": .integer(Int64(all.count)),
            ])
        } _: { server in
            let watch = try watch(server)
            for call in calls { await watch.watch(call) }
            let results = try await results(of: calls, watch)
            #expect(
                results.count == 500 && results.allSatisfy { if case .success = $0.outcome { true } else { false } })
            let asked = await server.requests().map { Self.asked($0).count }
            #expect(asked.first == 1, "a look at one call: \(asked)")
            #expect(asked.contains { $0 >= 4 }, "and looks at all: \(asked)")
        }
    }

    @Test func `a call that is due soon is taken along`() async throws {
        let calls = [Self.call(1, kind: .shell), Self.call(2, kind: .shell)]
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(["jobs": .array(calls.map { Self.job($0.jobIDs[0], 2) })])
        } _: { server in
            let watch = try watch(server)
            await watch.watch(calls[0])
            await clock.advance(by: .seconds(1))
            await watch.watch(calls[1])
            _ = try await results(of: calls, watch)
            #expect(await server.requests().map(Self.asked) == [calls.map(\.requestID)])
        }
    }

    @Test("the first look comes soon after the call, and every other one later than the one before")
    func looks() async throws {
        let call = Self.call(1, kind: .shell)
        let times = TimeLog()
        let start = clock.now
        try await ScriptedHTTPServer.serving { [clock] exchange, line in
            times.add(exchange.number, clock.now)
            line.answer(["jobs": [Self.job(call.jobIDs[0], exchange.number < 4 ? 1 : 2)]])
        } _: { server in
            let watch = try watch(server)
            await watch.watch(call)
            _ = try await results(of: [call], watch)
        }
        let stamps = times.entries.map(\.time)
        #expect(stamps.count == 5)
        #expect(stamps[0].since(start) >= .seconds(2))
        for (one, next) in zip(stamps, stamps.dropFirst()) { #expect(next.since(one) >= .milliseconds(500)) }
    }

    @Test("a pause is a tenth of the time since the call at most, unless that is very short")
    func pauses() {
        for spread in [0, 0.5, 0.99] {
            let options = JobWatchOptions(random: { spread })
            var elapsed = Duration.seconds(2)
            var looks = 0
            while elapsed < .seconds(1800) {
                let pause = options.pause(after: elapsed)
                #expect(pause <= max(.milliseconds(550), elapsed * 0.1))
                #expect(pause >= .milliseconds(450) && pause <= .milliseconds(16_500))
                elapsed += pause
                looks += 1
            }
            #expect(looks < 220)
        }
        #expect(JobWatchOptions(scale: 0.1, random: { 0.5 }).pause(after: .seconds(1000)) == .milliseconds(1500))
    }

    @Test func `pages are asked for until every job was seen`() async throws {
        let call = Self.call(1, jobs: 250)
        try await ScriptedHTTPServer.serving { exchange, line in
            let offset = exchange.target.firstRange(of: "offset=").flatMap { range in
                Int(exchange.target[range.upperBound...].prefix { $0.isNumber })
            }
            let page = call.jobIDs.dropFirst(offset ?? 0).prefix(100)
            line.answer(["jobs": .array(page.map { Self.job($0, 2) })])
        } _: { server in
            let watch = try watch(server)
            await watch.watch(call)
            _ = try await results(of: [call], watch)
            #expect(await server.requests().count == 3)
        }
        // A full last page needs no further one, as it is known what was waited for.
        let full = Self.call(2, jobs: 100)
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(["jobs": .array(full.jobIDs.map { Self.job($0, 2) })])
        } _: { server in
            let watch = try watch(server)
            await watch.watch(full)
            _ = try await results(of: [full], watch)
            #expect(await server.requests().count == 1)
        }
    }

    @Test func `past the deadline of its kind a job is unknown, and never failed`() async throws {
        let call = Self.call(1, kind: .shell)
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(["jobs": [Self.job(call.jobIDs[0], 1)]])
        } _: { server in
            let watch = try watch(server)
            let start = clock.now
            await watch.watch(call)
            let results = try await results(of: [call], watch)
            #expect(clock.now.since(start) >= .seconds(300))
            #expect(
                results[0].outcome == .unknown("it has not ended within 300.0 seconds, and jobs cannot be cancelled"))
            #expect(try await watch.result(of: call.jobIDs[0]) == results[0])
        }
    }

    @Test func `a call of an earlier run is looked at once more, however old it is`() async throws {
        let calls = [
            Self.call(1, kind: .shell, age: .seconds(86_400)), Self.call(2, kind: .install, age: .seconds(86_400)),
        ]
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(["jobs": [Self.job(calls[0].jobIDs[0], 2), Self.job(calls[1].jobIDs[0], 1)]])
        } _: { server in
            let watch = try watch(server)
            for call in calls { await watch.watch(call) }
            let results = try await results(of: calls, watch)
            #expect(results[0].outcome == .success(nil))
            guard case .unknown = results[1].outcome else { return #expect(Bool(false)) }
            #expect(await server.requests().count == 1)
        }
    }

    @Test("a call that the service does not know spoils no other")
    func unknownCall() async throws {
        let calls = [Self.call(1), Self.call(2), Self.call(3)]
        try await ScriptedHTTPServer.serving { exchange, line in
            let asked = Self.asked(exchange)
            guard !asked.contains(calls[1].requestID) else { return line.refuse(400, "CPS.0050", "no jobs") }
            line.answer([
                "jobs": .array(calls.filter { asked.contains($0.requestID) }.map { Self.job($0.jobIDs[0], 2) })
            ])
        } _: { server in
            let watch = try watch(server)
            for call in calls { await watch.watch(call) }
            let results = try await results(of: calls, watch)
            #expect(results[0].outcome == .success(nil))
            #expect(results[2].outcome == .success(nil))
            guard case .unknown(let reason) = results[1].outcome else { return #expect(Bool(false)) }
            #expect(reason.hasPrefix("the service does not know the call: ListJobs: no jobs"))
        }
    }

    @Test func `a service that fails in passing ends no wait`() async throws {
        let call = Self.call(1)
        try await ScriptedHTTPServer.serving { exchange, line in
            exchange.number < 12
                ? line.refuse(500, "CPS.0003", "internal") : line.answer(["jobs": [Self.job(call.jobIDs[0], 2)]])
        } _: { server in
            let watch = try watch(server)
            await watch.watch(call)
            #expect(try await results(of: [call], watch)[0].outcome == .success(nil))
            #expect(await watch.questions == 3)
        }
    }

    @Test func `whoever stops waiting does not stop the others`() async throws {
        let call = Self.call(1)
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(["jobs": [Self.job(call.jobIDs[0], 2)]])
        } _: { server in
            let watch = try watch(server)
            await watch.watch(call)
            await watch.watch(call)
            let impatient = Task { try await watch.result(of: call.jobIDs[0]) }
            impatient.cancel()
            await #expect(throws: CancellationError.self) { try await impatient.value }
            #expect(try await results(of: [call], watch)[0].outcome == .success(nil))
            #expect(try await watch.result(of: "stranger").outcome == .unknown("nobody looks after this job"))
        }
    }

    @Test func `when the watch ends, nobody waits without end`() async throws {
        try await ScriptedHTTPServer.serving { _, _ in
        } _: { server in
            let watch = try watch(server)
            let call = Self.call(1)
            await watch.watch(call)
            let task = Task { try await watch.result(of: call.jobIDs[0]) }
            await watch.stop("the run ends")
            let outcome = try await task.value.outcome
            #expect([.unknown("the run ends"), .unknown("nobody looks after this job")].contains(outcome))
        }
    }
}
