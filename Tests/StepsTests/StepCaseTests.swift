import DroverTesting
import Farm
import Journal
import Lanes
import PlaybookLanguage
import Steps
import Testing

@Suite("Every case of fixtures/steps") struct StepCaseTests {
    /// The kinds for phones and servers; those for hosts are tried on a real shell, in `Hosts/`.
    private static let keywords = StepCatalog.standard.manuals.filter { $0.targets != [.encoders] }.map(\.keyword)

    @Test(arguments: keywords)
    func `every kind has cases`(kind: String) {
        #expect(!StepCase.all(of: kind).isEmpty, "fixtures/steps/\(kind) has no case")
    }

    @Test func `no folder of cases belongs to nobody`() {
        let folders = Set(RepositoryFile.names(in: RepositoryFile.path("fixtures/steps")))
        #expect(folders == Set(Self.keywords))
    }

    @Test(.timeLimit(.minutes(5)), arguments: keywords.flatMap { StepCase.all(of: $0) })
    func `a step asks the phone what its case says, and judges as it says`(sample: StepCase) async throws {
        let step = try StepText(sample.step, for: sample.server == nil ? "phones" : "servers")
        let lane = try Lane(name: "case")
        let (phone, requests) = try sample.target(on: lane)
        let folder = try ScratchFolder()
        let memory = ShortMemory()
        try #require(!sample.rounds.isEmpty, "\(sample.name) has no rounds")
        for (number, round) in sample.rounds.enumerated() {
            let before = requests().count
            let place = "\(sample.name), round \(number + 1)"
            let context = testContext(on: phone, payloads: sample.payloads, memory: memory, folder: folder.path)
            let need = try await step.kind.need(on: phone, context: context, conduct: step.conduct)
            #expect(need.word == round.need, "\(place): \(need.reason)")
            if let reason = round.reason { #expect(need.reason == reason, "\(place)") }
            #expect(need.isDue || round.verdict == nil, "\(place): nothing was due, but a verdict is expected")
            if let words = round.throwsWords {
                await #expect("\(place)") {
                    try await step.kind.perform(on: phone, context: context, conduct: step.conduct)
                } throws: {
                    "\($0)".contains(words)
                }
                let kept = context.soFar.kept
                if let cases = round.cases { #expect(kept?.cases.map(\.spelled) == cases, "\(place)") }
                for (name, text) in round.outputs {
                    #expect(kept?.spelled(name) == text, "\(place): output \(name)")
                }
            }
            if need.isDue, let verdict = round.verdict {
                let outcome = try await Task(executorPreference: lane) {
                    try await step.kind.perform(on: phone, context: context, conduct: step.conduct)
                }.value
                #expect(outcome.word == verdict, "\(place): \(String(describing: outcome.failure))")
                if let code = round.code { #expect(outcome.failure?.code == code, "\(place)") }
                if let says = round.says { #expect(outcome.failure?.reason == says, "\(place)") }
                if let advice = round.advice { #expect(outcome.failure?.advice == advice, "\(place)") }
                for (name, text) in round.outputs {
                    let expected = text.replacing("FOLDER", with: folder.path)
                    #expect(outcome.outputs.spelled(name) == expected, "\(place): output \(name)")
                }
                if let cases = round.cases { #expect(outcome.outputs.cases.map(\.spelled) == cases, "\(place)") }
                for (name, text) in round.keeps {
                    #expect(RepositoryFile.text(at: "\(folder.path)/\(name)") == text, "\(place): file \(name)")
                }
            }
            if let expected = round.requests {
                #expect(Array(requests().dropFirst(before)) == expected, "\(place)")
            }
        }
    }
}

extension Need {
    fileprivate var word: String {
        switch self {
        case .work: "work"
        case .nothing: "nothing"
        case .unknown: "unknown"
        }
    }
}

extension StepOutcome {
    fileprivate var word: String {
        if case .unknown = result { return "unknown" }
        return verdict.rawValue
    }
}

extension TestCase {
    fileprivate var spelled: String {
        "\(suite)#\(name) \(result.rawValue)" + (isFlaky ? ", flaky" : "") + (message.map { ": \($0)" } ?? "")
    }
}

extension StepOutputs {
    fileprivate func spelled(_ name: String) -> String {
        if name == "exit" { return exit.map(String.init) ?? "none" }
        if name == "output" { return output.text }
        switch values[name] {
        case .text(let text): return text
        case .integer(let number): return "\(number)"
        case .number(let number): return "\(number)"
        case .boolean(let flag): return "\(flag)"
        case .list(let list): return "\(list.count) members"
        case .map(let map): return "\(map.count) members"
        case .null: return "null"
        case nil: return "none"
        }
    }
}
