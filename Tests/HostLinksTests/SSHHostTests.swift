import DroverTesting
import Farm
import Glibc
import HostLinks
import Lanes
import SSH
import Testing
import Tunnels

@Suite("An encoder over SSH", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct SSHHostTests {
    /// Lends an encoder behind a real server, and a folder on it.
    private func host(
        _ lines: [String] = [],
        _ body: @escaping @Sendable (any ConnectedHost, RemotePath, SSHServer) async throws -> Void
    ) async throws {
        var options = SSHServer.Options()
        options.lines = lines
        try await SSHServer.serving(options) { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            let folder = try ScratchFolder()
            try await RealHosts.with(key) { hosts in
                let encoder = Encoder(name: "enc-a", route: RealHosts.route(to: server, called: "enc-a"))
                let host = try await hosts.dialer.connect(to: encoder, on: hosts.lane)
                do {
                    try await body(host, try RemotePath(validating: folder.path), server)
                } catch {
                    await host.close()
                    throw error
                }
                await host.close()
            }
        }
    }

    private func meter(_ host: any ConnectedHost) -> ProgressMeter { ProgressMeter(clock: host.lane.clock) }

    @Test func `commands tell their exit code, their outputs and their signal`() async throws {
        try await host { host, _, _ in
            let result = try await host.run("cat; echo oh >&2; exit 4", input: Array("in".utf8), outputLimit: 100)
            #expect(result.exit == 4)
            #expect(result.text == "in")
            #expect(result.errorText == "oh")
            let killed = try await host.run("kill -TERM $$")
            #expect(killed.exit == nil)
            #expect(killed.errorText == "ended by the signal TERM")
            #expect(host.id == TargetID(kind: .encoder, name: "enc-a"))
        }
    }

    @Test func `files, links and folders go there with modes and times, and come back`() async throws {
        try await host { host, folder, _ in
            let bytes = SharedBytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13 / 3) })
            let odd = try folder.appending("new/a b's \"ü\".bin")
            let files = try [
                FileToPush(path: odd, content: .bytes(bytes), mode: 0o750, modified: 1_700_000_000),
                FileToPush(path: folder.appending("new/link"), content: .link(to: "a b's \"ü\".bin"), modified: 0),
                FileToPush(path: folder.appending("new/empty"), content: .folder, mode: 0o755, modified: 0),
            ]
            let progress = meter(host)
            #expect(try await host.upload(files, resumes: false, progress: progress) == UploadReceipt())
            #expect(progress.bytes >= 3_000_000)
            let status = try await host.status(of: files.map(\.path) + [folder.appending("missing")])
            #expect(status.map { $0?.kind } == [.file, .link, .folder, nil])
            #expect(status[0] == RemoteFile(kind: .file, mode: 0o750, size: 3_000_000, modified: 1_700_000_000))
            let names = try await host.list(try folder.appending("new")).map(\.name).sorted()
            #expect(names == ["a b's \"ü\".bin", "empty", "link"])
            let sink = Gathered()
            #expect(try await host.pull(odd, into: sink, progress: progress) == .pulled(bytes: 3_000_000))
            #expect(bytes.withUnsafeBytes { $0.elementsEqual(sink.bytes) })
        }
    }

    @Test func `an upload that was cut goes on where it was`() async throws {
        try await host { host, folder, _ in
            let bytes = SharedBytes((0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 / 11) })
            let path = try folder.appending("big")
            let first = SharedBytes(SharedSlice(bytes, 0..<15_000_000))
            _ = try await host.upload(
                [FileToPush(path: path, content: .bytes(first), modified: 1)], resumes: false, progress: meter(host))
            let progress = meter(host)
            let file = FileToPush(path: path, content: .bytes(bytes), modified: 2)
            let receipt = try await host.upload([file], resumes: true, progress: progress)
            #expect(receipt.refusals.isEmpty && receipt.resumed == [0])
            #expect(progress.bytes < 10_000_000)
            let sum = try await host.run("wc -c < \(path)")
            #expect(sum.text == "20000000")
            let sink = Gathered()
            _ = try await host.pull(path, into: sink, progress: meter(host))
            #expect(bytes.withUnsafeBytes { $0.elementsEqual(sink.bytes) })
        }
    }

    @Test func `what the host refuses is told by file, and the rest arrives`() async throws {
        try await host { host, folder, _ in
            _ = try await host.run("mkdir \(folder)/taken")
            let files = try ["taken", "free"].map {
                FileToPush(path: try folder.appending($0), content: .bytes(SharedBytes([1, 2])), modified: 1)
            }
            let receipt = try await host.upload(files, resumes: false, progress: meter(host))
            #expect(receipt.refusals.map(\.index) == [0])
            #expect(try await host.status(of: [files[1].path])[0]?.size == 2)
            let nothing = try folder.appending("nothing")
            let outcome = try await host.pull(nothing, into: Gathered(), progress: meter(host))
            #expect(outcome == .refused(reason: "no such file or folder"))
            #expect(try await host.list(nothing) == [])
        }
    }

    @Test func `ports are looked at and asked as the host sees them`() async throws {
        try await host { host, _, server in
            let here = Address(host: "127.0.0.1", port: server.port)
            #expect(try await host.reaches(here))
            #expect(try await host.reaches(Address(host: "127.0.0.1", port: 1)) == false)
            let banner = try await host.exchange(Array("hello\r\n".utf8), with: here, limit: 8)
            #expect(banner == Array("SSH-2.0-".utf8))
        }
    }

    @Test func `a host that forwards nothing says so, and is not taken for a dead port`() async throws {
        try await host(["AllowTcpForwarding no"]) { host, _, server in
            await #expect(throws: PhoneError.self) {
                try await host.reaches(Address(host: "127.0.0.1", port: server.port))
            }
            let said = try await host.run("echo on").text
            #expect(said == "on")
        }
    }

    @Test func `when the host goes away, what was under way is lost`() async throws {
        try await host { host, _, server in
            let task = Task(executorPreference: host.lane) { try await host.run("sleep 1000") }
            _ = try await host.run("true")
            await server.stop()
            let error = await #expect(throws: PhoneError.self) { try await task.value }
            #expect(error?.code == .lost)
        }
    }
}

// Sendable: touched only on the host's lane until the pull is over.

/// Keeps what is pulled.
private final class Gathered: PullSink, @unchecked Sendable {
    private(set) var bytes: [UInt8] = []
    func take(_ piece: UnsafeRawBufferPointer) { bytes.append(contentsOf: piece) }
}
