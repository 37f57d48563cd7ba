import DroverTesting
import Foundation
import Testing

@Suite("Looking at this machine and the farm", .timeLimit(.minutes(2)))
struct LookAroundTests {
    @Test func `what is wrong is told with its cure, and all of it at once`() async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let home = drover.folder.appendingPathComponent("home").path
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let environment = [
            "HOME": home, "DROVER_CACHE": "\(home)/cache", "DROVER_LEASES": "\(home)/leases", "ADB_VENDOR_KEYS": "",
        ]
        func alike(_ text: String) -> String {
            text.replacing(home, with: "HOME").replacing(/[0-9.]+ [kMGT]B free/, with: "SIZE free")
                .replacing(/libssh2    [0-9.]+/, with: "libssh2    VERSION")
        }
        func look(_ name: String, _ expected: Int32, openFiles: Int = 5000) async throws -> String {
            let result = try await drover.run(["doctor"], environment: environment, openFiles: openFiles)
            #expect(result.exitCode == expected, "\(name)")
            return "# \(name)\n" + alike(result.output + result.error) + "\n"
        }
        var text = try await look("no key, no farm", 2)
        let made = try await drover.run(["keys", "new", "\(home)/key"])
        #expect(made.exitCode == 0, "\(made.error)")
        let key = environment.merging(["ADB_VENDOR_KEYS": "\(home)/key"]) { $1 }
        let farm = """
            phones:
              a-[1-3]: { adb: "tcp:127.0.0.1:[1-3]" }
            servers:
              rack: { adb-server: "127.0.0.1:1" }

            """
        try Data(farm.utf8).write(to: drover.folder.appendingPathComponent("farm.yml"))
        text += try await look("a server that does not answer, and few open files", 1, openFiles: 256)
        let well = try await drover.run(["doctor", "--simulate", "3"], environment: key, openFiles: 5000)
        #expect(well.exitCode == 0, "\(well.output) \(well.error)")
        text += "# all is well\n" + alike(well.output)
        expectGolden(text, "golden/cli/doctor-machine.txt")
    }
}
