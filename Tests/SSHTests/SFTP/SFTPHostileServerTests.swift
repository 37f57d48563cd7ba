import DroverTesting
import Lanes
import Synchronization
import Testing

@testable import SSH

@Suite struct `An SFTP server that lies` {
    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: String
        let answer: @Sendable (ScriptedSFTPServer.Request) -> [UInt8]?

        init(_ name: String, _ reason: String, _ answer: @escaping @Sendable (ScriptedSFTPServer.Request) -> [UInt8]?) {
            testDescription = name
            self.reason = reason
            self.answer = answer
        }
    }

    static let lies: [Lie] = [
        Lie("a length of 4 GiB", "a packet of 4294967295 bytes, and 262144 is the limit") { _ in
            [0xFF, 0xFF, 0xFF, 0xFF, 103]
        },
        Lie("a length of 0", "a packet of 0 bytes, and 262144 is the limit") { _ in [0, 0, 0, 0, 0, 0] },
        Lie("a packet without a number", "a packet of 1 bytes") { _ in [0, 0, 0, 1, 101] },
        Lie("a number that nobody asked for", "an answer to request 9999, which was not asked") { _ in
            Reply.status(9999, 0)
        },
        Lie("an unknown kind", "a packet of kind 77 whose lengths do not fit") { request in
            [0, 0, 0, 5, 77] + [0, 0, 0, UInt8(request.id)]
        },
        Lie("a text longer than its packet", "a packet of kind 105 whose lengths do not fit") { request in
            [0, 0, 0, 9, 105, 0, 0, 0, UInt8(request.id), 0x80, 0, 0, 0]
        },
        Lie("a million pairs that are not there", "a packet of kind 105 whose lengths do not fit") { request in
            [0, 0, 0, 13, 105, 0, 0, 0, UInt8(request.id), 0x80, 0, 0, 0, 0, 0x0F, 0x42, 0x40]
        },
        Lie("four billion names that are not there", "a packet of kind 104 whose lengths do not fit") { request in
            Reply.names(request.id, [], count: .max)
        },
        Lie("a handle where attributes are due", "a handle as the answer") { Reply.handle($0.id) },
        Lie("all is well where attributes are due", "status 0 as the answer") { Reply.status($0.id, 0) },
    ]

    @Test(arguments: lies)
    func `what breaks the protocol ends the conversation and says why`(lie: Lie) async throws {
        try await ScriptedSFTPServer.run(answer: lie.answer) { client in
            let error = await #expect(throws: SFTPError.self) { try await client.look(at: "/x") }
            #expect(error?.code == .protocolViolation)
            #expect(error?.reason == "the server broke the protocol: it sent \(lie.reason)")
            #expect(client.failure != nil)
            let next = await #expect(throws: SFTPError.self) { try await client.look(at: "/y") }
            #expect(next?.operation == "look at /y on enc-a")
        }
    }

    @Test(arguments: [
        Array("Welcome to the farm!\n".utf8), [0, 0, 0, 5, 2, 0, 0, 0, 2], [0, 0, 0, 5, 101, 0, 0, 0, 3],
        [0, 0, 0, 9, 2, 0, 0, 0, 3, 0, 0, 1, 0],
    ])
    func `what is no greeting is told as no SFTP server`(greeting: [UInt8]) async throws {
        let error = await #expect(throws: SFTPError.self) {
            try await ScriptedSFTPServer.run(greeting: greeting, answer: { _ in nil }, { _ in })
        }
        #expect(error?.code == .noSFTP)
    }

    @Test func `a server that closes at once is told as no SFTP server`() async throws {
        let error = await #expect(throws: SFTPError.self) {
            try await ScriptedSFTPServer.run(greeting: nil, answer: { _ in nil }, { _ in })
        }
        #expect(error?.code == .noSFTP)
        #expect(error?.reason == "the server ended the channel")
    }

    @Test func `a channel that ends is told to all who wait`() async throws {
        try await ScriptedSFTPServer.run(answer: { $0.id < 3 ? [] : nil }) { client in
            let lost = Mutex(0)
            let paths = (0..<3).map { SFTPPath("/\($0)") }
            try await client.forEach(of: paths, width: 3) { path in
                do {
                    _ = try await client.look(at: path)
                } catch let error as SFTPError where error.code == .lost {
                    #expect(error.operation == "look at \(path) on enc-a")
                    lost.withLock { $0 += 1 }
                }
            }
            #expect(lost.withLock { $0 } == 3)
        }
    }

    @Test func `a server that never answers is given up after its time`() async throws {
        let clock = ManualClock()
        let asked = Waiter<Void>()
        let watching = Task {
            try await asked.value()
            await clock.advance(by: .seconds(59))
            await clock.advance(by: .seconds(2))
        }
        try await ScriptedSFTPServer.run(
            clock: clock,
            answer: { _ in
                asked.resume(with: .success(()))
                return []
            },
            { client in
                let error = await #expect(throws: SFTPError.self) { try await client.look(at: "/x") }
                #expect(error?.code == .timedOut)
            })
        try await watching.value
    }

    @Test func `more bytes than were asked for are refused`() async throws {
        let lie = { @Sendable (request: ScriptedSFTPServer.Request) -> [UInt8]? in
            switch request.kind {
            case SFTPKind.open: Reply.handle(request.id)
            case SFTPKind.fstat: Reply.attributes(request.id, Reply.regular(10))
            case SFTPKind.read: Reply.data(request.id, Array(repeating: 1, count: 11))
            default: Reply.status(request.id, 0)
            }
        }
        try await ScriptedSFTPServer.run(answer: lie) { client in
            let sink = MemorySink()
            let error = await #expect(throws: SFTPError.self) { try await client.download("/x", into: sink) }
            #expect(error?.code == .protocolViolation)
            #expect(sink.bytes.isEmpty)
        }
    }

    @Test func `names that would leave the folder are told and never opened`() async throws {
        let opened = Mutex<[String]>([])
        let isListed = Mutex(false)
        let names: [(name: [UInt8], mode: UInt32)] = [
            ("good", 0o100644), ("..", 0o040755), ("../../etc/passwd", 0o100644), ("/etc/shadow", 0o100644),
            ("nul\0", 0o100644), ("", 0o100644), ("bell\u{7}", 0o100644), ("good", 0o120777),
            (String(repeating: "x", count: 5000), 0o100644), ("device", 0o060600),
        ].map { (Array($0.0.utf8), $0.1) }
        let answer = { @Sendable (request: ScriptedSFTPServer.Request) -> [UInt8]? in
            switch request.kind {
            case SFTPKind.opendir: return Reply.handle(request.id)
            case SFTPKind.readdir:
                let first = isListed.withLock { isListed in
                    defer { isListed = true }
                    return !isListed
                }
                return first ? Reply.names(request.id, names) : Reply.status(request.id, 1)
            case SFTPKind.open:
                opened.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
                return Reply.handle(request.id)
            case SFTPKind.fstat: return Reply.attributes(request.id, Reply.regular(0))
            case SFTPKind.read: return Reply.status(request.id, 1)
            default: return Reply.status(request.id, 0)
            }
        }
        let folder = try ScratchFolder()
        try await ScriptedSFTPServer.run(answer: answer) { client in
            let report = try await client.download(tree: "/root", into: LocalTree(folder.path))
            #expect(report.moved == 1)
            #expect(report.refusals.count == 8)
        }
        #expect(opened.withLock { $0.count } == 1)
        #expect(opened.withLock { $0.first?.contains("/root/good") } == true)
    }

    @Test func `blocks that come in any order and in pieces make the same file`() async throws {
        let content = SeededNumbers.bytes(100_000)
        let numbers = Mutex(SeededNumbers(seed: 7))
        let answer = { @Sendable (request: ScriptedSFTPServer.Request) -> [UInt8]? in
            switch request.kind {
            case SFTPKind.open: return Reply.handle(request.id)
            case SFTPKind.fstat: return Reply.attributes(request.id, Reply.regular(100_000))
            case SFTPKind.read:
                let offset = request.body[5..<13].reduce(0) { $0 << 8 | Int($1) }
                let wanted = request.body[13..<17].reduce(0) { $0 << 8 | Int($1) }
                let count = numbers.withLock { Int.random(in: 1...wanted, using: &$0) }
                return Reply.data(request.id, Array(content[offset..<offset + count]))
            default: return Reply.status(request.id, 0)
            }
        }
        var limits = SFTPLimits()
        limits.readBlock = 4000
        limits.window = 16_000
        try await ScriptedSFTPServer.run(limits: limits, order: .lastFirst, answer: answer) { client in
            let sink = MemorySink()
            let result = try await client.download("/x", into: sink)
            #expect(result.bytes == 100_000)
            #expect(sink.bytes == content)
        }
    }

    @Test(arguments: [(UInt64(10), 4), (UInt64(4), 10)])
    func `a file that changes while it is read is told`(size: UInt64, later: Int) async throws {
        let looks = Mutex(0)
        let answer = { @Sendable (request: ScriptedSFTPServer.Request) -> [UInt8]? in
            switch request.kind {
            case SFTPKind.open: return Reply.handle(request.id)
            case SFTPKind.fstat:
                let isFirst = looks.withLock {
                    $0 += 1; return $0 == 1
                }
                return Reply.attributes(request.id, Reply.regular(isFirst ? size : UInt64(later)))
            case SFTPKind.read:
                let offset = request.body[5..<13].reduce(0) { $0 << 8 | Int($1) }
                let count = min(later - offset, Int(size) - offset)
                return count > 0
                    ? Reply.data(request.id, Array(repeating: 5, count: count)) : Reply.status(request.id, 1)
            default: return Reply.status(request.id, 0)
            }
        }
        try await ScriptedSFTPServer.run(answer: answer) { client in
            let sink = MemorySink()
            let result = try await client.download("/x", into: sink)
            #expect(result.bytes == min(size, UInt64(later)))
            #expect(result.change == (later < size ? .shrank(to: 4) : .grew(to: 10)))
        }
    }

    @Test(arguments: [20_000, 10])
    func `a listing without end is given up`(count: Int) async throws {
        let name = Array(String(repeating: "n", count: 100_000 / count).utf8)
        let names = Array(repeating: (name: name, mode: UInt32(0o100644)), count: min(count, 1000))
        let answer = { @Sendable (request: ScriptedSFTPServer.Request) -> [UInt8]? in
            switch request.kind {
            case SFTPKind.opendir: Reply.handle(request.id)
            case SFTPKind.readdir: Reply.names(request.id, names)
            default: Reply.status(request.id, 0)
            }
        }
        var limits = SFTPLimits()
        limits.entries = 5000
        limits.nameBytes = 1 << 20
        try await ScriptedSFTPServer.run(limits: limits, answer: answer) { client in
            for look in [{ _ = try await client.list("/x") }, { _ = try await client.walk("/x") }] {
                let error = await #expect(throws: SFTPError.self) { try await look() }
                #expect(error?.code == .tooMany)
            }
        }
    }

    @Test func `what came before its turn counts as under way until it is handed over`() async throws {
        let held = Waiter<Void>()
        let answer = { @Sendable (request: ScriptedSFTPServer.Request) -> [UInt8]? in
            switch request.kind {
            case SFTPKind.open: return Reply.handle(request.id)
            case SFTPKind.fstat, SFTPKind.stat: return Reply.attributes(request.id, Reply.regular(100_000))
            case SFTPKind.read:
                let offset = request.body[5..<13].reduce(0) { $0 << 8 | Int($1) }
                if offset == 12_000 { held.resume(with: .success(())) }
                return offset == 0 ? [] : Reply.data(request.id, Array(repeating: 1, count: 4000))
            default: return Reply.status(request.id, 0)
            }
        }
        var limits = SFTPLimits()
        limits.readBlock = 4000
        limits.window = 16_000
        try await ScriptedSFTPServer.run(limits: limits, answer: answer) { client in
            let download = Task(executorPreference: client.lane) {
                try await client.download("/x", into: MemorySink())
            }
            try await held.value()
            // Answered behind the blocks.
            _ = try await client.look(at: "/")
            #expect(client.bytesUnderWay == 16_000)
            download.cancel()
            await #expect(throws: (any Error).self) { try await download.value }
            #expect(client.bytesUnderWay <= 4000)
        }
    }
}
