import CCrypto

/// Owns one `BIGNUM`.
struct BigNumber: ~Copyable {
    private let number: OpaquePointer

    init(bigEndian bytes: [UInt8]) throws(CryptoError) {
        guard let number = BN_bin2bn(bytes, CInt(bytes.count), nil) else {
            throw CryptoError.taking(.library, "make a big number")
        }
        self.number = number
    }

    /// Takes over a number that the library made for its caller to free.
    init(owning number: OpaquePointer) { self.number = number }

    deinit { BN_clear_free(number) }

    var bitCount: Int { Int(BN_num_bits(number)) }

    /// The value in as many bytes as it needs, most significant first.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (bitCount + 7) / 8)
        BN_bn2bin(number, &bytes)
        return bytes
    }

    /// The value as exactly `count` bytes, most significant first.
    func bigEndian(_ count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard BN_bn2binpad(number, &bytes, CInt(count)) == CInt(count) else {
            throw CryptoError.taking(.badLength, "write a big number in \(count) bytes")
        }
        return bytes
    }

    /// 2 to the power `exponent`, modulo this number.
    func remainder(ofTwoToThe exponent: Int) throws(CryptoError) -> BigNumber {
        guard let context = BN_CTX_new() else { throw CryptoError.taking(.library, "make a big number context") }
        defer { BN_CTX_free(context) }
        guard let result = BN_new() else { throw CryptoError.taking(.library, "make a big number") }
        let remainder = BigNumber(owning: result)
        guard BN_set_bit(result, CInt(exponent)) == 1, BN_div(nil, result, result, number, context) == 1 else {
            throw CryptoError.taking(.library, "divide big numbers")
        }
        return remainder
    }
}
