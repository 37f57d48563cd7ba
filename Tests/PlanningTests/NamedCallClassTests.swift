import CloudPhone
import CloudSteps
import DroverTesting
import Farm
import KooPhone
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Planning

/// What may be asked of a cloud's service by name, and what needs a person's word.
struct NamedCallClassTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let call: String
        var with = ""
        let stepClass: StepClass
        /// What nobody can be asked for needs; nil for nothing.
        let flag: String?
        var testDescription: String { call }
    }

    static let samples: [Sample] = [
        Sample(call: "ShowCloudPhoneDetail", stepClass: .read, flag: nil),
        Sample(call: "ImportTraffic", with: "traffic_type: direct", stepClass: .change, flag: nil),
        Sample(call: "StopCloudPhone", with: "phones: '${{ [] }}'", stepClass: .disrupt, flag: "--yes"),
        Sample(
            call: "ResetCloudPhone", with: "phones: '${{ [] }}'", stepClass: .dataLoss, flag: "--allow data-loss"),
        Sample(
            call: "ExpandPhoneDataVolumeSize", with: "phones: '${{ [] }}'", stepClass: .money, flag: "--allow money"),
        Sample(
            call: "UpdateKeypair", with: "servers: '${{ [] }}'", stepClass: .lockOut, flag: "--allow lock-out"),
        Sample(call: "BatchShowInstance", stepClass: .read, flag: nil),
        Sample(call: "AsyncInvokeInstance", with: "command: id", stepClass: .change, flag: nil),
        Sample(call: "BatchBackupInstances", stepClass: .disrupt, flag: "--yes"),
        Sample(call: "BatchResetInstance", stepClass: .dataLoss, flag: "--allow data-loss"),
        Sample(call: "DeleteInstance", stepClass: .dataLoss, flag: "--allow data-loss"),
        Sample(call: "CreateInstance", with: "count: 1", stepClass: .money, flag: "--allow money"),
    ]

    @Test("`cloud` refuses each class without its word, what disrupts on more than 20 phones", arguments: samples)
    func classes(sample: Sample) throws {
        try expectFlag(sample, phones: 21)
        // What loses data, costs money or locks out needs it for a single one.
        try expectFlag(sample, phones: 1, sample.stepClass == .disrupt ? .some(nil) : nil)
    }

    /// - Parameter flag: What is needed, where it is another than the sample's.
    private func expectFlag(_ sample: Sample, phones: Int, _ other: String?? = nil) throws {
        let needed = other ?? sample.flag
        var world = try PlanningWorld(phones)
        world.vocabulary = .whole
        let with = sample.with.isEmpty ? "" : ", with: { \(sample.with) }"
        var diagnostics = Diagnostics()
        let made = world.plan(
            "phones: all\nsteps:\n  - cloud: { call: \(sample.call)\(with) }\n", &diagnostics)
        let plan = try #require(made, "\(diagnostics)")
        #expect(plan.stepClass == sample.stepClass)
        func judge(saysYes: Bool = false, allowed: Set<StepClass> = []) -> String? {
            let judgement = BlastRadius.judge(
                plan, isOneOff: false, isInteractive: false, saysYes: saysYes, allowed: allowed)
            guard case .needs(let flag, _) = judgement else { return nil }
            return flag
        }
        #expect(judge() == needed)
        let isHarmless = sample.stepClass <= .disrupt
        #expect(judge(saysYes: true) == (isHarmless ? nil : needed))
        let others = Set(StepClass.allCases).subtracting([sample.stepClass])
        #expect(judge(allowed: others) == needed)
        #expect(judge(allowed: [sample.stepClass]) == nil)
    }

    @Test func `the samples have each class of each service`() throws {
        for kind in Farm.CloudAccount.Kind.allCases {
            let there = Set(ServiceCatalog.operations(of: kind).map(\.shape.hazard.rawValue))
            let found = try Self.samples.filter { sample in
                try ServiceCatalog.operations(named: sample.call).contains { $0.accountKind == kind }
            }
            #expect(Set(found.map(\.stepClass.rawValue)) == there, "\(kind)")
        }
    }
}
