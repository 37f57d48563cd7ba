import CZstd

/// Compresses the bytes of an archive with zstd into one frame with a checksum.
///
/// Our own calls instead of libarchive's filter: that one cuts the bytes into jobs of 8 MiB, which costs 50 MiB with two
/// threads, and has no word for the checksum, so that a changed byte in the content went unnoticed.
final class ZstdEncoder {
    private let context: OpaquePointer
    private let output: UnsafeMutableRawBufferPointer
    private var filled = 0

    /// Bytes of a job: half of zstd's own choice, for half of the memory.
    ///
    /// The bytes depend on it, and never on the threads.
    private static let jobSize: CInt = 4 << 20
    /// How much of the job before each job may refer to: 8 is half of the window, 1 MiB at the usual level.
    ///
    /// zstd's own choice is a quarter of that, with which jobs of 4 MiB pack worse than its own of 8.
    private static let overlap: CInt = 8

    /// - Throws: ``ArchiveError`` with `unsupported` for a level that zstd does not have.
    init(_ options: ArchiveWriterOptions) throws(ArchiveError) {
        guard let context = ZSTD_createCCtx() else {
            throw ArchiveError(.cannotWrite, Self.operation, reason: "out of memory")
        }
        self.context = context
        output = .allocate(byteCount: options.isSparing ? 64 << 10 : 256 << 10, alignment: 4096)
        let level = options.level ?? 3
        let levels = ZSTD_cParam_getBounds(ZSTD_c_compressionLevel)
        guard (Int(levels.lowerBound)...Int(levels.upperBound)).contains(level) else {
            throw ArchiveError(
                .unsupported, Self.operation,
                reason: "zstd has no level \(level), only \(levels.lowerBound) to \(levels.upperBound)")
        }
        try set(ZSTD_c_compressionLevel, CInt(level))
        try set(ZSTD_c_checksumFlag, 1)
        guard !options.isSparing else { return }
        // One worker already cuts the data into jobs, so that the number of workers shows nowhere.
        try set(ZSTD_c_nbWorkers, CInt(min(max(options.threads, 1), 64)))
        try set(ZSTD_c_jobSize, Self.jobSize)
        try set(ZSTD_c_overlapLog, Self.overlap)
    }

    deinit {
        ZSTD_freeCCtx(context)
        output.deallocate()
    }

    private static let operation = "start the archive"

    private func set(_ parameter: ZSTD_cParameter, _ value: CInt) throws(ArchiveError) {
        _ = try checked(ZSTD_CCtx_setParameter(context, parameter, value), Self.operation)
    }

    private func checked(_ status: Int, _ operation: String) throws(ArchiveError) -> Int {
        guard ZSTD_isError(status) == 0 else {
            throw ArchiveError(.cannotWrite, operation, reason: "zstd: \(String(cString: ZSTD_getErrorName(status)))")
        }
        return status
    }

    /// Takes bytes, which live only during the call; hands on what is compressed by now.
    func take(_ bytes: UnsafeRawBufferPointer, _ sink: WriteHandle.Sink) throws(ArchiveError) {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while input.pos < input.size { _ = try step(&input, ZSTD_e_continue, sink) }
    }

    /// Ends the frame and hands on its rest; waits for the jobs that are under way.
    func finish(_ sink: WriteHandle.Sink) throws(ArchiveError) {
        var none = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        while try step(&none, ZSTD_e_end, sink) > 0 {}
        try flush(sink)
    }

    /// One call of the compressor; what it says is left, where it was asked to end.
    private func step(
        _ input: inout ZSTD_inBuffer, _ directive: ZSTD_EndDirective, _ sink: WriteHandle.Sink
    ) throws(ArchiveError) -> Int {
        if filled == output.count { try flush(sink) }
        var room = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: filled)
        let left = try checked(ZSTD_compressStream2(context, &room, &input, directive), "compress the archive")
        filled = room.pos
        return left
    }

    private func flush(_ sink: WriteHandle.Sink) throws(ArchiveError) {
        let count = filled
        filled = 0
        guard count > 0 else { return }
        try sink(UnsafeRawBufferPointer(rebasing: output[..<count]))
    }
}
