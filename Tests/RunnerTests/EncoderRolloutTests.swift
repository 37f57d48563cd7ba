import DroverTesting
import Farm
import Foundation
import Journal
import Lanes
import Planning
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Runner

/// Encoders that are folders of this machine, and the playbook that brings them a build.
private final class Studio: Sendable {
    let folder: ScratchFolder
    let lanes: [Lane]
    let names: [String]

    init(_ count: Int) throws {
        folder = try ScratchFolder()
        lanes = try Lane.pool(2)
        names = (1...count).map { "enc-\($0)" }
        for name in names {
            try folder.write("", to: "\(name)/tmp/keep")
            try folder.addServicePrograms(below: name)
            try folder.addProgram("#!/bin/sh\nexec \"$HOST_ROOT/current/encoder\"\n", at: "\(name)/units/encoder/exec")
        }
    }

    deinit { for name in names { ShellHost.endUnits(below: "\(folder.path)/\(name)") } }

    /// The text of a file below an encoder's folder, or what a link there says.
    func text(_ name: String, _ path: String) -> String? {
        let place = "\(folder.path)/\(name)/\(path)"
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: place)) ?? RepositoryFile.text(at: place)
    }

    /// Brings a build to every encoder.
    ///
    /// - Parameter health: What the health page answers, given the encoder's name and the build that its link leads to.
    func roll(
        _ version: String, _ build: String, stop: StopSignal = StopSignal(),
        health: @escaping @Sendable (String, String) -> String = { _, release in "HTTP/1.1 200 OK\r\n\r\n\(release)" }
    ) async throws -> Run.Result {
        let services = try services(build, health)
        return await Run(try plan(version, services.payloads), services: services).execute(stop: stop)
    }

    private func services(
        _ build: String, _ health: @escaping @Sendable (String, String) -> String
    ) throws -> RunServices {
        let runs = try RunFolder.create(in: "\(folder.path)/runs")
        var payloads = ScriptedPayloads()
        let bytes = Array(build.utf8)
        payloads.files["build"] = FilesPayload(
            isFolder: false,
            entries: [
                FilesPayload.Entry(
                    path: "encoder", content: .bytes(SharedBytes(bytes)), mode: 0o644, modified: 1_700_000_000,
                    sha256: Self.sum(of: build, in: folder))
            ], source: "build")
        let hosts = ScriptedHostDialer { [folder, names] encoder, lane in
            guard names.contains(encoder.name) else { throw PhoneError.closedPort }
            let root = "\(folder.path)/\(encoder.name)"
            var behaviour = ShellHost.Behaviour()
            behaviour.answer = { _, _ in
                let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(root)/current")
                return Array(health(encoder.name, link ?? "").utf8)
            }
            return ShellHost(encoder.name, at: root, on: lane, behaviour: behaviour)
        }
        return RunServices(
            dialer: RecordingDialer { _, _, _ in throw PhoneError.closedPort }, hosts: hosts, payloads: payloads,
            memory: ShortMemory(), lanes: lanes, journal: try JournalWriter(in: runs), folder: runs, descriptors: 1024)
    }

    private static func sum(of text: String, in folder: ScratchFolder) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/sha256sum")
        process.arguments = [(try? folder.write(text, to: "build")) ?? ""]
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        return String(decoding: data.prefix(64), as: UTF8.self)
    }

    /// One machine plays all encoders: each has its root in a folder of its own, and nothing else of the text changes.
    func plan(_ version: String, _ payloads: any PayloadProviding) throws -> Plan {
        let text = try #require(RepositoryFile.text(at: RepositoryFile.path("playbooks/encoder-rollout.yml")))
            .replacing("root: ${{ inputs.root }}", with: "root: ${{ inputs.root }}/${{ encoder.name }}")
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "encoder-rollout.yml", text: text)
        let playbook = try #require(PlaybookReader(vocabulary: StepCatalog.standard).check(file, &diagnostics))
        try #require(diagnostics.isEmpty, "\(diagnostics)")
        let route = SSHRoute(to: SSHHop(address: Address(host: "10.0.9.4", port: 22), user: "root"))
        let inventory = try Inventory(encoders: names.map { Encoder(name: $0, route: route, labels: ["edge"]) })
        let planner = Planner(inventory: inventory, payloads: payloads, seed: 7)
        let shared = planner.shared(
            playbook,
            inputs: [
                "build": .text("build"), "version": .text(version), "service": .text("encoder"),
                "root": .text(folder.path), "health": .text("http://localhost:8080/health"),
            ])
        let chosen = try #require(planner.selectors(of: playbook, shared: shared, &diagnostics))
        let plan = planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics)
        return try #require(plan, "\(diagnostics)")
    }
}

@Suite(.timeLimit(.minutes(5))) struct `A roll-out to encoders` {
    private static let good = "#!/bin/sh\necho up; touch ready\nexec sleep 600\n"
    private static let broken = "#!/bin/sh\necho 'cannot load the codec'\nexit 3\n"

    private func verdicts(_ result: Run.Result) -> [String] {
        result.record.phones.map { $0.end?.verdict.words ?? "not started" }
    }

    @Test func `a build that works comes to everybody, and a second run has nothing to do`() async throws {
        let studio = try Studio(5)
        let first = try await studio.roll("1.0", Self.good)
        #expect(first.exit.code == 0, "\(first.exit.why)")
        #expect(verdicts(first) == Array(repeating: "changed", count: 5))
        #expect(first.record.phones.allSatisfy { $0.target.kind == .encoder })
        for name in studio.names {
            #expect(studio.text(name, "current") == "releases/1.0")
            #expect(studio.text(name, "units/encoder/journal") == "up\n")
        }
        let second = try await studio.roll("1.0", Self.good)
        #expect(verdicts(second) == Array(repeating: "ok", count: 5))
        #expect(studio.text("enc-1", "units/encoder/journal") == "up\n")
    }

    @Test func `a build that falls over is taken back, and ends with the first wave`() async throws {
        let studio = try Studio(5)
        _ = try await studio.roll("1.0", Self.good)
        let result = try await studio.roll("2.0", Self.broken)
        #expect(result.exit.code == 3, "\(result.exit.why)")
        #expect(verdicts(result).sorted() == ["failed", "not started", "not started", "not started", "not started"])
        let failed = try #require(result.record.phones.first { $0.end?.verdict == .failed })
        #expect(failed.end?.failure?.advice == "the build before runs again: releases/1.0")
        for name in studio.names { #expect(studio.text(name, "current") == "releases/1.0", "\(name)") }
        // It was started, fell over, and the build before was started again.
        #expect(studio.text(failed.target.name, "units/encoder/journal") == "up\ncannot load the codec\nup\n")
        #expect(studio.text(failed.target.name, "units/encoder/process") != nil)
    }

    @Test func `an encoder that somebody takes out of the run is not touched`() async throws {
        let studio = try Studio(3)
        let stop = StopSignal()
        stop.cancel([TargetID(kind: .encoder, name: "enc-2")])
        let result = try await studio.roll("1.0", Self.good, stop: stop)
        #expect(verdicts(result).sorted() == ["changed", "changed", "not started"])
        #expect(studio.text("enc-2", "current") == nil)
    }
}
