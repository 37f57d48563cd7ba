import DroverTesting
import Glibc
import Testing

@testable import Custody

@Suite struct LeasePlaceTests {
    private let folder: ScratchFolder
    init() throws { folder = try ScratchFolder() }

    private func place(_ variable: String? = nil, administered: String = "/no/such/folder") throws -> LeasePlace {
        try LeasePlace(
            environment: variable.map { ["DROVER_LEASES": $0] } ?? [:], administered: administered,
            common: "\(folder.path)/common")
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func `the folder of everybody is made so that everybody can write, whatever the umask`() throws {
        #expect(try place().path == "\(folder.path)/common")
        #expect(mode("\(folder.path)/common") == 0o1777)
        #expect(try place().path == "\(folder.path)/common")
    }

    @Test func `a variable comes first, then the administrator's folder`() throws {
        try folder.folder("system")
        #expect(try place(administered: "\(folder.path)/system").path == "\(folder.path)/system")
        let mine = "\(folder.path)/mine"
        #expect(try place(mine, administered: "\(folder.path)/system").path == mine)
    }

    @Test func `a link, a file, and a folder where anybody may remove are refused with what to do`() throws {
        try folder.folder("real")
        try folder.link("link", to: "real")
        try folder.write("", to: "file")
        try folder.folder("open")
        chmod("\(folder.path)/open", 0o777)
        var texts = ""
        for name in ["link", "file", "open", "no/where"] {
            do {
                _ = try place("\(folder.path)/\(name)")
                Issue.record("\(name) was taken")
            } catch {
                texts += "\(error)\n".replacing(folder.path, with: "FOLDER")
            }
        }
        expectGolden(texts, "golden/custody/lease-places.txt")
    }
}
