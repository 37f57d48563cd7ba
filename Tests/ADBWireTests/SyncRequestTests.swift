import ADBWire
import Testing

@Suite struct SyncRequestTests {
    enum Heard: Equatable {
        case request(SyncRequest), data([UInt8]), done(UInt32), refused(String)
    }

    static func hear(_ pieces: [ArraySlice<UInt8>]) -> [Heard] {
        var parser = SyncRequestParser()
        var heard: [Heard] = []
        for piece in pieces {
            piece.withUnsafeBytes { bytes in
                var rest = bytes
                while let event = parser.next(&rest) {
                    switch event {
                    case .request(let request): heard.append(.request(request))
                    case .data(let data, _):
                        if case .data(let before)? = heard.last {
                            heard[heard.count - 1] = .data(before + Array(data))
                        } else {
                            heard.append(.data(Array(data)))
                        }
                    case .done(let time): heard.append(.done(time))
                    case .refused(let reason):
                        heard.append(.refused(reason))
                        return
                    }
                }
            }
        }
        return heard
    }

    @Test func `the requests of the push transcript are read and written as they were`() throws {
        let writes = try WireFixture("push").packets.filter { $0.side == .host }.compactMap { packet in
            try parse([packet.bytes[...]]).first.flatMap { $0.message.command == .write ? $0.payload : nil }
        }
        let path = Array("/data/local/tmp/a.txt".utf8)
        #expect(writes.count == 3)
        #expect(try SyncRequest.status(.stat2, path: path).encoded() == writes[0])
        var push = try SyncRequest.send(path: path, mode: 0o100644, flags: nil).encoded()
        SyncID.data.append(3, to: &push)
        push += Array("abc".utf8)
        SyncID.done.append(1_704_164_645, to: &push)
        #expect(push == writes[1])
        #expect(try SyncRequest.quit.encoded() == writes[2])
        let heard: [Heard] = [
            .request(.status(.stat2, path: path)), .request(.send(path: path, mode: 0o100644, flags: nil)),
            .data(Array("abc".utf8)), .done(1_704_164_645), .request(.quit),
        ]
        let all = Array(writes.joined())
        for cut in 0...all.count { #expect(Self.hear([all[..<cut], all[cut...]]) == heard) }
    }

    @Test func `version 2 carries mode and flags behind the path`() throws {
        let packets = try WireFixture("send2").packets
        let path = Array("/data/local/tmp/b".utf8)
        let send = SyncRequest.send(path: path, mode: 0o100644, flags: .zstd)
        let receive = SyncRequest.receive(path: path, flags: [])
        #expect(try send.encoded() == packets[0].bytes)
        #expect(try receive.encoded() == packets[1].bytes)
        var all = packets[0].bytes
        SyncID.done.append(5, to: &all)
        all += packets[1].bytes
        for cut in 0...all.count {
            #expect(Self.hear([all[..<cut], all[cut...]]) == [.request(send), .done(5), .request(receive)])
        }
    }

    static let refused: [([UInt8], String)] = [
        (request("NOPE", 0), "unknown command 45504f4e"),
        (request("STAT", 1025), "path too long"),
        (request("STAT", .max), "path too long"),
        (request("SEND", 2, "/a"), "missing , in ID_SEND"),
        (request("SEND", 4, "/a,0") + request("QUIT", 0), "invalid data message"),
    ]

    static func request(_ id: String, _ length: UInt32, _ path: String = "") -> [UInt8] {
        var bytes = Array(id.utf8)
        withUnsafeBytes(of: length.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes + Array(path.utf8)
    }

    @Test("what adbd refuses is refused with its words", arguments: refused)
    func refusals(bytes: [UInt8], reason: String) {
        #expect(Self.hear([bytes[...]]).last == .refused(reason))
    }

    @Test func `a mode with a leading zero is octal, and the last comma splits`() {
        let bytes = Self.request("SEND", 10, "/a,b,01006")
        #expect(Self.hear([bytes[...]]) == [.request(.send(path: Array("/a,b".utf8), mode: 0o1006, flags: nil))])
    }

    @Test func `a path longer than 1024 bytes is not sent`() {
        let path = [UInt8](repeating: 97, count: 1025)
        let error = #expect(throws: WireError.self) { try SyncRequest.receive(path: path, flags: nil).encoded() }
        #expect(error?.code == .pathTooLong)
    }
}
