public import Farm
import PlaybookLanguage
import SourceText
public import Steps

/// What a step would do on one phone as it is now.
public enum Foreseen: Hashable, Sendable {
    /// There is work, with its reason.
    case work(String)
    /// There is nothing to do, with the reason.
    case nothing(String)
    /// The phone could not tell; the step would be done.
    case unknown(String)
    /// `when` says that it is not for this phone.
    case skipped
    /// It depends on results of earlier steps.
    case depends
    /// It would fail, with the reason.
    case failed(String)
    /// The phone could not be asked, with the reason.
    case lost(String)
}

/// What a plan would do to one phone; every step is asked about the phone as it is now.
public struct PhonePreview: Sendable {
    /// Which phone.
    public let target: TargetID
    /// One answer for each step of the plan.
    public let steps: [Foreseen]

    /// Collects answers.
    public init(target: TargetID, steps: [Foreseen]) {
        self.target = target
        self.steps = steps
    }

    /// A phone that could not be asked at all.
    public static func lost(_ target: PlannedTarget, in plan: Plan, because reason: String) -> PhonePreview {
        PhonePreview(target: target.id, steps: plan.steps.map { _ in .lost(reason) })
    }

    /// Asks a phone about every step of a plan; nothing is changed on it.
    ///
    /// - Parameter context: What every step is given; its scope is the phone's, as ``Plan/scope(for:)`` makes it, with
    ///   what else is known of the phone.
    /// - Throws: `CancellationError`.
    public static func ask(
        _ phone: any ConnectedPhone, of target: PlannedTarget, about plan: Plan, context: StepContext
    ) async throws -> PhonePreview {
        let scope = context.scope
        var answers: [Foreseen] = []
        for step in plan.steps {
            let context = StepContext(context, scope: step.scope(in: scope))
            answers.append(try await foreseen(step, on: phone, context))
        }
        return PhonePreview(target: target.id, steps: answers)
    }

    private static func foreseen(
        _ step: PlannedStep, on phone: any ConnectedPhone, _ context: StepContext
    ) async throws -> Foreseen {
        do {
            guard try step.applies(in: context.scope) else { return .skipped }
            switch try await step.need(on: phone, context: context) {
            case .work(let reason): return .work(reason)
            case .nothing(let reason): return .nothing(reason)
            case .unknown(let reason): return .unknown(reason)
            }
        } catch let error as CancellationError {
            throw error
        } catch let error as PhoneError {
            return .lost(error.reason)
        } catch let error as PlaybookError where error.span?.text.contains("steps") == true {
            return .depends
        } catch {
            return .failed("\(error)")
        }
    }
}

/// What a plan would do, per step, with phones that answered alike put together.
public struct PlanPreview: Sendable {
    /// Phones for which a step would do the same.
    public struct Group: Hashable, Sendable {
        /// What it would do.
        public let foreseen: Foreseen
        /// Their names, sorted.
        public let phones: [String]
    }

    /// The groups of each step, the largest first.
    public let groups: [[Group]]
    /// How many phones were asked.
    public let phoneCount: Int

    /// Puts answers together.
    public init(of previews: [PhonePreview], for plan: Plan) {
        phoneCount = previews.count
        groups = plan.steps.indices.map { index in
            var byAnswer: [Foreseen: [String]] = [:]
            for preview in previews where preview.steps.indices.contains(index) {
                byAnswer[preview.steps[index], default: []].append(preview.target.name)
            }
            return byAnswer.map { Group(foreseen: $0.key, phones: $0.value.sorted()) }
                .sorted { left, right in
                    if left.phones.count != right.phones.count { return left.phones.count > right.phones.count }
                    return (left.phones.first ?? "") < (right.phones.first ?? "")
                }
        }
    }

    /// Whether any step has, or may have, something to do on any phone.
    public var hasWork: Bool {
        groups.joined().contains { group in
            switch group.foreseen {
            case .work, .unknown, .depends: true
            case .nothing, .skipped, .failed, .lost: false
            }
        }
    }
}
