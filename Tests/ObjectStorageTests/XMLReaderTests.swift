import Testing

@testable import ObjectStorage

@Suite struct `XML of strangers` {
    private func read(_ text: String) throws -> XMLElement { try XMLReader.read(Array(text.utf8)) }

    @Test func `elements, texts and the five entities are read, prefixes and attributes left out`() throws {
        let root = try read(
            """
            <?xml version="1.0"?><!-- note --><a:List xmlns:a="urn:x" b="c"><Key> a&amp;b&lt;&gt;&quot;&apos;&#x624b; </Key>
            <Empty/><Key><![CDATA[<raw>&amp;]]></Key><In><Key>deep</Key></In></a:List>
            """)
        #expect(root.name == "List")
        #expect(root.all("Key").map(\.text) == [" a&b<>\"'手 ", "<raw>&amp;"])
        #expect(root.text(of: "Key") == "a&b<>\"'手")
        #expect(root["Empty"]?.text == "")
        #expect(root["In"]?["Key"]?.text == "deep")
        #expect(root["Missing"] == nil)
    }

    @Test(arguments: [
        "", "no xml", "<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "<a b=c/>", "<a>\u{1}</a>", "<a/>rest",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>",
    ])
    func `what is not well-formed, or brings a document type, is refused`(_ text: String) {
        #expect(throws: XMLError.self) { try read(text) }
    }

    @Test func `a bomb of entities is refused at once`() {
        var text = "<!DOCTYPE a [<!ENTITY a0 \"ha\">"
        for level in 1...40 { text += "<!ENTITY a\(level) \"&a\(level - 1);&a\(level - 1);\">" }
        text += "]><a>&a40;</a>"
        #expect(throws: XMLError.self) { try read(text) }
    }

    @Test func `depth and length are bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        _ = try read(nested(64))
        #expect(throws: XMLError(reason: "elements are nested deeper than 64")) { try read(nested(65)) }
        let long = "<a>" + String(repeating: "x", count: 8 << 20) + "</a>"
        #expect(throws: XMLError(reason: "the document is longer than 8388608 bytes")) { try read(long) }
    }

    @Test func `a long list is read whole`() throws {
        let keys = (0..<10_000).map { "<Contents><Key>key-\($0)</Key><Size>1</Size></Contents>" }.joined()
        let root = try read("<ListBucketResult>\(keys)</ListBucketResult>")
        #expect(root.all("Contents").count == 10_000)
        #expect(root.children.last?.text(of: "Key") == "key-9999")
    }
}
