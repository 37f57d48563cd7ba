/// Puts one content together from bytes that arrive and from parts of files that are there.
final class ContentGatherer {
    /// What becomes of the bytes.
    enum Keeping {
        /// They stay, whatever the store's retention: a script may read them again.
        case bytes
        /// Only their hash is wanted.
        case hash
    }

    private let store: ContentStore
    private let keeping: Keeping
    private var slices: [ContentSlice] = []
    private var writer: ContentWriter?
    private(set) var size: UInt64 = 0
    private var told: UInt64 = 0
    /// Met while writing; the content is not whole then.
    private(set) var failure: FileError?

    init(store: ContentStore, _ keeping: Keeping = .bytes) {
        self.store = store
        self.keeping = keeping
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        size += UInt64(bytes.count)
        if keeping == .hash { hashSlices() }
        write(bytes)
    }

    func append(_ slice: ContentSlice) {
        guard slice.count > 0 else { return }
        size += slice.count
        if keeping == .bytes { endBytes() }
        slices.append(slice)
        // A hash of one part alone may be known already; with a second one all is hashed.
        if keeping == .hash, slices.count > 1 || writer != nil { hashSlices() }
    }

    /// The content; more may be added.
    func finish() -> FileContent {
        endBytes()
        told = size
        return store.joined(slices)
    }

    /// The content so far, when more has come since it was last asked for.
    func news() -> FileContent? { size > told ? finish() : nil }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        let fresh = keeping == .hash ? ContentWriter(hashingFor: store) : ContentWriter(store: store, mustKeep: true)
        let writer = self.writer ?? fresh
        self.writer = writer
        do throws(FileError) { try writer.append(bytes) } catch { failure = error }
    }

    private func hashSlices() {
        for slice in slices { slice.content.eachPart(in: slice.range) { write($0) } }
        slices = []
    }

    private func endBytes() {
        guard failure == nil, let writer = writer.take() else { return }
        do throws(FileError) { slices.append(try writer.finish().slice) } catch { failure = error }
    }
}
