import Crypto
import DroverTesting
import Glibc
import Lanes
import Synchronization
import Testing

@testable import SSH

/// A key that was never made: only its holder would have to prove it.
func sampleKey(_ seed: UInt8, type: String = "ssh-ed25519") -> SSHPublicKey {
    var fields = SSHFieldWriter()
    fields.add(type)
    fields.add([UInt8](repeating: seed, count: 32))
    guard let key = SSHPublicKey(blob: fields.bytes) else { preconditionFailure("\(type) is no type") }
    return key
}

@Suite("Known hosts", .timeLimit(.minutes(5)))
struct KnownHostsTests {
    private let folder: ScratchFolder
    private let host = KnownHostName("gate.lab", port: 2222)
    private var user: String { "\(folder.path)/user" }
    private var own: String { "\(folder.path)/state/drover/known_hosts" }

    init() throws { folder = try ScratchFolder() }

    private func hosts() -> KnownHosts { KnownHosts(read: [user], own: own) }

    private func judge(
        _ key: SSHPublicKey, _ checking: HostKeyChecking = .pin, of host: KnownHostName? = nil,
        by hosts: KnownHosts? = nil
    ) async throws -> HostKeyVerdict {
        let lane = try Lane(name: "judge")
        let hosts = hosts ?? self.hosts()
        let host = host ?? self.host
        return try await Task(executorPreference: lane) {
            try await hosts.judge(SSHHostKey(blob: key.blob), of: host, by: checking, on: lane)
        }.value
    }

    private func line(_ names: String, _ key: SSHPublicKey) -> String { "\(names) \(key.type) \(key.base64)\n" }

    @Test func `the first key is kept, and is known from then on`() async throws {
        let hosts = hosts()
        #expect(try await judge(sampleKey(1), by: hosts) == .pinned(own))
        let place = KnownHostsPlace(path: own, line: 1)
        #expect(try await judge(sampleKey(1), by: hosts) == .known(place))
        #expect(try await judge(sampleKey(1), .strict) == .known(place))
        #expect(RepositoryFile.text(at: own) == line("[gate.lab]:2222", sampleKey(1)))
        var status = stat()
        #expect(stat(own, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(stat("\(folder.path)/state/drover", &status) == 0 && status.st_mode & 0o777 == 0o700)
        await #expect(throws: SSHError.self) { try await judge(sampleKey(2), by: hosts) }
        #expect(RepositoryFile.text(at: own)?.split(separator: "\n").count == 1)
    }

    @Test func `nothing is looked at and nothing kept where nobody checks`() async throws {
        try folder.write("@revoked * ssh-ed25519 \(sampleKey(1).base64)\n", to: "user")
        #expect(try await judge(sampleKey(1), .off) == .unchecked)
        #expect(access(own, F_OK) != 0)
    }

    @Test func `a line that lacks its end gets one before the next is added`() async throws {
        try folder.write(String(line("other", sampleKey(3)).dropLast()), to: "state/drover/known_hosts")
        #expect(try await judge(sampleKey(1)) == .pinned(own))
        #expect(RepositoryFile.text(at: own) == line("other", sampleKey(3)) + line("[gate.lab]:2222", sampleKey(1)))
    }

    @Test func `any of the keys of a host is as good, and those of a name hold on all of its ports`() async throws {
        try folder.write(
            "# the gate\n\n" + line("gate.lab", sampleKey(1)) + line("[gate.lab]:2222", sampleKey(2))
                + line("[gate.lab]:2222", sampleKey(3, type: "ssh-rsa")), to: "user")
        #expect(try await judge(sampleKey(2), .strict) == .known(KnownHostsPlace(path: user, line: 4)))
        #expect(
            try await judge(sampleKey(3, type: "ssh-rsa"), .strict) == .known(KnownHostsPlace(path: user, line: 5)))
        // What is said of the port wins over what is said of the name.
        await #expect(throws: SSHError.self) { try await judge(sampleKey(1), .strict) }
        let other = KnownHostName("gate.lab", port: 2022)
        #expect(try await judge(sampleKey(1), .strict, of: other) == .known(KnownHostsPlace(path: user, line: 3)))
    }

    @Test func `files are read again when they change, from the end or from the beginning`() async throws {
        let hosts = hosts()
        let next = KnownHostName("next", port: 22)
        try folder.write(line("gate.lab", sampleKey(1)), to: "user")
        #expect(try await judge(sampleKey(1), .strict, by: hosts) == .known(KnownHostsPlace(path: user, line: 1)))
        try folder.write(line("gate.lab", sampleKey(1)) + line("next", sampleKey(2)), to: "user")
        #expect(
            try await judge(sampleKey(2), .strict, of: next, by: hosts) == .known(KnownHostsPlace(path: user, line: 2)))
        try folder.write(line("next", sampleKey(3)), to: "user")
        #expect(
            try await judge(sampleKey(3), .strict, of: next, by: hosts) == .known(KnownHostsPlace(path: user, line: 1)))
        await #expect(throws: SSHError.self) { try await judge(sampleKey(1), .strict, by: hosts) }
        try folder.remove("user")
        await #expect(throws: SSHError.self) { try await judge(sampleKey(3), .strict, of: next, by: hosts) }
    }

    @Test func `lines that cannot be understood say nothing`() async throws {
        let good = line("gate.lab", sampleKey(1))
        let key = sampleKey(2).base64
        try folder.write(
            [
                "gate.lab", "gate.lab ssh-ed25519", "gate.lab ssh-rsa \(key)",
                "gate.lab ssh-ed25519 \(key.dropLast(8))",
                "@unknown gate.lab ssh-ed25519 \(key)", "gate.lab 2048 65537 1234567", "\u{0}\u{1B}[2J",
                "#gate.lab ssh-ed25519 \(key)", "gate.lab ssh-ed25519 !!!!", String(repeating: "x", count: 70_000),
            ].joined(separator: "\n") + "\n" + good, to: "user")
        #expect(try await judge(sampleKey(1), .strict) == .known(KnownHostsPlace(path: user, line: 11)))
    }

    @Test func `types that are known come first when a host is asked`() throws {
        #expect(hosts().algorithms(for: host) == KnownHosts.usualAlgorithms)
        try folder.write(
            line("gate.lab", sampleKey(1, type: "ssh-rsa")) + line("x", sampleKey(2, type: "ecdsa-sha2-nistp384")),
            to: "user")
        #expect(hosts().algorithms(for: host).prefix(3) == ["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"])
        #expect(hosts().algorithms(for: KnownHostName("x", port: 22)).first == "ecdsa-sha2-nistp384")
        #expect(hosts().algorithms(for: host, among: ["ssh-ed25519", "ssh-rsa"]) == ["ssh-rsa", "ssh-ed25519"])
    }

    @Test func `many that meet their hosts at once lose no line`() async throws {
        let own = own
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<6 {
                let lane = try Lane(name: "\(part)")
                // Each as if it were a process of its own, with its own view of the file.
                let hosts = KnownHosts(read: [], own: own)
                for index in 0..<40 {
                    // Every host is met by two of them.
                    let number = part / 2 * 40 + index
                    let host = KnownHostName("host-\(number)", port: 22)
                    let key = SSHHostKey(blob: sampleKey(UInt8(number)).blob)
                    group.addTask(executorPreference: lane) {
                        _ = try await hosts.judge(key, of: host, by: .pin, on: lane)
                    }
                }
            }
            try await group.waitForAll()
        }
        let lines = RepositoryFile.text(at: own)?.split(separator: "\n") ?? []
        #expect(lines.count == 120)
        #expect(Set(lines).count == 120)
    }

    @Test func `a lock that somebody keeps is waited for, and then reported`() async throws {
        try folder.write("", to: "state/drover/known_hosts")
        let clock = ManualClock()
        let lane = try Lane(name: "waiting", clock: clock)
        let descriptor = open(own, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX) == 0)
        let (hosts, host) = (hosts(), host)
        let ended = Mutex(false)
        let judging = Task(executorPreference: lane) {
            defer { ended.withLock { $0 = true } }
            return try await hosts.judge(SSHHostKey(blob: sampleKey(1).blob), of: host, by: .pin, on: lane)
        }
        for _ in 0..<100 { await clock.advance(by: .milliseconds(10)) }
        #expect(!ended.withLock { $0 })
        while !ended.withLock({ $0 }) { await clock.advance(by: .seconds(1)) }
        let error = await #expect(throws: SSHError.self) { try await judging.value }
        #expect(error?.reason.contains("cannot be kept") == true)
        flock(descriptor, LOCK_UN)
        #expect(try await judge(sampleKey(1)) == .pinned(own))
    }

    @Test func `every refusal says why and what to do`() async throws {
        var said = ""
        func note(_ title: String, _ judging: () async throws -> HostKeyVerdict) async {
            do {
                said += "\(title): \(try await judging())\n\n"
            } catch {
                said += "\(title):\n\(error)\n\((error as? SSHError)?.advice ?? "no advice")\n\n"
            }
        }
        await note("unknown, strict") { try await judge(sampleKey(1), .strict) }
        try folder.write(
            line("gate.lab", sampleKey(1)) + "@revoked * ssh-ed25519 \(sampleKey(9).base64) stolen\n"
                + "@cert-authority *.farm ssh-ed25519 \(sampleKey(8).base64)\n", to: "user")
        await note("changed") { try await judge(sampleKey(2)) }
        await note("changed to another type") { try await judge(sampleKey(2, type: "ssh-rsa")) }
        await note("revoked, strict") { try await judge(sampleKey(9), .strict) }
        await note("revoked, pin") { try await judge(sampleKey(9), of: KnownHostName("new", port: 22)) }
        await note("known by an authority only") {
            try await judge(sampleKey(2), .strict, of: KnownHostName("a.farm", port: 22))
        }
        await note("of a type that nobody knows") {
            try await judge(sampleKey(2, type: "ssh-new@lab"), .strict, of: KnownHostName("b", port: 22))
        }
        await note("no home") { try await judge(sampleKey(2), by: KnownHosts(environment: [:])) }
        await note("a name that cannot be written") {
            try await judge(sampleKey(2), of: KnownHostName("a b\n", port: 22))
        }
        await note("a file that is none") {
            try await judge(sampleKey(2), by: KnownHosts(read: [], own: folder.path))
        }
        await note("a folder that is a file") {
            try await judge(sampleKey(2), by: KnownHosts(read: [folder.path], own: "\(user)/known_hosts"))
        }
        await note("no key") {
            let lane = try Lane(name: "none")
            let (hosts, host) = (hosts(), host)
            return try await Task(executorPreference: lane) {
                try await hosts.judge(SSHHostKey(blob: [1, 2]), of: host, by: .pin, on: lane)
            }.value
        }
        expectGolden(said.replacing(folder.path, with: "FOLDER"), "golden/ssh/host-keys.txt")
    }

    @Test func `the files are OpenSSH's and drover's own`() {
        #expect(
            KnownHosts(environment: ["HOME": "/home/x"]).paths == [
                "/home/x/.ssh/known_hosts", "/home/x/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts",
                "/etc/ssh/ssh_known_hosts2", "/home/x/.local/state/drover/known_hosts",
            ])
        let stated = KnownHosts(environment: ["HOME": "/home/x", "XDG_STATE_HOME": "/s"])
        #expect(stated.ownPath == "/s/drover/known_hosts")
        #expect(KnownHosts(environment: [:]).ownPath == nil)
    }
}

@Suite("Known hosts and OpenSSH", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct KnownHostsInteropTests {
    @Test func `hidden names are found, stay hidden, and OpenSSH finds what drover adds`() async throws {
        let folder = try ScratchFolder()
        let path = try folder.write(
            "gate,10.0.9.4 ssh-ed25519 \(sampleKey(1).base64)\n[gate]:2222 ssh-ed25519 \(sampleKey(2).base64)\n",
            to: "known_hosts")
        try await mustRun([SSHKeyMaker.program, "-q", "-H", "-f", path])
        let hidden = RepositoryFile.text(at: path) ?? ""
        #expect(!hidden.contains("gate") && hidden.contains("|1|"))
        let hosts = KnownHosts(read: [], own: path)
        let lane = try Lane(name: "hidden")
        for (name, port, seed) in [("gate", 22, 1), ("10.0.9.4", 22, 1), ("gate", 2222, 2)] as [(_, UInt16, UInt8)] {
            guard case .known = hosts.finding(sampleKey(seed), of: KnownHostName(name, port: port)) else {
                Issue.record("\(name):\(port) is not known")
                continue
            }
        }
        let verdict = try await Task(executorPreference: lane) {
            try await hosts.judge(
                SSHHostKey(blob: sampleKey(3).blob), of: KnownHostName("Enc", port: 8022), by: .pin, on: lane)
        }.value
        #expect(verdict == .pinned(path))
        #expect(RepositoryFile.text(at: path)?.hasPrefix(hidden) == true)
        let found = try await mustRun([SSHKeyMaker.program, "-F", "[enc]:8022", "-f", path])
        #expect(found.contains(sampleKey(3).base64))
    }

    @Test func `a key that drover has kept is one that ssh believes`() async throws {
        try await SSHServer.serving { server in
            let folder = try ScratchFolder()
            let key = try await server.keys.make()
            try server.authorize(key)
            let shown = try #require(server.hostKey().flatMap { SSHPublicKey(base64: $0.publicBase64) })
            #expect(shown.fingerprint == server.hostKey()?.fingerprint)
            let hosts = KnownHosts(read: [], own: "\(folder.path)/known_hosts")
            let (lane, port) = (try Lane(name: "pin"), server.port)
            _ = try await Task(executorPreference: lane) {
                try await hosts.judge(
                    SSHHostKey(blob: shown.blob), of: KnownHostName("127.0.0.1", port: port), by: .pin, on: lane)
            }.value
            let answer = try await runToEnd([
                "/usr/bin/ssh", "-F", "none", "-p", "\(port)", "-i", key.path, "-o", "BatchMode=yes", "-o",
                "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=\(folder.path)/known_hosts",
                "\(SSHServer.user)@127.0.0.1", "echo believed",
            ])
            #expect(answer.output == "believed\n", "\(answer.text)")
        }
    }
}
