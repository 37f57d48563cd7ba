import ADB
import ADBWire
import Lanes
import Testing

@Suite(.timeLimit(.minutes(5))) struct StreamTests {
    static func open(_ link: ADBLink, _ heard: HeardStream) -> any ADBStream {
        link.open(Array("test:".utf8), operation: "test", within: nil, handler: heard)
    }

    @Test func `a refused service is told as such, and the link goes on`() async throws {
        let script = ScriptedPhone.greeting { line, packet in
            if packet.command == .open { line.send(.close, 0, packet.arg0) }
        }
        try await withLink(script) { link, _, _ in
            for _ in 0..<2 {
                let heard = HeardStream()
                _ = Self.open(link, heard)
                try await heard.end.value()
                #expect(heard.events == [.ended(.serviceRefused)])
            }
            #expect(link.failure == nil)
        }
    }

    @Test func `data for a stream that was never opened ends the link`() async throws {
        let script = ScriptedPhone.greeting { line, packet in
            if packet.command == .open { line.send(.write, packet.arg0 + 100, packet.arg0, [1]) }
        }
        try await withLink(script) { link, _, _ in
            let heard = HeardStream()
            _ = Self.open(link, heard)
            try await heard.end.value()
            #expect(heard.events == [.ended(.protocolViolation)])
            #expect(link.failure?.reason == "the phone sends data for a stream that it has not opened")
        }
    }

    @Test func `everything before the phone's CLSE is delivered, granted or not`() async throws {
        let script = ScriptedPhone.accepting(maxPayload: 4096) { line, packet in
            guard packet.command == .open else { return }
            let id = packet.arg0
            for size in [4096, 4096, 1808] { line.send(.write, id + 100, id, [UInt8](repeating: 7, count: size)) }
            line.send(.close, id + 100, id)
        }
        try await withLink(script) { link, line, _ in
            let heard = HeardStream()
            _ = Self.open(link, heard)
            try await heard.end.value()
            let bytes = heard.events.reduce(0) { if case .bytes(let bytes) = $1 { $0 + bytes.count } else { $0 } }
            #expect(bytes == 10000)
            #expect(heard.events.last == .ended(nil))
            try await line.received(6)
            #expect(line.packets[2...].map(\.command) == [.okay, .okay, .okay, .close])
            #expect(line.packets[5] == Packet(message: Message(.close, 1, 101)))
        }
    }

    @Test("the phone's CLSE is answered once, with either id", arguments: [UInt32(0), 101])
    func closeIsAnswered(theirID: UInt32) async throws {
        let script = ScriptedPhone.accepting { line, packet in
            guard packet.command == .open else { return }
            line.send(.close, theirID, packet.arg0)
            line.send(.close, theirID, packet.arg0)
        }
        try await withLink(script) { link, line, _ in
            let heard = HeardStream()
            _ = Self.open(link, heard)
            try await heard.end.value()
            let second = HeardStream()
            _ = Self.open(link, second)
            try await second.end.value()
            try await line.received(5)
            #expect(line.packets[1...].map(\.command) == [.open, .close, .open, .close])
        }
    }

    @Test func `packets for streams that are not there are ignored`() async throws {
        let script = ScriptedPhone.accepting { line, packet in
            guard packet.command == .open else { return }
            line.send(.write, 55, 77, [1, 2, 3])
            line.send(.okay, 55, 77)
            line.send(.close, 55, 77)
            line.send(.write, 99, packet.arg0, [9])
            line.send(.okay, 99, packet.arg0)
            line.send(Command(rawValue: 0x5858_5858), 1, 2, [1])
            line.send(.write, packet.arg0 + 100, packet.arg0, [5])
        }
        try await withLink(script) { link, line, _ in
            let heard = HeardStream()
            _ = Self.open(link, heard)
            try await line.received(3)
            #expect(heard.events == [.opened, .drained, .bytes([5])] || heard.events == [.opened, .bytes([5])])
            #expect(line.packets.last == Packet(message: Message(.okay, 1, 101)))
        }
    }

    @Test func `a phone that wants to connect back is refused`() async throws {
        let script = ScriptedPhone.greeting { line, packet in
            if packet.command == .open { line.send(.open, 42, 0, Array("tcp:22\0".utf8)) }
        }
        try await withLink(script) { link, line, _ in
            _ = Self.open(link, HeardStream())
            try await line.received(3)
            #expect(line.packets.last == Packet(message: Message(.close, 0, 42)))
        }
    }

    @Test func `an empty WRTE ends nothing and is acknowledged`() async throws {
        let script = ScriptedPhone.accepting { line, packet in
            guard packet.command == .open else { return }
            line.send(.write, packet.arg0 + 100, packet.arg0)
            line.send(.write, packet.arg0 + 100, packet.arg0, [1])
        }
        try await withLink(script) { link, line, _ in
            let heard = HeardStream()
            _ = Self.open(link, heard)
            try await line.received(4)
            #expect(heard.events == [.opened, .bytes([1])])
        }
    }

    @Test func `a service that is not opened in time is given up, and a late answer closed`() async throws {
        try await withLink(ScriptedPhone.greeting()) { link, line, clock in
            let heard = HeardStream()
            _ = Self.open(link, heard)
            try await line.received(2)
            await clock.advance(by: link.limits.open)
            try await heard.end.value()
            #expect(heard.events == [.ended(.timedOut)])
            line.send(.okay, 101, 1)
            try await line.received(3)
            #expect(line.packets.last == Packet(message: Message(.close, 1, 101)))
            #expect(link.failure == nil)
        }
    }

    // MARK: Flow control

    @Test func `without windows one full WRTE is under way at a time`() async throws {
        let script = ScriptedPhone.accepting(maxPayload: 4096) { _, _ in }
        try await withLink(script) { link, line, _ in
            let heard = HeardStream()
            let stream = Self.open(link, heard)
            let bytes = (0..<10000).map { UInt8(truncatingIfNeeded: $0) }
            let shared = SharedBytes(bytes)
            stream.send(Array(bytes[..<100]))
            stream.send(shared, 100..<10000)
            for (index, size) in [4096, 4096, 1808].enumerated() {
                try await line.received(3 + index)
                #expect(line.packets[2 + index].payload.count == size)
                #expect(stream.unsentByteCount == [5904, 1808, 0][index])
                line.send(.okay, 101, 1)
            }
            #expect(line.packets[2...].flatMap(\.payload) == bytes)
        }
    }

    @Test func `old versions carry the sum of every payload`() async throws {
        let script = ScriptedPhone.greeting([], version: .original, maxPayload: 4096) { line, packet in
            if packet.command == .open { line.send(.okay, 101, 1) }
            if packet.command == .write { line.send(.okay, 101, 1) }
        }
        try await withLink(script) { link, line, _ in
            let stream = Self.open(link, HeardStream())
            stream.send([UInt8](repeating: 200, count: 3000))
            stream.send(SharedBytes([UInt8](repeating: 100, count: 5000)), 0..<5000)
            try await line.received(4)
            for packet in line.packets { #expect(packet.message.check == Checksum.sum(of: packet.payload)) }
            #expect(line.packets[2...].map(\.payload.count) == [4096, 3904])
        }
    }

    static func windowed(_ window: Int32) -> ScriptedPhone.Script {
        ScriptedPhone.greeting(.android14) { line, packet in
            guard packet.command == .open else { return }
            line.send(.okay, 101, packet.arg0, withUnsafeBytes(of: window.littleEndian) { Array($0) })
        }
    }

    @Test func `with windows packets go out until the window is used up`() async throws {
        try await withLink(Self.windowed(1_500_000)) { link, line, _ in
            let stream = Self.open(link, HeardStream())
            try await line.received(2)
            #expect(line.packets[1].arg1 == 8 << 20)
            let mebibyte = 1 << 20
            stream.send(SharedBytes([UInt8](repeating: 1, count: 4 * mebibyte)), 0..<4 * mebibyte)
            // The second packet takes the window below zero, the third waits.
            try await line.received(4)
            #expect(stream.unsentByteCount == 2 * mebibyte)
            let debt = Int32(2 * mebibyte - 1_500_000)
            line.send(.okay, 101, 1, withUnsafeBytes(of: debt.littleEndian) { Array($0) })
            line.send(.okay, 101, 1, [1, 0, 0])
            line.send(.okay, 101, 1)
            line.send(.write, 101, 1, [3])
            try await line.received(5)
            #expect(stream.unsentByteCount == 2 * mebibyte)
            line.send(.okay, 101, 1, [1, 0, 0, 0])
            try await line.received(6)
            #expect(stream.unsentByteCount == mebibyte)
        }
    }

    @Test func `with windows bytes are acknowledged by their number`() async throws {
        try await withLink(Self.windowed(1000)) { link, line, _ in
            _ = Self.open(link, HeardStream())
            try await line.received(2)
            line.send(.write, 101, 1, [UInt8](repeating: 0, count: 300))
            try await line.received(3)
            #expect(line.packets[2] == Packet(message: Message(.okay, 1, 101, length: 4), payload: [44, 1, 0, 0]))
        }
    }

    // MARK: The end of the link

    @Test func `a link that breaks tells every stream why`() async throws {
        let script = ScriptedPhone.accepting { line, packet in
            if packet.command == .open, packet.arg0 == 3 { line.hangUp() }
        }
        try await withLink(script) { link, _, _ in
            let heard = [HeardStream(), HeardStream(), HeardStream()]
            for stream in heard { _ = Self.open(link, stream) }
            for stream in heard {
                try await stream.end.value()
                #expect(stream.events.last == .ended(.lost))
            }
            #expect(link.failure?.code == .lost)
            let late = HeardStream()
            _ = Self.open(link, late)
            try await late.end.value()
            #expect(late.events == [.ended(.lost)])
        }
    }

    @Test("a phone that breaks the protocol in mid-stream is not believed any more", arguments: [0, 1, 2])
    func violations(kind: Int) async throws {
        let script = ScriptedPhone.accepting(maxPayload: 4096) { line, packet in
            guard packet.command == .open else { return }
            var message = Message(.write, 101, 1, length: 3)
            switch kind {
            case 0: message.magic = 0
            case 1: message.length = .max
            default: message.length = 4097
            }
            var bytes: [UInt8] = []
            message.append(to: &bytes)
            line.sendRaw(bytes + [1, 2, 3])
        }
        try await withLink(script) { link, _, _ in
            let heard = HeardStream()
            _ = Self.open(link, heard)
            try await heard.end.value()
            #expect(heard.events == [.opened, .ended(.protocolViolation)])
        }
    }
}
