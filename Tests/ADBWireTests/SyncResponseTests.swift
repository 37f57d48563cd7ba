import ADBWire
import Testing

@Suite struct SyncResponseTests {
    /// What a parser reported, comparable.
    enum Heard: Equatable {
        case status(FileStatus), entry(FileStatus, [UInt8]), data([UInt8]), done, okay, failed(String)
    }

    static func hear(_ pieces: [ArraySlice<UInt8>], _ expectation: SyncExpectation) throws -> [Heard] {
        var parser = SyncResponseParser()
        var heard: [Heard] = []
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                var rest = bytes
                while let response = try parser.next(&rest, expecting: expectation) {
                    switch response {
                    case .status(let status): heard.append(.status(status))
                    case .entry(let status, let name): heard.append(.entry(status, name))
                    case .data(let data, _):
                        if case .data(let before)? = heard.last {
                            heard[heard.count - 1] = .data(before + Array(data))
                        } else {
                            heard.append(.data(Array(data)))
                        }
                    case .done: heard.append(.done)
                    case .okay: heard.append(.okay)
                    case .failed(let reason): heard.append(.failed(reason))
                    }
                }
            }
        }
        return heard
    }

    static let file: FileStatus = {
        var status = FileStatus(mode: 0o100644, size: 5 << 30, modificationTime: 1_704_164_645)
        status.deviceNumber = 0xfe05
        status.inode = 1 << 40
        status.links = 2
        status.uid = 2000
        status.gid = 1015
        status.accessTime = -1
        status.changeTime = 7
        return status
    }()

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expectation: SyncExpectation
        let bytes: [UInt8]
        let heard: [Heard]
    }

    static let cases: [Case] = {
        var stat1: [UInt8] = []
        let old = FileStatus(mode: 0o100644, size: 3, modificationTime: 9)
        old.appendVersion1(id: .stat, to: &stat1)
        FileStatus(mode: 0, size: 0, modificationTime: 0).appendVersion1(id: .stat, to: &stat1)
        var stat2: [UInt8] = []
        file.appendVersion2(id: .lstat2, to: &stat2)
        FileStatus(error: 13).appendVersion2(id: .stat2, to: &stat2)
        var list1: [UInt8] = []
        SyncResponse.appendEntry(old, name: Array("a".utf8), expectation: .directory1, to: &list1)
        SyncResponse.appendEntry(old, name: [], expectation: .directory1, to: &list1)
        SyncResponse.appendDone(.directory1, to: &list1)
        SyncResponse.appendDone(.directory1, to: &list1)
        var list2: [UInt8] = []
        SyncResponse.appendEntry(file, name: Array("bc".utf8), expectation: .directory2, to: &list2)
        SyncResponse.appendDone(.directory2, to: &list2)
        var content: [UInt8] = []
        SyncID.data.append(3, to: &content)
        content += [1, 2, 3]
        SyncID.data.append(0, to: &content)
        SyncID.data.append(1, to: &content)
        content += [4]
        SyncResponse.appendDone(.content, to: &content)
        SyncResponse.appendFailure("open failed: No such file or directory", to: &content)
        var okays: [UInt8] = []
        SyncResponse.appendOkay(to: &okays)
        SyncResponse.appendOkay(to: &okays)
        SyncResponse.appendFailure("", to: &okays)
        return [
            Case(
                testDescription: "STAT", expectation: .status1, bytes: stat1,
                heard: [.status(old), .status(FileStatus(error: 2))]),
            Case(
                testDescription: "STA2", expectation: .status2, bytes: stat2,
                heard: [.status(file), .status(FileStatus(error: 13))]),
            Case(
                testDescription: "LIST", expectation: .directory1, bytes: list1,
                heard: [.entry(old, [97]), .entry(old, []), .done, .done]),
            Case(
                testDescription: "LIS2", expectation: .directory2, bytes: list2,
                heard: [.entry(file, [98, 99]), .done]),
            Case(
                testDescription: "RECV", expectation: .content, bytes: content,
                heard: [.data([1, 2, 3, 4]), .done, .failed("open failed: No such file or directory")]),
            Case(
                testDescription: "SEND", expectation: .acknowledgement, bytes: okays,
                heard: [.okay, .okay, .failed("")]),
        ]
    }()

    @Test("answers are read, cut at any place", arguments: cases)
    func cuts(test: Case) throws {
        let bytes = test.bytes
        for cut in 0...bytes.count {
            #expect(try Self.hear([bytes[..<cut], bytes[cut...]], test.expectation) == test.heard)
        }
        #expect(try Self.hear(bytes.indices.map { bytes[$0...$0] }, test.expectation) == test.heard)
    }

    @Test("an answer to another question is refused", arguments: cases)
    func unexpected(test: Case) throws {
        for other in Self.cases where other.expectation != test.expectation {
            let error = #expect(throws: WireError.self) { try Self.hear([other.bytes[...]], test.expectation) }
            #expect(error?.code == .unexpectedReply)
        }
    }

    @Test(
        "lengths that lie are refused",
        arguments: [
            (SyncID.data, SyncExpectation.content, 0x10_0001), (.data, .content, 0xffff_ffff),
            (.fail, .content, 65537), (.fail, .status1, 0xffff_ffff),
        ] as [(SyncID, SyncExpectation, UInt32)])
    func lyingLengths(id: SyncID, expectation: SyncExpectation, length: UInt32) {
        var bytes: [UInt8] = []
        id.append(length, to: &bytes)
        let error = #expect(throws: WireError.self) { try Self.hear([bytes[...]], expectation) }
        #expect(error?.code == .lengthOutOfRange)
    }

    @Test("a name longer than 255 bytes is refused", arguments: [SyncExpectation.directory1, .directory2])
    func longNames(expectation: SyncExpectation) {
        var bytes: [UInt8] = []
        let name = [UInt8](repeating: 97, count: 256)
        SyncResponse.appendEntry(Self.file, name: name, expectation: expectation, to: &bytes)
        let error = #expect(throws: WireError.self) { try Self.hear([bytes[...]], expectation) }
        #expect(error?.code == .lengthOutOfRange)
    }

    @Test func `layouts have the sizes of the protocol`() {
        var bytes: [UInt8] = []
        Self.file.appendVersion1(id: .stat, to: &bytes)
        #expect(bytes.count == FileStatus.size1)
        bytes = []
        Self.file.appendVersion2(id: .stat2, to: &bytes)
        #expect(bytes.count == FileStatus.size2)
        for (expectation, size) in [(SyncExpectation.directory1, 20), (.directory2, 76), (.content, 8)] {
            bytes = []
            SyncResponse.appendDone(expectation, to: &bytes)
            #expect(bytes.count == size)
        }
    }
}
