import Farm

/// Hands a pulled file on to one that keeps its end.
final class CappedSink: PullSink {
    private let file: CappedFile

    init(file: CappedFile) { self.file = file }

    func take(_ bytes: UnsafeRawBufferPointer) throws { _ = file.take(bytes) }
}
