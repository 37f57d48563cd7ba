import Crypto
import DroverTesting
import Testing

@testable import Simulator

@Suite struct `Forms of the simulated store` {
    @Test(arguments: [0, 1_767_323_045, 951_782_400, 1_709_164_800, 4_102_444_799])
    func `times are read as they are written`(_ seconds: Int) {
        #expect(StorageTime.seconds(StorageTime.header(seconds)) == seconds)
        #expect(StorageTime.seconds(StorageTime.compact(seconds)) == seconds)
    }

    @Test func `times have the right spelling, and nonsense is no time`() {
        #expect(StorageTime.header(1_767_323_045) == "Fri, 02 Jan 2026 03:04:05 GMT")
        #expect(StorageTime.stamp(1_767_323_045) == "2026-01-02T03:04:05.000Z")
        #expect(StorageTime.compact(1_767_323_045) == "20260102T030405Z")
        for text in ["", "yesterday", "2026-01-02", "Fri, 02 Foo 2026 03:04:05 GMT", "20260102T03040xZ"] {
            #expect(StorageTime.seconds(text) == nil)
        }
    }

    @Test func `bodies that a store is sent are read`() {
        let text = """
            <Delete xmlns="urn:x"><Object><Key>a&amp;b &lt;&#25163;&#x624b;&gt;</Key></Object><Object><Key/></Object></Delete>
            """
        #expect(StorageXML.contents(of: "Object", in: text)?.count == 2)
        #expect(StorageXML.text(of: "Key", in: text) == "a&b <手手>")
        #expect(StorageXML.contents(of: "Object", in: "<Object><Key>") == nil)
        #expect(StorageXML.contents(of: "Part", in: text) == [])
        #expect(StorageXML.escaped("a<b>&\"\r") == "a&lt;b&gt;&amp;&quot;&#13;")
    }

    /// Sends a body in pieces of a size through the frames.
    private func unframe(_ text: String, pieces: Int) throws -> (bytes: [UInt8], isWhole: Bool) {
        final class Kept: HTTPBodySink {
            var bytes: [UInt8] = []
            func take(_ more: UnsafeRawBufferPointer) { bytes += Array(more) }
        }
        let kept = Kept()
        let frames = FramedBody(into: kept)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try rest.prefix(pieces).withUnsafeBytes { try frames.take($0) }
            rest = rest.dropFirst(pieces)
        }
        return (kept.bytes, frames.isWhole)
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `frames are taken off, wherever the pieces are cut`(_ pieces: Int) throws {
        let framed = "5\r\nhello\r\nb;chunk-signature=00ff\r\n cloud\r\nxyz\r\n0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n"
        let (bytes, isWhole) = try unframe(framed, pieces: pieces)
        #expect(String(decoding: bytes, as: UTF8.self) == "hello cloud\r\nxyz")
        #expect(isWhole)
        #expect(try unframe("5\r\nhello\r\n", pieces: pieces).isWhole == false)
        #expect(try unframe("5\r\nhel", pieces: pieces).isWhole == false)
        #expect(throws: StorageRefusal.self) { try unframe("zz\r\nhello\r\n", pieces: pieces) }
        #expect(throws: StorageRefusal.self) { try unframe("4\r\nhello\r\n", pieces: pieces) }
    }

    @Test func `a body is hashed on its way into its file, and goes with it`() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/body"
        let kept = try StoredBody(path, isSigned: true)
        try Array("hello cloud phone\n".utf8).withUnsafeBytes { try kept.take($0) }
        let hashes = kept.keep()
        #expect(Hex.encode(hashes.md5) == "a1b2fbc50054fa4723d948864c296113")
        #expect(hashes.sha256 == SHA256.hash(of: "hello cloud phone\n").hex)
        #expect(RepositoryFile.text(at: path) == "hello cloud phone\n")
        do { _ = try StoredBody("\(folder.path)/other", isSigned: false) }
        #expect(RepositoryFile.names(in: folder.path) == ["body"])
        kept.discard()
        #expect(RepositoryFile.names(in: folder.path).isEmpty)
    }
}
