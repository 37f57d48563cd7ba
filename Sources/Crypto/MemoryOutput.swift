import CCrypto

/// Text that the library writes into memory.
enum MemoryOutput {
    static func text(_ operation: String, _ write: (OpaquePointer) -> CInt) throws(CryptoError) -> String {
        // The secure kind keeps private keys out of core dumps and wipes them.
        guard let output = BIO_new(BIO_s_secmem()) else { throw CryptoError.taking(.library, operation) }
        defer { BIO_free(output) }
        guard write(output) == 1 else { throw CryptoError.taking(.library, operation) }
        var start: UnsafeMutablePointer<CChar>?
        let count = BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
        guard count > 0, let start else { throw CryptoError.taking(.library, operation) }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
