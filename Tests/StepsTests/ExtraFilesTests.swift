import Farm
import Lanes
import Testing

@testable import Steps

/// A payload and a listing in a few words: `a.txt`, `b/` for a folder.
private func extras(
    of listing: [String], beside payload: [String], leavesOut: (@Sendable ([UInt8], Bool) -> Bool)? = nil
) -> ExtraFiles {
    let entries = payload.map { path in
        FilesPayload.Entry(
            path: path.hasSuffix("/") ? String(path.dropLast()) : path,
            content: path.hasSuffix("/") ? .folder : .bytes(SharedBytes(Array("x".utf8))), mode: 0o644, modified: 1)
    }
    let files = FilesPayload(isFolder: true, entries: entries, source: "assets", leavesOut: leavesOut)
    let listed = listing.map { path in
        FolderListing.Entry(path: Array(path.utf8).trimmedSlash, isFolder: path.hasSuffix("/"))
    }
    return ExtraFiles(in: listed, beside: DeliveredPaths.shared(files))
}

extension [UInt8] {
    fileprivate var trimmedSlash: [UInt8] { last == UInt8(ascii: "/") ? Array(dropLast()) : self }
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}

struct ExtraFilesTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let about: String
        let payload: [String]
        let listing: [String]
        /// Files first, then folders in the order in which they are removed.
        let removed: [String]

        var testDescription: String { about }
    }

    private static let samples = [
        Sample(about: "all is there", payload: ["a", "b/c"], listing: ["a", "b/", "b/c"], removed: []),
        Sample(about: "a file", payload: ["a"], listing: ["a", "b"], removed: ["b"]),
        Sample(
            about: "folders go from below, after what is in them", payload: ["a"],
            listing: ["a", "o/", "o/p/", "o/p/q", "o/r/", "o.x/"], removed: ["o/p/q", "o/r", "o/p", "o.x", "o"]),
        Sample(
            about: "a folder on the way of a payload's file", payload: ["a/b/c"],
            listing: ["a/", "a/b/", "a/b/c", "a/d"],
            removed: ["a/d"]),
        Sample(
            about: "what is under way, and the mark", payload: ["a"],
            listing: ["a", ".drover-owned", ".drover-t1/", ".drover-t1/x", "b/", "b/.drover-x"],
            removed: ["b/.drover-x", "b"]),
        Sample(
            about: "the same name to a storage that ignores case", payload: ["A.txt"], listing: ["a.txt"], removed: []),
        Sample(
            about: "another name where case counts", payload: ["A.txt"], listing: ["A.txt", "a.txt"], removed: ["a.txt"]
        ),
        Sample(
            about: "a folder in another case", payload: ["Foo/x"], listing: ["foo/", "foo/x", "foo/y"],
            removed: ["foo/y"]),
        Sample(
            about: "a folder in both cases", payload: ["Foo/x"], listing: ["Foo/", "Foo/x", "foo/", "foo/x"],
            removed: ["foo/x", "foo"]),
        Sample(
            about: "letters that are composed otherwise", payload: ["\u{E4}"], listing: ["a\u{308}"], removed: []),
        Sample(
            about: "letters that are composed both ways", payload: ["\u{E4}"], listing: ["a\u{308}", "\u{E4}"],
            removed: ["a\u{308}"]),
        Sample(
            about: "sharp s, and sigma at the end", payload: ["stra\u{DF}e", "\u{3C2}"],
            listing: ["STRASSE", "\u{3A3}"], removed: []),
        Sample(about: "what draws nothing", payload: ["a\u{200D}b"], listing: ["ab"], removed: []),
        Sample(about: "a dot that a card leaves out", payload: ["a./b "], listing: ["a/", "a/b"], removed: []),
        Sample(
            about: "names that a shell would misread", payload: ["a"],
            listing: ["a", "-rf", "b c", "'", "$(reboot)", "x\ny", "*"],
            removed: ["$(reboot)", "'", "*", "-rf", "b c", "x\ny"]),
    ]

    @Test("what is removed, and in which order", arguments: samples)
    func removal(sample: Sample) {
        let found = extras(of: sample.listing, beside: sample.payload)
        #expect((found.files + found.folders).map(\.text) == sample.removed)
    }

    @Test func `what the rules of a payload leave out stays, with the folders it lies in`() {
        let found = extras(
            of: ["a", "saves/", "saves/deep/", "saves/deep/one.sav", "saves/two.txt"], beside: ["a"],
            leavesOut: { path, _ in path.text.hasSuffix(".sav") })
        #expect(found.files.map(\.text) == ["saves/two.txt"])
        #expect(found.folders == [])
    }

    @Test(arguments: [
        (["a", "b"], ["a", "x"], "b"), (["a", "B"], ["a", "b", "x"], nil), (["d/a"], ["d/", "x"], "d/a"),
        (["a"], ["a", "x"], nil),
    ])
    func `what was delivered and is not listed under any name has strayed`(
        payload: [String], listing: [String], strayed: String?
    ) {
        #expect(extras(of: listing, beside: payload).strayed?.text == strayed)
    }

    /// `x` for what clashes, `x?` where only the phone knows, `x!y` where y must stay.
    @Test(arguments: [
        (["x"], ["x/", "x/y"], ["x"]), (["x/y"], ["x"], ["x"]), (["x/"], ["x"], ["x"]), (["x"], ["x"], []),
        (["x/y"], ["x/", "x/y"], []), (["a/b/c"], ["a/", "a/b"], ["a/b"]), (["A/b"], ["a"], ["a?"]),
        (["A"], ["a/", "a/b"], ["a?"]), (["A", "a/b"], ["a/", "a/b"], []), (["x"], ["x/", "x/y.sav"], ["x!x/y.sav"]),
        (["x"], ["x/", "x/y/", "x/y/z.sav"], ["x!x/y/z.sav"]), (["x.sav/y"], ["x.sav"], ["x.sav!x.sav"]),
        (["A"], ["a/", "a/b.sav"], ["a?!a/b.sav"]), (["x", "z"], ["x/", "z", "z.sav"], ["x"]),
        (["x", "y/b"], ["x/", "x/a", "y"], ["y", "x"]),
    ])
    func `what has another type than what is delivered clashes, and what it holds may keep it`(
        payload: [String], listing: [String], clashes: [String]
    ) {
        // Files come first, as in every listing.
        let listing = listing.filter { !$0.hasSuffix("/") } + listing.filter { $0.hasSuffix("/") }
        let found = extras(of: listing, beside: payload, leavesOut: { path, _ in path.text.hasSuffix(".sav") })
        let told = found.clashes.map { clash in
            clash.obstacle.entry.path.text + (clash.isCertain ? "" : "?") + (clash.kept.map { "!" + $0.text } ?? "")
        }
        #expect(told == clashes)
    }

    @Test func `the first names are told, and nothing in them acts on a terminal`() {
        let found = extras(of: ["a", "b\u{1B}[2J", "c", "d", "e/"], beside: ["a"])
        #expect(found.amount == "3 files and 1 folder")
        #expect(found.examples == "b\u{FFFD}[2J, c, d, …")
        #expect(extras(of: ["a", "x"], beside: ["a"]).examples == "x")
        #expect(extras(of: ["a", "x/"], beside: ["a"]).amount == "1 folder")
    }
}

struct FolderListingTests {
    @Test func `files come before folders, and every byte of a name is kept`() {
        let listing = FolderListing(reading: Array("./a\0./b/\u{1}\n-c\0.\0./b\0".utf8)).map(Array.init)
        #expect(listing?.map(\.path.text) == ["a", "b/\u{1}\n-c", "b"])
        #expect(listing?.map(\.isFolder) == [false, false, true])
        let odd = FolderListing(reading: [0x2E, 0x2F, 0xFF, 0xFE, 0, 0x2E, 0]).map(Array.init)
        #expect(odd == [FolderListing.Entry(path: [0xFF, 0xFE], isFolder: false)])
    }

    @Test(arguments: [
        "", ".", "./a\0", "./a\0./b\0", "./a", ".\0./b", ".\0.\0", "/etc/passwd\0.\0", "../a\0.\0", "./../a\0.\0",
        "./a/../b\0.\0",
        "./a//b\0.\0", "./\0.\0", "./a/\0.\0", "./a/./b\0.\0", "\0.\0", "find: x\n./a\0.\0", "./a\0.\0\0",
    ])
    func `an answer that is not whole, or leads out of the folder, is none`(text: String) {
        #expect(FolderListing(reading: Array(text.utf8)) == nil)
    }
}
