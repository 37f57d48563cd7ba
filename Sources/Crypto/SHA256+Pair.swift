extension SHA256 {
    /// Whether two streams at once take less time than one after the other, on this processor.
    public static var isFasterInPairs: Bool { hasInstructions }

    /// Adds bytes to two hashes at once.
    ///
    /// One core does this in less time than the two one after the other, where the processor has instructions for
    /// SHA-256: each of them waits for the one before, and the other stream's run meanwhile. The gain is a fifth of the
    /// time on Intel's processors of 2023, and nothing is lost elsewhere. The pieces need not be of one length.
    public static func update(
        _ first: inout SHA256, _ firstBytes: UnsafeRawBufferPointer,
        and second: inout SHA256, _ secondBytes: UnsafeRawBufferPointer
    ) {
        var (left, right) = (firstBytes, secondBytes)
        if first.isDirect, second.isDirect {
            left = first.blocks.completeBlock(with: left)
            right = second.blocks.completeBlock(with: right)
            let count = min(left.count, right.count) / SHA256Blocks.size
            left = first.blocks.take(count, of: left, and: &second.blocks, right)
            right = UnsafeRawBufferPointer(rebasing: right[(count * SHA256Blocks.size)...])
        }
        first.update(left)
        second.update(right)
    }

    /// The digests of two pieces of bytes that are all there, at once.
    public static func hash(
        of first: UnsafeRawBufferPointer, and second: UnsafeRawBufferPointer
    ) -> (SHA256Digest, SHA256Digest) {
        var left = SHA256()
        var right = SHA256()
        update(&left, first, and: &right, second)
        return (left.finish(), right.finish())
    }
}
