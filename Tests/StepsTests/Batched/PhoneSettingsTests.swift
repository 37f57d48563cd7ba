import DroverTesting
import Farm
import Journal
import Testing

@testable import Steps

@Suite("Settings of a phone that a service answers for") struct PhoneSettingsTests {
    private func outcome(_ step: String, on service: ScriptedService) async throws -> (
        need: Need, outcome: StepOutcome?
    ) {
        let kind = try StepText(step).kind
        let context = testContext(on: service, payloads: ScriptedPayloads())
        let need = try await kind.need(on: service, context: context)
        guard need.isDue else { return (need, nil) }
        return (need, try await kind.perform(on: service, context: context))
    }

    @Test("traffic is sent another way, and left alone where it takes that way already")
    func traffic() async throws {
        let direct = ScriptedService(try ScriptedPhone(), traffic: .direct)
        let (need, changed) = try await outcome("route-traffic: routing", on: direct)
        #expect(need == .work(because: "it is sent by direct"))
        #expect(changed?.result == .changed && changed?.outputs.values["before"] == .text("direct"))
        #expect(direct.requests == ["traffic", "route routing"])
        let routed = ScriptedService(try ScriptedPhone(), traffic: .routing)
        let (same, nothing) = try await outcome("route-traffic: routing", on: routed)
        #expect(same == .nothing(because: "it is sent by routing already") && nothing == nil)
        #expect(routed.requests == ["traffic"])
        let silent = ScriptedService(try ScriptedPhone())
        let (unknown, done) = try await outcome("route-traffic: { by: direct }", on: silent)
        #expect(unknown == .unknown(because: "the service does not tell which way the traffic takes"))
        #expect(done?.outputs.values["before"] == .text(""))
    }

    @Test("a disk gets larger, stays when it is large enough, and never gets smaller")
    func disks() async throws {
        let small = ScriptedService(try ScriptedPhone(), disk: 46)
        let (need, changed) = try await outcome("expand-disk: 64GiB", on: small)
        #expect(need == .work(because: "it has 46 GiB"))
        #expect(changed?.result == .changed && changed?.outputs.values["before"] == .integer(46))
        #expect(small.requests == ["disk", "expand 64"])
        let equal = ScriptedService(try ScriptedPhone(), disk: 64)
        #expect(try await outcome("expand-disk: 64GiB", on: equal).need == .nothing(because: "it has 64 GiB already"))
        let large = ScriptedService(try ScriptedPhone(), disk: 100)
        let refused = try await outcome("expand-disk: 64GiB", on: large).outcome
        #expect(refused?.failure?.code == "smaller")
        #expect(refused?.failure?.reason == "the disk has 100 GiB, and disks never get smaller")
        #expect(large.requests == ["disk"])
        #expect(try StepText("expand-disk: 64GiB").kind.stepClass == .money)
        #expect(try StepText("expand-disk: 64GiB").kind.summary == "expand the disk to 64 GiB")
    }

    @Test("a place for a client is told by address and port, and nothing else")
    func connection() async throws {
        let service = ScriptedService(try ScriptedPhone())
        let told = try await outcome("connection-info: { client: ANDROID }", on: service).outcome
        #expect(told?.result == .ok)
        #expect(
            told?.outputs.values == [
                "address": .text("203.0.113.7"), "server_address": .text(""), "ipv_six": .text(""),
                "port": .integer(10_005),
            ])
        #expect(service.requests == ["connection ANDROID"])
        #expect(try StepText("connection-info: { client: IOS }").kind.stepClass == .read)
    }

    @Test(arguments: [
        ("expand-disk: 64", "unit"), ("expand-disk: 64GB", "whole GiB"), ("expand-disk: 0B", "whole GiB"),
        ("expand-disk: 40000GiB", "at most 32767 GiB"), ("route-traffic: sideways", "is not one of"),
        ("route-traffic:", "needs `by`"), ("connection-info: { client: VNC }", "is not one of"),
    ])
    func `a mistaken setting is told in words`(text: String, words: String) {
        #expect { try StepText(text) } throws: { "\($0)".contains(words) }
    }
}
