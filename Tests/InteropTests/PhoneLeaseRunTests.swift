import Custody
import Farm
import Journal
import Lanes
import PhoneLinks
import Testing

/// Two controllers that know nothing of each other, and a phone that keeps them apart.
@Suite(
    "Leases on a real adbd", .enabled(if: Counterpart.adbd.isThere, Counterpart.adbd.absence), .timeLimit(.minutes(5))
)
struct PhoneLeaseRunTests {
    @Test func `a phone that another controller holds is left to it, and is given back at the end`() async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        let folder = "\(adbd.storage)/.drover-lease"
        func lease(_ owner: String) -> PhoneLease {
            PhoneLease(owner: owner, token: owner, life: .seconds(600), folder: folder)
        }
        let playbook = """
            steps:
              - shell: cat \(folder)/owner-* && ls \(folder) | wc -l
                id: held
            """
        let lane = try Lane(name: "other controller")
        let port = adbd.port
        let phone = Phone(name: "real", waysIn: [.tcp(Address(host: "127.0.0.1", port: port))])
        try await Task(executorPreference: lane) {
            let link = try await PhoneDialer().connect(to: phone, on: lane)
            #expect(try await lease("anna").take(on: link) == .taken)
            let refused = try await RealRun().run(playbook, at: adbd.port, lease: lease("ben"))
            #expect(refused.end?.verdict == .lost)
            #expect(refused.end?.failure?.code == "held")
            #expect(refused.end?.failure?.reason.hasPrefix("held by anna for another ") == true)
            try await lease("anna").release(on: link)
            await link.close()
        }.value
        let served = try await RealRun().run(playbook, at: adbd.port, lease: lease("ben"))
        #expect(served.end?.verdict == .changed)
        #expect(served.steps.first?.end?.outputs.output.text == "ben\n2")
        let after = try await RealRun().run("steps:\n  - shell: test ! -e \(folder)", at: adbd.port)
        #expect(after.end?.verdict == .changed, "the lease was not given back")
    }
}
