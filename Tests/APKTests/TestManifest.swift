/// Compiles tiny manifests, so that tests can say what no real tool would.
struct TestManifest {
    var package = "com.studio.game"
    var split: String?
    var versionName: String? = "1.0"

    func compiled(isUTF8: Bool = false) -> [UInt8] {
        // The first text carries the resource number of `versionName`.
        var texts = ["versionName", "manifest", "package", package]
        var attributes: [[UInt8]] = [Self.attribute(name: 2, text: 3, isPlain: true)]
        if let split {
            texts += ["split", split]
            attributes.append(Self.attribute(name: 4, text: 5, isPlain: true))
        }
        if let versionName {
            texts.append(versionName)
            attributes.append(Self.attribute(name: 0, text: UInt32(texts.count - 1), isPlain: false))
        }
        let body =
            Self.pool(texts, isUTF8: isUTF8) + Self.chunk(0x0180, Self.u32(0x0101_021c))
            + Self.start(name: 1, attributes: attributes) + Self.end(name: 1)
        return Self.chunk(0x0003, body)
    }

    /// A hundred thousand elements, each named by another text, which all share the same 30,000 bytes.
    static func unfolding() -> [UInt8] {
        let count = 100_000
        let offsets = (0..<count).flatMap { _ in u32(0) }
        let head = u32(UInt32(count)) + u32(0) + u32(0x100) + u32(UInt32(28 + offsets.count)) + u32(0)
        let text: [UInt8] = [0xf5, 0x30, 0xf5, 0x30] + [UInt8](repeating: 0x61, count: 0x7530) + [0, 0, 0, 0]
        let pool = u16(1) + u16(28) + u32(UInt32(28 + offsets.count + text.count)) + head + offsets + text
        let elements = (0..<count).flatMap { start(name: UInt32($0), attributes: []) }
        return chunk(0x0003, pool + elements)
    }

    private static func pool(_ texts: [String], isUTF8: Bool) -> [UInt8] {
        var offsets: [UInt8] = []
        var bytes: [UInt8] = []
        for text in texts {
            offsets += u32(UInt32(bytes.count))
            if isUTF8 {
                bytes += length8(text.utf16.count) + length8(text.utf8.count) + Array(text.utf8) + [0]
            } else {
                bytes += u16(UInt16(text.utf16.count)) + text.utf16.flatMap { u16($0) } + [0, 0]
            }
        }
        while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
        let start = UInt32(28 + offsets.count)
        let head = u32(UInt32(texts.count)) + u32(0) + u32(isUTF8 ? 0x100 : 0) + u32(start) + u32(0)
        return u16(1) + u16(28) + u32(start + UInt32(bytes.count)) + head + offsets + bytes
    }

    private static func length8(_ count: Int) -> [UInt8] {
        count < 0x80 ? [UInt8(count)] : [0x80 | UInt8(count >> 8), UInt8(count & 0xff)]
    }

    private static func attribute(name: UInt32, text: UInt32, isPlain: Bool) -> [UInt8] {
        u32(isPlain ? .max : 0) + u32(name) + u32(text) + u16(8) + [0, 3] + u32(text)
    }

    private static func start(name: UInt32, attributes: [[UInt8]]) -> [UInt8] {
        let body = u32(.max) + u32(name) + u16(20) + u16(20) + u16(UInt16(attributes.count)) + u16(0) + u16(0) + u16(0)
        let content = u32(1) + u32(.max) + body + attributes.flatMap { $0 }
        return u16(0x0102) + u16(16) + u32(UInt32(8 + content.count)) + content
    }

    private static func end(name: UInt32) -> [UInt8] {
        u16(0x0103) + u16(16) + u32(24) + u32(1) + u32(.max) + u32(.max) + u32(name)
    }

    private static func chunk(_ kind: UInt16, _ body: [UInt8]) -> [UInt8] {
        u16(kind) + u16(8) + u32(UInt32(8 + body.count)) + body
    }

    private static func u16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xff), UInt8(value >> 8)] }
    private static func u32(_ value: UInt32) -> [UInt8] { u16(UInt16(value & 0xffff)) + u16(UInt16(value >> 16)) }
}
