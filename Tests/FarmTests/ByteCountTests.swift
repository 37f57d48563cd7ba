import Farm
import Testing

@Suite struct ByteCountTests {
    @Test(arguments: [
        ("0B", 0), ("10MB", 10_000_000), ("1GiB", 1 << 30), ("1.5 GiB", 3 << 29), ("512KiB", 512 << 10),
        ("2TB", 2_000_000_000_000), ("0.5KB", 500), ("9007199254740993B", 9_007_199_254_740_993),
    ])
    func `a size is a number with a unit`(text: String, bytes: Int) throws {
        #expect(try ByteCount(parsing: text).bytes == bytes)
    }

    @Test(
        arguments: [
            ("", 0, nil), ("10", 2, "did you mean 10MB?"), ("10mb", 2, "did you mean 10MB?"),
            ("3 gb", 2, "did you mean 3GB?"), ("10 parsecs", 3, nil), ("MB", 0, "such as 10MB or 1GiB"),
            ("-1MB", 0, "such as 10MB or 1GiB"), ("1.2.3MB", 0, "such as 10MB or 1GiB"),
            ("99999999999TB", 0, nil), ("99999999999999999999B", 0, nil),
        ] as [(String, Int, String?)])
    func `a wrong size says where and what was meant`(text: String, offset: Int, suggestion: String?) {
        let error = #expect(throws: FarmError.self) { try ByteCount(parsing: text) }
        #expect(error?.code == .badSize)
        #expect(error?.offset == offset)
        if let suggestion { #expect(error?.suggestion == suggestion) }
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1_000, "1.0 KB"), (1_550, "1.6 KB"), (67_108_864, "67.1 MB"), (99_949, "99.9 KB"),
        (99_950, "100 KB"), (999_499, "999 KB"), (999_500, "1.0 MB"), (5_368_709_120, "5.4 GB"),
        (Int.max, "9223372 TB"),
    ])
    func `a size is written for people`(bytes: Int, text: String) {
        #expect(ByteCount(bytes).description == text)
    }

    @Test func `sizes add up and compare`() {
        var total = ByteCount(1)
        total += ByteCount(2)
        #expect(total == ByteCount(3))
        #expect(ByteCount(2) < total)
        #expect(ByteCount(-5) == .zero)
    }
}
