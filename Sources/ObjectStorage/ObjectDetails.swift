import Signing

/// What is kept beside the content of an object.
public struct ObjectDetails: Hashable, Sendable {
    /// The type of the content.
    public var contentType: String
    /// Notes by names of `a-z`, `0-9` and `-`; values of printable ASCII.
    public var metadata: [String: String]
    /// After how many days the object may go; nil for never.
    ///
    /// OBS removes it by itself (its field `x-obs-expires`); elsewhere the note ``StoredObject/expiryNote``, which is
    /// written in both cases, tells those who prune.
    public var expiresAfterDays: Int?
    /// A hash of the whole content, where the caller knows it; an interrupted upload is taken up again only for equal ones.
    public var contentHash: String?

    /// Sets details.
    public init(
        contentType: String = "application/octet-stream", metadata: [String: String] = [:],
        expiresAfterDays: Int? = nil, contentHash: String? = nil
    ) {
        self.contentType = contentType
        self.metadata = metadata
        self.expiresAfterDays = expiresAfterDays
        self.contentHash = contentHash
    }

    /// The longest notes together that stores keep, in bytes.
    static let mostNoteBytes = 2048

    /// The header fields that say all this.
    ///
    /// - Throws: ``ObjectStorageError`` when a note cannot be sent.
    func fields(for store: ObjectStore, _ policy: StorePolicy, _ operation: String) throws(ObjectStorageError)
        -> [SignableRequest.Field]
    {
        var notes = metadata
        if let days = expiresAfterDays {
            guard (1...3650).contains(days) else {
                throw ObjectStorageError(
                    .invalidRequest, operation, "an object cannot expire after \(days) days",
                    advice: "give 1 to 3650 days")
            }
            notes[StoredObject.expiryNote] = policy.day(in: days)
        }
        let size = notes.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard size <= Self.mostNoteBytes else {
            throw ObjectStorageError(
                .overLimit, operation, "its notes have \(size) bytes, and \(Self.mostNoteBytes) are taken")
        }
        var fields = [SignableRequest.Field("Content-Type", contentType)]
        for (name, value) in notes.sorted(by: { $0.key < $1.key }) {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte), value.utf8.allSatisfy({ 0x20...0x7E ~= $0 })
            else {
                throw ObjectStorageError(
                    .invalidRequest, operation, "the note \(name) cannot be sent",
                    advice: "names have a-z, 0-9 and -, values printable ASCII")
            }
            fields.append(.init("\(store.fieldPrefix)meta-\(name)", value))
        }
        if let days = expiresAfterDays, store.signature == .obs { fields.append(.init("x-obs-expires", "\(days)")) }
        return fields
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
}
