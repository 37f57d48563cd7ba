import ADBWire
import Lanes
import Testing

@testable import Simulator

/// The sync service over a real connection.
@Suite(.timeLimit(.minutes(5)))
struct SyncTests {
    private func file(
        _ path: String, _ content: [UInt8], mode: UInt32 = 0o100644, time: UInt32 = 1_704_164_645,
        flags: SyncFlags? = nil
    ) throws -> [UInt8] {
        var bytes = try SyncRequest.send(path: Array(path.utf8), mode: mode, flags: flags).encoded()
        for start in stride(from: 0, to: content.count, by: SyncLimit.chunk) {
            let chunk = content[start..<min(start + SyncLimit.chunk, content.count)]
            SyncID.data.append(UInt32(chunk.count), to: &bytes)
            bytes += chunk
        }
        SyncID.done.append(time, to: &bytes)
        return bytes
    }

    private func okay(_ count: Int = 1) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count { SyncResponse.appendOkay(to: &bytes) }
        return bytes
    }

    private func failure(_ reason: String) -> [UInt8] {
        var bytes: [UInt8] = []
        SyncResponse.appendFailure(reason, to: &bytes)
        return bytes
    }

    /// Sends bytes on a new sync stream in packets of `size`, then QUIT, and gives all that came back.
    private func converse(_ host: ScriptedHost, _ bytes: [UInt8], size: Int = 1 << 20) async throws -> [UInt8] {
        let stream = try await host.open("sync:")
        let all = bytes + (try SyncRequest.quit.encoded())
        for start in stride(from: 0, to: all.count, by: size) {
            await host.say(.write, stream.mine, stream.phones, Array(all[start..<min(start + size, all.count)]))
        }
        return try await host.hearAll(stream)
    }

    @Test("a pushed file is there, with its time and with wider permissions", arguments: [1, 7, 1 << 20])
    func push(packetSize: Int) async throws {
        try await withPhone { host, phone in
            try await host.shakeHands()
            let answer = try await converse(
                host, try file("/data/local/tmp/a.txt", Array("abc".utf8)), size: packetSize)
            #expect(answer == okay())
            let shown = try await host.run("shell:stat -c '%a %Y %s' /data/local/tmp/a.txt; cat /data/local/tmp/a.txt")
            #expect(String(decoding: shown, as: UTF8.self) == "666 1704164645 3\nabc")
            let deeds = phone.record.deeds
            #expect(deeds.files.map(\.path) == ["/data/local/tmp/a.txt"] && deeds.payloadBytes == 3)
            #expect(deeds.files.first?.digest == FileContent.bytes(Array("abc".utf8)).digest)
        }
    }

    @Test func `many files in one stream are answered in order`() async throws {
        try await withPhone { host, phone in
            try await host.shakeHands()
            let all = try (0..<300).flatMap { try file("/sdcard/d/f\($0)", Array("\($0)".utf8), flags: []) }
            #expect(try await converse(host, all) == okay(300))
            #expect(phone.record.deeds.receivedFiles == 300)
            #expect(try await host.run("shell:ls /sdcard/d | wc -l") == Array("300\n".utf8))
        }
    }

    @Test func `a failure is told at once, the file read to its end, and the rest is lost`() async throws {
        try await withPhone { host, phone in
            try await host.shakeHands()
            let bytes = try file("/sdcard/a", [1]) + file("/system/b", [2, 2]) + file("/sdcard/c", [3])
            #expect(try await converse(host, bytes) == okay() + failure("couldn't create file: Read-only file system"))
            #expect(phone.record.deeds.files.map(\.path) == ["/sdcard/a"])
        }
    }

    struct Refusal: Sendable {
        var path: String
        var reason: String
        var profile = Profile.android14
    }

    @Test(
        "a path that cannot be written is refused in adbd's words",
        arguments: [
            Refusal(path: "/data/a", reason: "couldn't create file: Permission denied"),
            Refusal(path: "/sdcard", reason: "couldn't create file: Is a directory"),
            Refusal(path: "/system/none/a", reason: "secure_mkdirs failed: Read-only file system"),
            Refusal(path: "/sdcard/new/a", reason: "secure_mkdirs failed: Operation not permitted", profile: .android9),
            Refusal(path: "/sdcard/" + String(repeating: "n", count: 1100), reason: "path too long"),
        ])
    func refused(_ refusal: Refusal) async throws {
        try await withPhone(refusal.profile) { host, _ in
            try await host.shakeHands()
            var bytes: [UInt8] = []
            let target = Array("\(refusal.path),33188".utf8)
            SyncID.send.append(UInt32(target.count), to: &bytes)
            bytes += target
            SyncID.data.append(1, to: &bytes)
            bytes.append(1)
            SyncID.done.append(5, to: &bytes)
            #expect(try await converse(host, bytes) == failure(refusal.reason))
        }
    }

    @Test func `a full phone says so in the middle of a file`() async throws {
        try await withPhone(fault: "disk-full") { host, phone in
            try await host.shakeHands()
            let bytes = try file("/sdcard/big", [UInt8](repeating: 1, count: 200_000))
            #expect(try await converse(host, bytes) == failure("write failed: No space left on device"))
            #expect(try await host.run("shell:ls /sdcard/big") != Array("/sdcard/big\n".utf8))
            #expect(phone.record.deeds.receivedFiles == 0)
        }
    }

    @Test func `links and dry runs`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            let bytes =
                try file("/sdcard/l", Array("target\0".utf8), mode: 0o120777, time: 77)
                + file("/sdcard/dry", [1, 2], flags: .dryRun)
            #expect(try await converse(host, bytes) == okay(2))
            let shown = try await host.run("shell:readlink /sdcard/l; stat -c %Y /sdcard/l; ls /sdcard/dry 2>/dev/null")
            #expect(String(decoding: shown, as: UTF8.self) == "target\n77\n")
        }
    }

    @Test func `a compression that was not offered is refused`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            let bytes = try file("/sdcard/z", [1], flags: .zstd)
            #expect(try await converse(host, bytes) == failure("unknown flags: 4"))
        }
    }

    @Test("a file comes back as it went", arguments: [0, 1, 65_536, 65_537, 3_000_001])
    func roundTrip(size: Int) async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            #expect(try await converse(host, try file("/sdcard/f", content)) == okay())
            let request = try SyncRequest.receive(path: Array("/sdcard/f".utf8), flags: nil).encoded()
            // Twice in one stream: the second waits for the first.
            let answer = try await converse(host, request + request)
            var back: [UInt8] = []
            var dones = 0
            var parser = SyncResponseParser()
            try answer.withUnsafeBytes { buffer in
                var rest = buffer
                while let response = try parser.next(&rest, expecting: .content) {
                    if case .data(let slice, _) = response { back += slice }
                    if case .done = response { dones += 1 }
                }
            }
            #expect(dones == 2 && back == content + content)
        }
    }

    @Test func `what is not there: no status, no entries, no bytes`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            let path = Array("/sdcard/none".utf8)
            let asked =
                try SyncRequest.status(.stat, path: path).encoded() + SyncRequest.status(.lstat2, path: path).encoded()
                + SyncRequest.list(.list2, path: path).encoded() + SyncRequest.receive(path: path, flags: nil).encoded()
            var expected: [UInt8] = []
            FileStatus(error: 2).appendVersion1(id: .stat, to: &expected)
            FileStatus(error: 2).appendVersion2(id: .lstat2, to: &expected)
            SyncResponse.appendDone(.directory2, to: &expected)
            SyncResponse.appendFailure("open failed: No such file or directory", to: &expected)
            #expect(try await converse(host, asked) == expected)
        }
    }
}
