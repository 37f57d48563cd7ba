import Testing

@testable import Curl

@Suite("Heads of answers")
struct AnswerHeadTests {
    private func read(_ lines: [String], limit: Int = 1000) -> AnswerHead? {
        var head = AnswerHead()
        for line in lines {
            var bytes = Array(line.utf8)
            guard bytes.withUnsafeMutableBytes({ head.take(UnsafeRawBufferPointer($0), limit: limit) }) else {
                return nil
            }
        }
        return head
    }

    @Test func `fields are found in whatever case, with blanks around their value taken off`() throws {
        let head = try #require(
            read(["HTTP/1.1 206 Partial\r\n", "ETag: \t\"a\" \r\n", "content-RANGE:bytes\r\n", "\r\n"]))
        #expect(head.status == 206)
        #expect(head.headers["etag"] == "\"a\"")
        #expect(head.headers["Content-Range"] == "bytes")
        #expect(head.headers["Content-Length"] == nil)
    }

    @Test func `an interim answer is forgotten when the real one comes`() throws {
        let head = try #require(
            read(["HTTP/1.1 103 Early\r\n", "Link: x\r\n", "\r\n", "HTTP/2 200\r\n", "A: 1\r\n", "A: 2\r\n", "\r\n"]))
        #expect(head.status == 200)
        #expect(head.headers["Link"] == nil)
        #expect(head.headers.all("a") == ["1", "2"])
    }

    @Test func `what comes behind the body changes nothing`() throws {
        let head = try #require(read(["HTTP/1.1 200 OK\r\n", "\r\n", "ETag: other\r\n"]))
        #expect(head.headers.count == 0)
    }

    @Test func `a line without a colon, or without anything, is no field`() throws {
        let head = try #require(read(["HTTP/1.1 200 OK\r\n", "nonsense\r\n", ":\r\n", "\r\n"]))
        #expect(head.headers["nonsense"] == nil)
    }

    @Test(
        "a status that is no number is none",
        arguments: ["HTTP/1.1\r\n", "HTTP/1.1 abc\r\n", "HTTP/1.1 99999999999999999999\r\n"])
    func noStatus(line: String) throws {
        #expect(try #require(read([line])).status == 0)
    }

    @Test func `lines of all answers together are bounded`() {
        #expect(read(Array(repeating: "HTTP/1.1 103 Early\r\n", count: 60)) == nil)
        #expect(read([String(repeating: "a", count: 1001)]) == nil)
    }
}
