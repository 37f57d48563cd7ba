import CloudPhone
import Farm
import Testing

@testable import CloudLinks

/// What the service tells of shared folders, as it comes in the output of a job.
@Suite struct SharedListingTests {
    private static let call = ServerCall.listFiles(path: "/data/local/tmp", offset: 0, limit: 10)
    private static let whole = """
        {"files_in_path":{"total":2,"count":2,"files":["4096 Apr 15 09:49 com.example","12 Apr  1 10:00 a \\"b\\" c.txt"]},\
        "share_base_max_size":"50G","share_base_capacity":"8.9G 323M 8.2G 4%"}
        """

    private func listing(_ text: String) throws(ServiceError) -> SharedListing {
        try SharedListing(reading: CommandOutput(text), of: Self.call)
    }

    @Test("names, sizes, times and the free room are read")
    func all() throws {
        let listing = try listing(Self.whole)
        #expect(listing.total == 2)
        #expect(
            listing.files == [
                SharedFile(name: "com.example", size: 4096, time: "Apr 15 09:49"),
                SharedFile(name: "a \"b\" c.txt", size: 12, time: "Apr 1 10:00"),
            ])
        #expect(listing.freeBytes == UInt64(8.2 * 1_073_741_824))
    }

    @Test("of a listing that is cut anywhere, what is whole is read, and nothing is made up")
    func cut() throws {
        let known = try listing(Self.whole).files
        var counts: Set<Int> = []
        for length in 0..<Self.whole.utf8.count {
            guard let found = try? listing(String(Self.whole.prefix(length))) else { continue }
            counts.insert(found.files.count)
            #expect(found.files == Array(known.prefix(found.files.count)), "\(length)")
            #expect(found.freeBytes == nil || found.files.count == 2)
        }
        #expect(counts == [0, 1, 2])
    }

    @Test(
        "what is no listing is refused",
        arguments: ["", "ls: /data: No such file or directory", "{}", #"{"files":"none"}"#, #"{"files" "#])
    func others(text: String) {
        #expect(throws: ServiceError.self) { try listing(text) }
    }

    @Test(
        "sizes are read in every unit, and a wrong one is not",
        arguments: [
            ("1G 1G 512M 4%", UInt64(512 << 20)), ("1G 1G 3K 4%", 3072), ("1G 1G 77 4%", 77), ("1G 1G 1T 4%", 1 << 40),
            ("1G 1G xG 4%", nil), ("1G 1G -1G 4%", nil), ("1G 1G", nil), ("", nil),
        ] as [(String, UInt64?)])
    func units(text: String, bytes: UInt64?) throws {
        let listing = try listing(#"{"files_in_path":{"files":[]},"share_base_capacity":"\#(text)"}"#)
        #expect(listing.freeBytes == bytes)
        #expect(listing.files.isEmpty && listing.total == 0)
    }
}
