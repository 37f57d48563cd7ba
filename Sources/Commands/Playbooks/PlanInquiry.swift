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
        return await eachOf(targets.count, atMost: width, on: session.lanes) { index, lane in
            let plays = plan.plays.filter { $0.targets.contains(index) }
            return await ask(targets[index], plays, questions, on: lane)
        }
    }

    private func ask(
        _ target: PlannedTarget, _ plays: [PlannedPlay], _ questions: PhoneQuestions, on lane: Lane
    ) async -> PhonePreview {
        guard !target.isUndecided else { return .lost(target, in: plays, because: "it could not be asked") }
        guard let device = target.phone else { return PhonePreview(target: target.id, answers: []) }
        do {
            return try await withDeadline(total: limit, on: lane) {
                let phone = try await session.dialer.connect(to: device, on: lane)
                do {
                    var scope = plan.scope(for: target)
                    scope.phone = try await questions.fields(of: phone, knowing: target.fields)
                    let preview = try await PhonePreview.ask(
                        phone, of: target, about: plays, context: context(for: device, in: scope, on: phone))
                    await phone.close()
                    return preview
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

    private func context(for device: Phone, in scope: Scope, on phone: any ConnectedPhone) -> StepContext {
        StepContext(
            scope: scope, payloads: session.payloads,
            progress: ProgressMeter(clock: phone.lane.clock), memory: session.memory, tag: "plan",
            pullFolder: ContainedPath(root: "."), previousStart: phone.lane.now,
            reconnect: { try await session.dialer.connect(to: device, on: phone.lane) })
    }
}
