import Farm
import Lanes
import PhoneLinks
import Planning
import PlaybookLanguage
import Runner
import Steps

/// Asks every phone of a plan what its steps would do, each over a short link of its own.
struct PlanInquiry: Sendable {
    let plan: Plan
    let session: FarmSession
    /// How long one phone may take for all its steps.
    var limit: Duration = .seconds(120)

    /// Asks; the answers are in the order of the plan's targets.
    func ask() async -> [PhonePreview] {
        let targets = plan.targets
        let questions = PhoneQuestions(of: plan)
        let width = min(plan.forks ?? .max, session.survey.width)
        let lanes = LaneDeal.lanes(for: targets.map(\.phone), among: session.lanes)
        return await eachOf(targets.count, atMost: width, on: lanes) { index, lane in
            let plays = plan.plays.filter { $0.targets.contains(index) }
            return await ask(index, targets[index], plays, questions, on: lane)
        }
    }

    private func ask(
        _ index: Int, _ target: PlannedTarget, _ plays: [PlannedPlay], _ questions: PhoneQuestions, on lane: Lane
    ) async -> PhonePreview {
        guard !target.isUndecided else { return .lost(target, in: plays, because: "it could not be asked") }
        guard target.phone != nil || target.encoder != nil else { return PhonePreview(target: target.id, answers: []) }
        do {
            return try await withDeadline(total: limit, on: lane) {
                let phone = try await connect(to: target, on: lane)
                do {
                    var scope = plan.scope(for: target)
                    if target.phone != nil {
                        scope.phone = try await questions.fields(of: phone, knowing: target.fields)
                    }
                    let preview = try await PhonePreview.ask(
                        phone, of: target, about: plays, context: context(for: target, in: scope, on: phone))
                    let rate =
                        preview.bytes >= Self.worthMeasuring && index < Self.measuredPhones
                        ? await Self.rate(of: phone) : nil
                    await phone.close()
                    return preview.measured(rate)
                } catch {
                    await phone.close()
                    throw error
                }
            }
        } catch let error as PhoneError {
            return .lost(target, in: plays, because: error.description)
        } catch {
            return .lost(target, in: plays, because: "\(error)")
        }
    }

    private func connect(to target: PlannedTarget, on lane: Lane) async throws -> any ConnectedTarget {
        if let phone = target.phone { return try await session.dialer.connect(to: phone, on: lane) }
        guard let encoder = target.encoder else {
            throw PhoneError(.unsupported, operation: "connect", reason: "\(target.id.name) cannot be connected to")
        }
        return try await session.hosts.connect(to: encoder, on: lane)
    }

    /// Less than this is there in no time.
    private static let worthMeasuring: UInt64 = 4 << 20
    /// So many links tell enough.
    private static let measuredPhones = 8

    /// What a link carries, in bytes per second, by having the phone send nothing but zeros; nil when it will not.
    private static func rate(of phone: any ConnectedTarget) async -> Double? {
        let count = 1 << 20
        let start = phone.lane.now
        guard
            let result = try? await phone.run(
                "dd if=/dev/zero bs=65536 count=16 2>/dev/null", input: [], outputLimit: count),
            result.output.count == count
        else { return nil }
        let nanoseconds = Double(max(1, phone.lane.now.since(start).wholeNanoseconds))
        return Double(count) / (nanoseconds / 1e9)
    }

    private func context(for target: PlannedTarget, in scope: Scope, on phone: any ConnectedTarget) -> StepContext {
        StepContext(
            scope: scope, payloads: session.payloads,
            progress: ProgressMeter(clock: phone.lane.clock), memory: session.memory, tag: "plan",
            pullFolder: ContainedPath(root: "."), previousStart: phone.lane.now,
            reconnect: { try await connect(to: target, on: phone.lane) })
    }
}
