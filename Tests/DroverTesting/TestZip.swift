/// A zip file of stored entries, written by hand so that tests can say what no real tool would.
public struct TestZip {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var entryCount = 0

    /// An empty zip file.
    public init() {}

    /// A zip file of text entries.
    public init(_ entries: [(name: String, text: String)]) {
        self.init()
        for entry in entries { add(entry.name, Array(entry.text.utf8)) }
    }

    /// Adds one entry; names may repeat, be absolute, or climb.
    public mutating func add(_ name: String, _ content: [UInt8]) {
        let name = Array(name.utf8)
        var common: [UInt8] = []
        // Version 2.0, UTF-8 names, stored, 1980-01-01.
        for value: UInt16 in [20, 0x800, 0, 0, 0x21] { common += u16(value) }
        for value in [checksum(content), UInt32(content.count), UInt32(content.count)] { common += u32(value) }
        common += u16(UInt16(name.count))
        common += u16(0)
        directory += u32(0x0201_4b50)
        directory += u16(20)
        directory += common
        directory += [UInt8](repeating: 0, count: 10)
        directory += u32(UInt32(body.count))
        directory += name
        body += u32(0x0403_4b50)
        body += common
        body += name
        body += content
        entryCount += 1
    }

    /// The whole file.
    public var bytes: [UInt8] {
        var end = u32(0x0605_4b50)
        for value in [0, 0, UInt16(entryCount), UInt16(entryCount)] { end += u16(value) }
        end += u32(UInt32(directory.count))
        end += u32(UInt32(body.count))
        end += u16(0)
        return body + directory + end
    }

    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : (sum >> 1) ^ 0xedb8_8320 }
        }
        return ~sum
    }

    private func u16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xff), UInt8(value >> 8)] }
    private func u32(_ value: UInt32) -> [UInt8] { u16(UInt16(value & 0xffff)) + u16(UInt16(value >> 16)) }
}
