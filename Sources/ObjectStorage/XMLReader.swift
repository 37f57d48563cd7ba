import CXML

/// Why bytes are no XML that can be read.
public struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, with the line where there is one.
    public let reason: String

    /// The reason.
    public var description: String { reason }
}

/// Reads whole documents of strangers: no network, no document type, no entities beyond the five, bounded in every way.
public enum XMLReader {
    /// The longest document, in bytes.
    public static let maximumByteCount = 8 << 20
    /// The deepest nesting of elements.
    public static let maximumDepth = 64

    /// Reads a document.
    ///
    /// - Returns: Its outermost element.
    /// - Throws: ``XMLError`` when it is no well-formed XML, has a document type, or is beyond the bounds.
    public static func read(_ bytes: [UInt8]) throws(XMLError) -> XMLElement {
        guard bytes.count <= maximumByteCount else {
            throw XMLError(reason: "the document is longer than \(maximumByteCount) bytes")
        }
        let handle = try ReaderHandle(bytes)
        var open: [XMLElement] = []
        while try handle.next() {
            switch handle.kind {
            case XML_READER_TYPE_DOCUMENT_TYPE:
                throw XMLError(reason: "the document brings a document type, which is not read")
            case XML_READER_TYPE_ENTITY_REFERENCE:
                throw XMLError(reason: "line \(handle.line): an entity that nobody defined")
            case XML_READER_TYPE_ELEMENT:
                guard open.count < maximumDepth else {
                    throw XMLError(reason: "elements are nested deeper than \(maximumDepth)")
                }
                open.append(XMLElement(handle.name))
                if handle.isEmptyElement, let root = close(&open) { return try finish(handle, root) }
            case XML_READER_TYPE_END_ELEMENT:
                if let root = close(&open) { return try finish(handle, root) }
            case XML_READER_TYPE_TEXT, XML_READER_TYPE_CDATA, XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
                if !open.isEmpty { open[open.count - 1].text += handle.value }
            default:
                continue
            }
        }
        throw XMLError(reason: "the document ends before its outermost element does")
    }

    /// Puts the innermost element into the one around it; gives it back when it is the outermost.
    private static func close(_ open: inout [XMLElement]) -> XMLElement? {
        guard let done = open.popLast() else { return nil }
        guard !open.isEmpty else { return done }
        open[open.count - 1].children.append(done)
        return nil
    }

    /// Reads what follows the outermost element, which must be nothing that counts.
    private static func finish(_ handle: borrowing ReaderHandle, _ root: XMLElement) throws(XMLError) -> XMLElement {
        while try handle.next() {}
        return root
    }
}

/// Owns one `xmlTextReader` and the bytes that it reads.
private struct ReaderHandle: ~Copyable {
    private let reader: xmlTextReaderPtr
    private let bytes: UnsafeMutableBufferPointer<CChar>

    init(_ document: [UInt8]) throws(XMLError) {
        guard !document.isEmpty else { throw XMLError(reason: "there is no document") }
        let bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: document.count)
        _ = bytes.initialize(from: document.lazy.map { CChar(bitPattern: $0) })
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        guard let reader = xmlReaderForMemory(bytes.baseAddress, CInt(bytes.count), nil, nil, CInt(options)) else {
            bytes.deallocate()
            throw XMLError(reason: "libxml2 cannot be started")
        }
        self.reader = reader
        self.bytes = bytes
    }

    deinit {
        xmlFreeTextReader(reader)
        bytes.deallocate()
    }

    /// Goes to the next node; false at the end.
    func next() throws(XMLError) -> Bool {
        switch xmlTextReaderRead(reader) {
        case 1: return true
        case 0: return false
        default: throw XMLError(reason: "line \(line): this is no well-formed XML")
        }
    }

    var kind: xmlReaderTypes { xmlReaderTypes(rawValue: UInt32(max(0, xmlTextReaderNodeType(reader)))) }
    var isEmptyElement: Bool { xmlTextReaderIsEmptyElement(reader) == 1 }
    var line: Int { Int(xmlTextReaderGetParserLineNumber(reader)) }
    var name: String { text(xmlTextReaderConstLocalName(reader)) }
    var value: String { text(xmlTextReaderConstValue(reader)) }

    private func text(_ pointer: UnsafePointer<xmlChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
}
