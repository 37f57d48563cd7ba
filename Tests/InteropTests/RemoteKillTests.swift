import DroverTesting
import ADB
import Farm
import Foundation
import Lanes
import PhoneLinks
import Testing

/// Commands that are given up, on Debian 13's adbd with a real shell and real processes.
@Suite(
    "Commands that are given up on a real adbd",
    .enabled(if: Counterpart.adbd.isThere, Counterpart.adbd.absence),
    .timeLimit(.minutes(5))
)
struct RemoteKillTests {
    /// Lends a phone as the farm knows it, and the folder that plays its storage.
    private func withPhone(_ body: @escaping @Sendable (any ConnectedPhone, String) async throws -> Void) async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        let storage = adbd.storage
        let phone = Phone(name: "real", waysIn: [.tcp(Address(host: "127.0.0.1", port: adbd.port))])
        let lane = try Lane(name: "kill")
        try await Task(executorPreference: lane) {
            let link = try await PhoneDialer().connect(to: phone, on: lane)
            try await body(link, storage)
            await link.close()
        }.value
    }

    /// Starts a line, waits until it has made a file, gives it up, and tells which of its processes are left.
    private func left(of line: String, on phone: any ConnectedPhone, _ storage: String) async throws -> String {
        let file = "\(storage)/ready"
        // The machine's processes are everybody's: each case has a number of its own.
        let seconds = Int.random(in: 100_000...999_999)
        let whole = line.replacing("touch ready", with: "touch \(file)").replacing("98765", with: "\(seconds)1")
        let task = Task(executorPreference: phone.lane) { try await phone.run(whole) }
        while try await phone.run("test -e \(file)").exit != 0 {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try FileManager.default.removeItem(atPath: file)
        return try await phone.run("grep -lsa 'sleep.\(seconds)[1]' /proc/[0-9]*/cmdline").text
    }

    @Test(
        arguments: [
            "touch ready; sleep 98765", "touch ready; exec sleep 98765", "(touch ready; sleep 98765)",
            "sleep 98765 & sleep 98765 & touch ready; wait", "touch ready; sleep 98765 | cat; echo never",
            "touch ready; nohup setsid sleep 98765 >/dev/null 2>&1; echo x",
            "trap '' HUP TERM; touch ready; sleep 98765; sleep 98765; sleep 98765",
            "sh -c 'trap \"\" HUP; touch ready; sleep 98765; sleep 98765' # a comment",
        ])
    func `nothing of a command that is given up goes on`(line: String) async throws {
        try await withPhone { phone, storage in
            let left = try await left(of: line, on: phone, storage)
            #expect(left == "", "\(line)")
            #expect(phone.abandoned == [])
        }
    }

    @Test func `others' commands go on, and so does the link`() async throws {
        try await withPhone { phone, storage in
            let other = Task(executorPreference: phone.lane) { try await phone.run("sleep 98765; echo done") }
            let left = try await left(of: "touch ready; sleep 98765", on: phone, storage)
            #expect(left == "")
            let others = try await phone.run("grep -lsa 'sleep.9876[5]; echo done' /proc/[0-9]*/cmdline").text
            #expect(others != "")
            #expect(try await phone.run("echo fine").text == "fine")
            other.cancel()
            _ = await other.result
        }
    }

    @Test func `a mark changes neither exit codes nor words`() async throws {
        try await withPhone { phone, _ in
            for (line, exit, output) in [
                ("echo $0", 0, "/bin/sh"), ("exit 7", 7, ""), ("false", 1, ""),
                ("echo 'a  b' \"$((1 + 1))\"", 0, "a  b 2"),
                ("cat <<E\nx y\nE", 0, "x y"), ("echo a # b", 0, "a"), ("echo a\\", 0, "a\\"), ("kill -9 $$", 137, ""),
                ("f() { echo \"$1\"; }; f z", 0, "z"),
            ] {
                let result = try await phone.run(line)
                #expect(result.exit == exit, "\(line)")
                if line != "echo $0" { #expect(result.text == output, "\(line)") }
            }
            #expect(phone.abandoned == [])
        }
    }
}
