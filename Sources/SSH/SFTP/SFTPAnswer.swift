/// What a server answered; what is lent is valid during the call.
enum SFTPAnswer {
    case status(SFTPStatus)
    case handle([UInt8])
    case data(UnsafeRawBufferPointer)
    case names([SFTPEntry])
    case attributes(SFTPAttributes)
    case extended(UnsafeRawBufferPointer)

    /// Takes a packet apart, which begins with its kind.
    init(from packet: UnsafeRawBufferPointer) throws(SFTPDamage) {
        var packet = SFTPDecoder(packet)
        let kind = try packet.byte()
        _ = try packet.number()
        switch kind {
        case SFTPKind.status: self = .status(try SFTPStatus(from: &packet))
        case SFTPKind.handle:
            let handle = try packet.string()
            // The draft's limit; longer ones would only be sent back with every block.
            guard handle.count <= 256 else { throw SFTPDamage() }
            self = .handle(handle)
        case SFTPKind.data: self = .data(try packet.lent())
        case SFTPKind.name: self = .names(try Self.entries(&packet))
        case SFTPKind.attributes: self = .attributes(try SFTPAttributes(from: &packet))
        case SFTPKind.extendedReply: self = .extended(packet.remainder)
        default: throw SFTPDamage()
        }
    }

    private static func entries(_ packet: inout SFTPDecoder) throws(SFTPDamage) -> [SFTPEntry] {
        var entries: [SFTPEntry] = []
        // A count that lies ends at the packet's end, so nothing is reserved for it.
        for _ in 0..<(try packet.number()) {
            let name = try packet.string()
            _ = try packet.lent()
            entries.append(SFTPEntry(name: name, attributes: try SFTPAttributes(from: &packet)))
        }
        return entries
    }

    /// What kind of answer it is, for messages.
    var words: String {
        switch self {
        case .status(let status): "status \(status.code)"
        case .handle: "a handle"
        case .data: "data"
        case .names: "names"
        case .attributes: "attributes"
        case .extended: "an extension's answer"
        }
    }
}

/// One name of a folder, as the server gives it; nothing is known about what the name holds.
public struct SFTPEntry: Hashable, Sendable {
    /// The name's bytes.
    public let name: [UInt8]
    /// What the server says about it, links not followed.
    public let attributes: SFTPAttributes
}

/// How much room a file system has, as the server's user may use it.
public struct SFTPSpace: Hashable, Sendable {
    /// Bytes that may still be written.
    public let free: UInt64
    /// Bytes in all.
    public let total: UInt64
    /// Files that may still be made; nil where the file system does not count them.
    public let freeFiles: UInt64?

    init(from packet: UnsafeRawBufferPointer) throws(SFTPDamage) {
        var packet = SFTPDecoder(packet)
        _ = try packet.longNumber()
        let fragment = try packet.longNumber()
        func bytes(_ blocks: UInt64) -> UInt64 {
            let (product, overflow) = blocks.multipliedReportingOverflow(by: fragment)
            return overflow ? .max : product
        }
        total = bytes(try packet.longNumber())
        _ = try packet.longNumber()
        free = bytes(try packet.longNumber())
        let files = try packet.longNumber()
        _ = try packet.longNumber()
        let available = try packet.longNumber()
        freeFiles = files == 0 ? nil : available
    }
}
