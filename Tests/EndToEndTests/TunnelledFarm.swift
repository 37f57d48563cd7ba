import DroverTesting
import Foundation
import Simulator

/// A cloud's servers: real SSH servers, and simulated phones that are dialled from there.
struct TunnelledFarm {
    let practice: PracticeFarm
    let servers: [SSHServer]
    let key: SSHKeyPair

    /// Starts servers and phones, and writes their farm file; the first phones are behind `farm-1`, the next behind
    /// `farm-2`.
    ///
    /// - Parameters:
    ///   - lines: Lines of the configuration of every server.
    ///   - isLetIn: Whether the servers know the key.
    static func with(
        _ options: SimulationOptions, servers count: Int, lines: [String] = [], isLetIn: Bool = true,
        _ body: (TunnelledFarm) async throws -> Void
    ) async throws {
        var ofServer = SSHServer.Options()
        ofServer.lines = lines
        var servers: [SSHServer] = []
        for _ in 0..<count {
            let server = try await SSHServer(ofServer)
            try await server.start()
            servers.append(server)
        }
        let key = try await servers[0].keys.make()
        if isLetIn { for server in servers { try server.authorize(key) } }
        do {
            let started = servers
            try await PracticeFarm.with(options) { practice in
                let farm = TunnelledFarm(practice: practice, servers: started, key: key)
                try practice.write(farm.farmFile(), to: "farm.yml")
                try await body(farm)
            }
        } catch {
            for server in servers { await server.stop() }
            throw error
        }
        for server in servers { await server.stop() }
    }

    /// Which server a phone is behind.
    func server(of place: Int) -> Int { place * servers.count / practice.farm.phones.count }

    private func farmFile() -> String {
        var text = "keypairs: { KeyPair-farm: \(key.path) }\nservers:\n"
        for (place, server) in servers.enumerated() {
            text +=
                "  farm-\(place + 1): { ssh: \"\(SSHServer.user)@127.0.0.1:\(server.port)\", keypair: KeyPair-farm }\n"
        }
        text += "phones:\n"
        for (place, phone) in practice.farm.phones.enumerated() {
            guard let address = phone.address else { continue }
            text += "  \(phone.name): { adb: \"ssh \(address)\", server: farm-\(server(of: place) + 1) }\n"
        }
        return text
    }
}
