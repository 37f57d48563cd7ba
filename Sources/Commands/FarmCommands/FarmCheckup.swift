import CloudLinks
import Farm
import HostLinks
import PhoneLinks
import SourceText

/// Looks at what the servers and accounts of a farm file show; phones are left alone.
struct FarmCheckup {
    private let session: FarmSession

    init(_ session: FarmSession) { self.session = session }

    /// Prints what was found; whether all of it is well.
    ///
    /// - Throws: `CancellationError`.
    func look() async throws -> Bool {
        let inventory = session.inventory
        Terminal.output.line(terminalSafe(session.farmFile.name))
        let counts = [
            (inventory.phones.count, "phone"), (inventory.servers.count, "server"),
            (inventory.encoders.count, "encoder"),
        ]
        let text = counts.filter { $0.0 > 0 }.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: ", ")
        var findings = [Finding("farm", .good, text.isEmpty ? "it names nobody" : text)]
        findings += try await racks()
        findings += try await accounts()
        for finding in findings { finding.tell() }
        Terminal.output.line(
            "`drover phones` asks every phone; `drover doctor NAME` looks at the way to one of them step by step.")
        return findings.allSatisfy(\.isGood)
    }

    private func racks() async throws -> [Finding] {
        let servers = session.inventory.servers.filter { $0.adbServer != nil }
        return try await Discovery(tunnels: session.tunnels).ask(servers, on: session.lanes[0]).map { answer in
            if let failure = answer.failure {
                return Finding("server", .bad(advice: failure.advice), "\(answer.server.name): \(failure)")
            }
            let ready = answer.phones.count { $0.state == "device" }
            let states = Dictionary(grouping: answer.phones, by: \.state).mapValues(\.count)
            let others = states.filter { $0.key != "device" }.sorted { $0.key < $1.key }.map { ", \($1) \($0)" }
            let noun = ready == 1 ? "phone" : "phones"
            return Finding("server", .good, "\(answer.server.name): \(ready) \(noun) ready\(others.joined())")
        }
    }

    /// What each account shows of the servers that it has in the farm file.
    private func accounts() async throws -> [Finding] {
        let servers = session.inventory.servers.filter { $0.cloud != nil }
        let shown = try await session.clouds.discover(servers)
        let phones = Dictionary(grouping: shown.phones, by: \.server).mapValues(\.count)
        let byAccount = Dictionary(grouping: servers) { $0.cloud?.account ?? "" }
        let good = byAccount.sorted { $0.key < $1.key }.map { name, own in
            let count = own.reduce(0) { $0 + (phones[$1.name] ?? 0) }
            let nouns = (own.count == 1 ? "server" : "servers", count == 1 ? "phone" : "phones")
            return (name, Finding("account", .good, "\(name): \(own.count) \(nouns.0), \(count) \(nouns.1)"))
        }
        let silent = Set(shown.complaints.map(\.name))
        return good.filter { !silent.contains($0.0) }.map(\.1)
            + shown.complaints.map { name, error in
                Finding("account", .bad(advice: error.advice), "\(name): \(error)")
            }
    }
}
