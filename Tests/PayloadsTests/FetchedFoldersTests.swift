import DroverTesting
import Glibc
import Packing
import Testing

@testable import Payloads

struct FetchedFoldersTests {
    private let scratch: ScratchFolder
    private let folders: FetchedFolders

    init() throws {
        scratch = try ScratchFolder()
        folders = FetchedFolders(in: scratch.path, capacity: 1000)
    }

    /// Fetches so many bytes, as a run of drover does.
    private func fetch(_ address: String, bytes: Int, age: Int = 0) throws -> FetchedFolders.Hold {
        let hold = try folders.hold(address, shown: address)
        let place = folders.place(of: address).dropFirst(scratch.path.count + 1)
        try scratch.write([UInt8](repeating: 7, count: bytes), to: "\(place)/assets.zip")
        try scratch.write("00\n", to: "\(place)/assets.zip.sha256")
        var times = [timespec(tv_sec: time(nil) - age, tv_nsec: 0), timespec(tv_sec: time(nil) - age, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, "\(scratch.path)/\(place)/.address", &times, 0) == 0)
        return hold
    }

    private func isThere(_ address: String, _ name: String) -> Bool {
        access("\(folders.place(of: address))/\(name)", F_OK) == 0
    }

    @Test func `what was fetched is listed by its address, the last used last`() throws {
        withExtendedLifetime(try fetch("https://host/new.zip", bytes: 500)) {}
        let old = try fetch("https://host/old.zip", bytes: 300, age: 500)
        let list = folders.list()
        #expect(list.map(\.name) == ["https://host/old.zip", "https://host/new.zip"])
        #expect(list.map(\.isHeld) == [true, false])
        #expect(list.allSatisfy { $0.kind == .address })
        // With 3 bytes of the record and 20 of the address.
        #expect(list.map(\.size) == [323, 523])
        withExtendedLifetime(old) {}
    }

    @Test func `above the capacity the least recently used goes, but for its records and what is held`() throws {
        var held: FetchedFolders.Hold? = try fetch("https://host/held", bytes: 900, age: 900)
        withExtendedLifetime(try fetch("https://host/old", bytes: 100, age: 500)) {}
        withExtendedLifetime(try fetch("https://host/new", bytes: 50)) {}
        folders.makeRoom()
        #expect(isThere("https://host/held", "assets.zip"))
        #expect(!isThere("https://host/old", "assets.zip"))
        #expect(isThere("https://host/old", "assets.zip.sha256"))
        #expect(!folders.list().contains { $0.name == "https://host/old" })
        withExtendedLifetime(held) {}
        held = nil
        #expect(folders.prune(keeping: 0).removed.map(\.name) == ["https://host/held", "https://host/new"])
        #expect(folders.list().isEmpty)
    }

    @Test func `what comes back after a cleaning finds its record`() throws {
        withExtendedLifetime(try fetch("https://host/a", bytes: 10)) {}
        #expect(folders.prune(keeping: 0).removed.map(\.name) == ["https://host/a"])
        let hold = try folders.hold("https://host/a", shown: "https://host/a")
        #expect(isThere("https://host/a", "assets.zip.sha256"))
        #expect(folders.list().map(\.isHeld) == [true])
        withExtendedLifetime(hold) {}
    }

    @Test func `a folder from before addresses were noted is listed by its file, and can go`() throws {
        try scratch.write("hello", to: "fetched/0123/build.apk")
        #expect(folders.list().map(\.name) == ["build.apk"])
        #expect(folders.prune(keeping: 0).removed.count == 1)
        #expect(folders.list().isEmpty)
        #expect(try Folder.open("\(scratch.path)/fetched").names().isEmpty)
    }

    @Test func `links are removed and never followed, and a killed removal is finished`() throws {
        try scratch.write("keep", to: "elsewhere/file")
        withExtendedLifetime(try fetch("https://host/a", bytes: 10)) {}
        let place = String(folders.place(of: "https://host/a").dropFirst(scratch.path.count + 1))
        try scratch.link("\(place)/link", to: "\(scratch.path)/elsewhere")
        try scratch.write("left", to: "fetched/.gone-1-2/a/b")
        #expect(folders.prune(keeping: 0).removed.count == 1)
        #expect(access("\(scratch.path)/elsewhere/file", F_OK) == 0)
        #expect(access("\(scratch.path)/fetched/.gone-1-2", F_OK) != 0)
    }

    @Test func `whoever comes while a folder is removed gets a new one`() async throws {
        for _ in 0..<20 {
            withExtendedLifetime(try fetch("https://host/a", bytes: 10)) {}
            let folders = folders
            async let hold = Task.detached { try folders.hold("https://host/a", shown: "a") }.value
            folders.prune(keeping: 0)
            let held = try await hold
            // Whichever came first: the folder of whoever holds it is there, and nobody else removes it.
            #expect(folders.prune(keeping: 0).removed.isEmpty)
            #expect(isThere("https://host/a", ".address"))
            withExtendedLifetime(held) {}
        }
    }
}
