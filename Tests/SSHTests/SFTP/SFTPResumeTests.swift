import Crypto
import DroverTesting
import Foundation
import Glibc
import Lanes
import Synchronization
import Testing

@testable import SSH

@Suite struct `Uploads that are interrupted` {
    /// One attempt over a channel that breaks; what it sent before is still written by the server, which is waited for.
    private func attempt(
        _ content: SharedBytes, to path: SFTPPath, cutAfter count: Int, on lane: Lane
    ) async throws -> Result<SFTPUploadResult, SFTPError> {
        let server = try SFTPServerProcess()
        return try await Task(executorPreference: lane) {
            let client = try await SFTPClient.start(name: "enc-a", on: lane) { handler in
                CutStream(try server.connect(on: lane, handler: handler), after: count, handler: handler)
            }
            defer { client.close() }
            do {
                return .success(try await client.upload(content, to: path, .test))
            } catch let error as SFTPError {
                return .failure(error)
            }
        }.value
    }

    @Test func `twenty cuts at any byte leave equal files`() async throws {
        let folder = try ScratchFolder()
        let content = SharedBytes(manyBytes(64 << 20))
        let path = SFTPPath(folder.path).appending("encoder")
        let lane = try Lane(name: "sftp")
        var numbers = SeededNumbers(seed: 20)
        for _ in 0..<20 {
            let cut = Int.random(in: 40..<12 << 20, using: &numbers)
            guard case .failure(let error) = try await attempt(content, to: path, cutAfter: cut, on: lane) else {
                break
            }
            #expect(error.code == .lost || error.code == .noSFTP)
        }
        try await withServer { client, _ in
            let result = try await client.upload(content, to: path, .test)
            #expect(result.keptBytes > 0 && result.keptBytes + result.sentBytes == content.count)
        }
        let there = SharedBytes(try contents(of: folder.path + "/encoder"))
        let hashes = [content, there].map { bytes in
            var hash = SHA256()
            bytes.withUnsafeBytes { hash.update($0) }
            return hash.finish().hex
        }
        #expect(hashes[0] == hashes[1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["encoder"])
    }

    /// What is there of an interrupted upload, and what becomes of it.
    struct Part: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let size: Int
        var damage: Int?
        let kept: Int
    }

    static let window = SFTPLimits().window

    @Test(arguments: [
        Part(testDescription: "the beginning", size: window + 3_000_000, kept: 3_000_000),
        Part(testDescription: "all of it", size: 9_000_000, kept: 9_000_000 - window),
        Part(testDescription: "less than a window", size: window - 1, kept: 0),
        Part(testDescription: "more than there is", size: 9_000_001, kept: 0),
        Part(testDescription: "another tail", size: window + 3_000_000, damage: 2_999_999, kept: 0),
    ])
    func `what is there is kept only when it is the beginning`(part: Part) async throws {
        let folder = try ScratchFolder()
        let bytes = manyBytes(9_000_000)
        var there = Array((bytes + [0]).prefix(part.size))
        if let damage = part.damage { there[damage] ^= 1 }
        try folder.write(there, to: ".encoder.drover-0123abcd.part")
        try await withServer { client, _ in
            let path = SFTPPath(folder.path).appending("encoder")
            let result = try await client.upload(SharedBytes(bytes), to: path, .test)
            #expect(result == SFTPUploadResult(sentBytes: 9_000_000 - part.kept, keptBytes: part.kept))
        }
        #expect(try contents(of: folder.path + "/encoder") == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["encoder"])
    }

    @Test(arguments: [(window + 1000, 1000), (0, 0), (10_000_000, 0)])
    func `a file that is written in place goes on behind its end, or anew`(size: Int, kept: Int) async throws {
        let folder = try ScratchFolder()
        let bytes = manyBytes(5_000_000)
        try folder.write(Array(manyBytes(10_000_000).prefix(size)), to: "x")
        try await withServer { client, _ in
            let path = SFTPPath(folder.path).appending("x")
            let meter = ProgressMeter(clock: client.lane.clock)
            let result = try await client.write(
                SharedBytes(bytes), to: path, mode: 0o640, modified: 7, resumes: true, meter: meter)
            #expect(result == kept && meter.bytes == UInt64(bytes.count - kept) && !meter.isDue)
            #expect(try await client.look(at: path).mode == 0o100640)
        }
        #expect(try contents(of: folder.path + "/x") == bytes)
    }

    @Test(arguments: [true, false])
    func `a hash of the server decides where it can be had`(isEqual: Bool) async throws {
        let folder = try ScratchFolder()
        let bytes = manyBytes(9_000_000)
        var there = bytes
        if !isEqual { there[0] ^= 1 }
        try folder.write(there, to: ".encoder.drover-0123abcd.part")
        try await withServer { client, _ in
            var options = SFTPUploadOptions.test
            options.resume = .hash { part, count in
                var hash = SHA256()
                hash.update(Array(try contents(of: String(decoding: part.bytes, as: UTF8.self))[..<count]))
                return hash.finish()
            }
            let path = SFTPPath(folder.path).appending("encoder")
            let result = try await client.upload(SharedBytes(bytes), to: path, options)
            #expect(result.keptBytes == (isEqual ? 9_000_000 - Self.window : 0))
        }
        #expect(try contents(of: folder.path + "/encoder") == bytes)
    }

    @Test func `a cancelled upload closes its file and leaves the part alone`() async throws {
        let closed = Waiter<Void>()
        let wrote = Waiter<Void>()
        let kinds = Mutex<[UInt8]>([])
        let answer = { @Sendable (request: ScriptedSFTPServer.Request) -> [UInt8]? in
            kinds.withLock { $0.append(request.kind) }
            switch request.kind {
            case SFTPKind.open: return Reply.handle(request.id)
            case SFTPKind.write:
                wrote.resume(with: .success(()))
                return []
            case SFTPKind.close:
                closed.resume(with: .success(()))
                return Reply.status(request.id, 0)
            default: return Reply.status(request.id, 0)
            }
        }
        try await ScriptedSFTPServer.run(answer: answer) { client in
            let upload = Task(executorPreference: client.lane) {
                try await client.upload(SharedBytes(manyBytes(9_000_000)), to: "/x", .test)
            }
            try await wrote.value()
            upload.cancel()
            await #expect(throws: CancellationError.self) { try await upload.value }
            try await closed.value()
            #expect(kinds.withLock { $0.filter { $0 != SFTPKind.write } } == [SFTPKind.open, SFTPKind.close])
        }
    }

    @Test func `a file that is opened when nobody waits any more is closed`() async throws {
        let closed = Waiter<Void>()
        try await withServer { client, server in
            server.stop()
            let opening = Task(executorPreference: client.lane) {
                try await client.download("/proc/self/limits", into: MemorySink())
            }
            await Task.yield()
            opening.cancel()
            await #expect(throws: CancellationError.self) { try await opening.value }
            server.goOn()
            // Answered behind the file's opening; the close is asked for before the second one.
            _ = try await client.look(at: "/")
            _ = try await client.look(at: "/")
            #expect(try server.openFiles().allSatisfy { !$0.hasSuffix("/limits") })
            closed.resume(with: .success(()))
        }
        try await closed.value()
    }

    @Test func `no block is written a window behind the first that is not answered`() async throws {
        let furthest = Mutex(0)
        let isFirstHeld = Mutex<UInt32?>(nil)
        var limits = SFTPLimits()
        limits.writeBlock = 1000
        limits.window = 10_000
        let settled = limits
        let answer = { @Sendable (request: ScriptedSFTPServer.Request) -> [UInt8]? in
            guard request.kind == SFTPKind.write else {
                return request.kind == SFTPKind.open ? Reply.handle(request.id) : Reply.status(request.id, 0)
            }
            let offset = request.body[5..<13].reduce(0) { $0 << 8 | Int($1) }
            return isFirstHeld.withLock { first -> [UInt8] in
                if first == nil {
                    first = request.id
                    return []
                }
                furthest.withLock { $0 = max($0, offset + 1000) }
                // The first block is answered when the window must be full.
                guard offset == 9000, let held = first else { return Reply.status(request.id, 0) }
                #expect(furthest.withLock { $0 } == 10_000)
                return Reply.status(request.id, 0) + Reply.status(held, 0)
            }
        }
        try await ScriptedSFTPServer.run(limits: settled, answer: answer) { client in
            let result = try await client.upload(SharedBytes(SeededNumbers.bytes(50_000)), to: "/x", .test)
            #expect(result.sentBytes == 50_000)
        }
        #expect(furthest.withLock { $0 } == 50_000)
    }
}
