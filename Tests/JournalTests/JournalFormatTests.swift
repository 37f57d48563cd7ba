import Farm
import JSON
import Secrets
import Testing

@testable import Journal

struct JournalFormatTests {
    func bytes(of events: [JournalEvent], redactor: Redactor = Redactor()) -> [UInt8] {
        var encoder = EventEncoder(redactor: redactor)
        var bytes: [UInt8] = []
        for event in events { encoder.encode(event, into: &bytes) }
        return bytes
    }

    @Test func `every kind of event comes back as it was written`() throws {
        let events = JournalSamples.everyKind
        let read = try JournalContents(bytes: bytes(of: events))
        #expect(read.events == events)
        #expect(!read.isTorn)
        #expect(read.damagedLines.isEmpty)
    }

    @Test func `a line says version, sequence and time first and its checksum last`() {
        let event = JournalEvent(time: 1_795_219_200_123, .stepStarted(.phone("px8-07"), StepPath(step: 2), attempt: 1))
        let line = String(decoding: bytes(of: [event]), as: UTF8.self)
        let body = #"{"v":1,"seq":0,"t":1795219200123,"event":"step-started","phone":"px8-07","step":"0/2","attempt":1"#
        #expect(line == body + #","sum":"d25c0977"}"# + "\n")
    }

    @Test func `the checksum is the CRC-32 of zlib`() {
        #expect(Checksum.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Checksum.crc32([]) == 0)
    }

    @Test func `control characters of a phone never stand raw in a line`() {
        let line = bytes(of: JournalSamples.everyKind)
        #expect(line.allSatisfy { ($0 >= 0x20 || $0 == 0x0A) && $0 != 0x7F })
        #expect(line.count { $0 == 0x0A } == JournalSamples.everyKind.count)
    }

    @Test func `a secret is in no line`() {
        var event = JournalSamples.everyKind[4]
        guard case .stepEnded(let target, let path, var end) = event.body else { return }
        end.outputs.output = "token=hunter2-and-more hunter2"
        event.body = .stepEnded(target, path, end)
        let vault = SecretVault([Secret(name: "short", "hunter2"), Secret(name: "long", "hunter2-and-more")])
        let text = String(decoding: bytes(of: [event], redactor: Redactor(vault)), as: UTF8.self)
        #expect(!text.contains("hunter2"))
        #expect(text.contains("token=‹secret long› ‹secret short›"))
    }

    @Test func `a journal cut at any byte renders, and keeps every whole line`() throws {
        let events = JournalSamples.everyKind
        let whole = bytes(of: events)
        for length in 0...whole.count {
            let read = try JournalContents(bytes: Array(whole[..<length]))
            let lines = whole[..<length].count { $0 == 0x0A }
            #expect(read.events == Array(events[..<lines]))
            #expect(read.isTorn == (length > 0 && whole[length - 1] != 0x0A))
            let record = read.record
            #expect(record.counts.total == (lines == 0 ? 0 : 3))
        }
    }

    @Test func `a changed byte is noticed wherever it is`() throws {
        let events = Array(JournalSamples.everyKind[1...3])
        let whole = bytes(of: events)
        for position in whole.indices where whole[position] != 0x0A {
            var damaged = whole
            damaged[position] ^= 0x01
            guard damaged[position] != 0x0A else { continue }
            let read = try JournalContents(bytes: damaged)
            #expect(read.events.count == 2, "byte \(position)")
        }
    }

    @Test func `a damaged line in the middle is named and the others are read`() throws {
        var whole = bytes(of: JournalSamples.everyKind)
        let second = try #require(whole.firstIndex(of: 0x0A)) + 5
        whole[second] ^= 0x02
        let read = try JournalContents(bytes: whole)
        #expect(read.damagedLines == [2])
        #expect(read.events.count == JournalSamples.everyKind.count - 1)
    }

    @Test func `a journal of a later version is refused`() throws {
        var line = #"{"v":2,"seq":0,"t":1,"event":"run-started""#
        let sum = String(Checksum.crc32(Array(line.utf8)), radix: 16)
        line += #","sum":""# + String(repeating: "0", count: 8 - sum.count) + sum + "\"}\n"
        let error = #expect(throws: JournalError.self) { try JournalContents(bytes: Array(line.utf8)) }
        #expect(error?.code == .newer)
    }

    @Test("a step's path is spelled and read", arguments: ["0/0", "1/12", "0/2.1", "3/2.0.7#5", "1/3#2.1#0", "0/0#0"])
    func path(text: String) {
        #expect(StepPath(text)?.description == text)
    }

    @Test(
        "what is no path is not read",
        arguments: [
            "", "0", "0/", "/1", "a/b", "0/1#", "0/1#2#3", "0/-1", "0/1/2", "-1/0", "0/1#a", "0/1#-1", "0/1..2", "0/#1",
        ])
    func noPath(text: String) {
        #expect(StepPath(text) == nil)
    }

    @Test(
        "what is no JSON is refused",
        arguments: ["", "{", "[1,]", "{\"a\" 1}", "\"\u{1}\"", "tru", "1 2", "\"\\ud800\"", "\"\\x\""])
    func noJSON(text: String) {
        #expect(JSONValue(parsing: Array(text.utf8)) == nil)
    }

    @Test func `JSON nested without end is refused, not followed`() {
        #expect(JSONValue(parsing: Array(repeating: UInt8(ascii: "["), count: 1 << 20)) == nil)
    }

    @Test func `characters outside the basic plane are read from their escapes`() {
        #expect(JSONValue(parsing: Array(#""\ud83d\ude00\u00e4""#.utf8)) == .text("😀ä"))
    }
}
