import DroverTesting
import Farm
import Journal
import Lanes
import Steps
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Uploads to an encoder` {
    private static let version = Array("#!/bin/sh\necho two\n".utf8)

    /// A case with a build that is delivered to `ROOT/opt/encoder`; its hash is that of its content.
    private func hostCase(_ behaviour: ShellHost.Behaviour = .init(), bytes: [UInt8] = version) async throws -> HostCase
    {
        let made = try HostCase(behaviour)
        try made.folder.write(bytes, to: "local/encoder")
        let sum = try await made.onLane { [host = made.host, path = made.folder.path] in
            try await host.run("sha256sum \(path)/local/encoder").text
        }
        made.payloads.files["encoder"] = FilesPayload(
            isFolder: false,
            entries: [
                FilesPayload.Entry(
                    path: "encoder", content: .bytes(SharedBytes(bytes)), mode: 0o644, modified: 1_700_000_000,
                    sha256: String(sum.prefix(64)))
            ], source: "encoder")
        return made
    }

    private let step = #"upload: { from: encoder, to: ROOT/opt/encoder, mode: "0755" }"#

    @Test func `a file arrives whole, with its mode and time, and nothing else stays`() async throws {
        let made = try await hostCase()
        let round = try await made.round(step)
        #expect(round.need == .work(because: "1 of 1 files to upload, 19 B"))
        #expect(round.outcome?.verdict == .changed)
        #expect(round.outcome?.outputs.values["files"] == .integer(1))
        #expect(made.text("opt/encoder") == String(decoding: Self.version, as: UTF8.self))
        let listing = try await made.onLane { [host = made.host, path = made.folder.path] in
            (
                try await host.run("ls -A \(path)/opt").text,
                try await host.status(of: [try RemotePath(validating: "\(path)/opt/encoder")]).first ?? nil
            )
        }
        #expect(listing.0 == "encoder")
        #expect(listing.1?.mode == 0o755)
        #expect(listing.1?.modified == 1_700_000_000)
    }

    @Test func `what is there already is not sent again, and a touched file is known by its hash`() async throws {
        let made = try await hostCase()
        _ = try await made.round(step)
        #expect(try await made.round(step).need == .nothing(because: "it is there"))
        try await made.onLane { [host = made.host, path = made.folder.path] in
            _ = try await host.run("touch \(path)/opt/encoder")
        }
        #expect(try await made.round(step).need == .nothing(because: "it is there"))
        let other = step.replacing("0755", with: "0700")
        let round = try await made.round(other)
        #expect(round.need == .work(because: "1 of 1 files have another mode"))
        #expect(round.outcome?.verdict == .changed)
        #expect(try await made.round(other).need == .nothing(because: "it is there"))
    }

    @Test func `an upload that was cut goes on where it ended`() async throws {
        var behaviour = ShellHost.Behaviour()
        behaviour.cuts = [7, 5]
        let made = try await hostCase(behaviour)
        for _ in 0..<2 {
            await #expect(throws: PhoneError.self) { try await made.round(step) }
            #expect(made.text("opt/encoder") == nil)
        }
        let outcome = try await made.outcome(step)
        #expect(outcome.verdict == .changed)
        #expect(made.text("opt/encoder") == String(decoding: Self.version, as: UTF8.self))
    }

    @Test func `what was put there by others is not taken for the beginning of the file`() async throws {
        let made = try await hostCase()
        // The run's own temporary name, with other bytes: the hash tells, and the next attempt begins anew.
        let files = try made.payloads.files(at: "encoder")
        let name = ".drover-t1-0-\((files.entries[0].sha256 ?? "").prefix(12))"
        try made.folder.write("other", to: "opt/\(name)")
        let outcome = try await made.outcome(step)
        #expect(outcome.failure?.code == "incomplete")
        #expect(outcome.failure?.reason == "\(made.folder.path)/opt/encoder arrived with another content")
        #expect(try await made.outcome(step).verdict == .changed)
    }

    @Test func `what travelled whole is not hashed, and what went on where another ended is`() async throws {
        let made = try await hostCase()
        #expect(try await made.outcome(step).verdict == .changed)
        #expect(!made.host.requests.contains { $0.contains("run xargs -0 sha256sum") })
        made.host.change { $0.cuts = [7] }
        try made.folder.remove("opt/encoder")
        await #expect(throws: PhoneError.self) { try await made.outcome(step) }
        #expect(try await made.outcome(step).verdict == .changed)
        #expect(made.host.requests.contains { $0.contains("run xargs -0 sha256sum") })
    }

    @Test func `a file that is written to while it is sent is not delivered`() async throws {
        let made = try HostCase()
        let path = try made.folder.write("one", to: "local/growing")
        made.payloads.files["growing"] = FilesPayload(
            isFolder: false,
            entries: [
                FilesPayload.Entry(
                    path: "growing", content: .bytes(try SharedBytes(mapping: path)), mode: 0o644,
                    modified: 1_700_000_000)
            ], source: "growing")
        try made.folder.write("two", to: "local/growing")
        let failure = try await made.outcome("upload: { from: growing, to: ROOT/opt/growing }").failure
        #expect(failure?.code == "incomplete")
        #expect(failure?.reason == "growing was written to while it was sent")
        #expect(made.text("opt/growing") == nil)
    }

    @Test func `a refusal names the place that was meant, and leaves nothing behind`() async throws {
        var behaviour = ShellHost.Behaviour()
        behaviour.refusals[".drover"] = "Permission denied"
        let made = try await hostCase(behaviour)
        let failure = try await made.outcome(step).failure
        #expect(failure?.code == "refused")
        #expect(failure?.reason == "\(made.folder.path)/opt/encoder: Permission denied")
        #expect(failure?.advice == "log in as a user who may write there")
    }

    @Test func `a folder where a file is due is a conflict`() async throws {
        let made = try await hostCase()
        try made.folder.write("x", to: "opt/encoder/inside")
        let failure = try await made.outcome(step).failure
        #expect(failure?.code == "conflict")
        #expect(failure?.reason == "\(made.folder.path)/opt/encoder is a folder there, and a file here")
        #expect(made.text("opt/encoder/inside") == "x")
    }

    @Test func `a lack of room is told before anything is sent`() async throws {
        var behaviour = ShellHost.Behaviour()
        behaviour.answers["df -Pk"] = .exiting(
            0, output: "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 100 0 100% /\n")
        let made = try await hostCase(behaviour)
        let failure = try await made.outcome(step).failure
        #expect(failure?.code == "no-space")
        #expect(failure?.reason == "0 B free, and 19 B are needed")
        #expect(!made.host.requests.contains { $0.hasPrefix("upload") })
    }

    @Test func `a folder with odd names goes into its place, and a file goes into a folder`() async throws {
        let made = try HostCase()
        made.payloads.addFolder("presets", ["a b": "1", "it's/$(rm -rf)": "2", "-n": "3", "*": "4"])
        made.payloads.addFile("one.txt", text: "5")
        // Scripted payloads have no real hashes, so that the host is one that cannot tell them.
        made.host.change { $0.answers["sha256sum"] = .exiting(127, error: "sha256sum: not found") }
        let outcome = try await made.outcome("upload: { from: presets, to: \"ROOT/etc/my presets\" }")
        #expect(outcome.verdict == .changed, "\(String(describing: outcome.failure))")
        for (name, text) in [("a b", "1"), ("it's/$(rm -rf)", "2"), ("-n", "3"), ("*", "4")] {
            #expect(made.text("etc/my presets/\(name)") == text)
        }
        #expect(try await made.outcome("upload: { from: one.txt, to: ROOT/etc/ }").verdict == .changed)
        #expect(made.text("etc/one.txt") == "5")
    }

    @Test(arguments: [
        ("upload: { from: a, to: etc/x }", "a path on an encoder begins with a slash"),
        ("upload: { from: a, to: /x, mode: \"888\" }", "`888` is no file mode"),
        ("upload: { to: /x }", "`upload` needs `from` or `payload`"),
    ])
    func `a mistaken upload is refused by the reader`(text: String, message: String) throws {
        let error = #expect(throws: StepText.Mistaken.self) { try StepText(text, for: "encoders") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
