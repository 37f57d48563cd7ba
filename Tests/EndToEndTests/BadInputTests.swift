import Foundation
import Simulator
import Testing

/// A mistake in what was asked, and the files that it needs.
struct BadInput: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]
    var files: [String: String] = [:]
    var exitCode: Int32 = 2

    var testDescription: String { name }

    private static func playbook(_ steps: String, _ head: String = "") -> [String: String] {
        ["bad.yml": "name: Bad\n\(head)phones: all\nsteps:\n\(steps)"]
    }

    private static func deploy(_ build: String) -> [String] {
        ["run", "deploy.yml", "build=\(build)", "--simulate", "2"]
    }

    private static let deployment = [
        "deploy.yml": """
        name: Deploy
        inputs:
          build: { type: app, required: true }
        phones: all
        steps:
          - install: ${{ inputs.build }}

        """
    ]

    static let all: [BadInput] = playbooks + files + phones + places

    private static let playbooks = [
        BadInput(name: "playbook-missing", arguments: ["run", "nowhere.yml", "--simulate", "2"]),
        BadInput(name: "playbook-folder", arguments: ["run", ".", "--simulate", "2"]),
        BadInput(name: "playbook-empty", arguments: ["run", "bad.yml", "--simulate", "2"], files: ["bad.yml": ""]),
        BadInput(
            name: "playbook-syntax", arguments: ["run", "bad.yml", "--simulate", "2"],
            files: ["bad.yml": "name: [Bad\nsteps:\n  - shell: id\n"]),
        BadInput(
            name: "unknown-key", arguments: ["run", "bad.yml", "--simulate", "2"],
            files: playbook("  - shell: id\n    retires: 2\n")),
        BadInput(
            name: "two-kinds", arguments: ["run", "bad.yml", "--simulate", "2"],
            files: playbook("  - shell: id\n    uninstall: com.studio.game\n")),
        BadInput(
            name: "undefined-variable", arguments: ["run", "bad.yml", "--simulate", "2"],
            files: playbook("  - shell: echo ${{ vars.greting }}\n", "vars: { greeting: hello }\n")),
        BadInput(
            name: "wrong-type-and-unit", arguments: ["check", "bad.yml"],
            files: playbook("  - shell: id\n    retries: many\n    timeout: 5 parsecs\n")),
        BadInput(
            name: "duplicate-id", arguments: ["check", "bad.yml"],
            files: playbook("  - { id: who, shell: id }\n  - { id: who, shell: id }\n")),
        BadInput(
            name: "include-missing", arguments: ["check", "bad.yml"],
            files: playbook("  - include: parts/gone.yml\n  - include: parts\n").merging(["parts/a.yml": ""]) { $1 }),
        BadInput(name: "check-nothing", arguments: ["check"]),
        BadInput(name: "check-with-inputs", arguments: ["check", "build=game.apk"]),
        BadInput(name: "input-missing", arguments: ["run", "deploy.yml", "--simulate", "2"], files: deployment),
        BadInput(
            name: "input-unknown", arguments: ["run", "deploy.yml", "biuld=game.apk", "--simulate", "2"],
            files: deployment),
    ]

    private static let files = [
        BadInput(name: "app-missing", arguments: deploy("game.apk"), files: deployment),
        BadInput(
            name: "app-empty", arguments: deploy("empty.apk"), files: deployment.merging(["empty.apk": ""]) { $1 }),
        BadInput(
            name: "app-folder", arguments: deploy("apps"), files: deployment.merging(["apps/readme.txt": "x"]) { $1 }),
        BadInput(
            name: "app-no-zip", arguments: ["install", "all", "text.apk", "--simulate", "2"], files: ["text.apk": "hi"]),
        BadInput(name: "app-truncated", arguments: ["install", "all", "cut.apk", "--simulate", "2"]),
        BadInput(
            name: "push-missing", arguments: ["push", "all", "nothing.bin", "/sdcard/Download/", "--simulate", "2"]),
        BadInput(
            name: "push-relative", arguments: ["push", "all", "a.bin", "Download", "--simulate", "2"],
            files: ["a.bin": "a"]),
        BadInput(
            name: "push-owns-alone", arguments: ["push", "all", "a/", "/sdcard/game/a/", "--owns", "--simulate", "2"],
            files: ["a/b.bin": "a"]),
        BadInput(
            name: "push-delete-shared",
            arguments: ["push", "all", "a/", "/sdcard/Download/", "--delete", "--owns", "--simulate", "2"],
            files: ["a/b.bin": "a"]),
        BadInput(
            name: "push-delete-file",
            arguments: ["push", "all", "a.bin", "/sdcard/game/a/", "--delete", "--simulate", "2"],
            files: ["a.bin": "a"]),
        BadInput(
            name: "guard-push-delete",
            arguments: ["push", "all", "a/", "/sdcard/game/a/", "--delete", "--yes", "--simulate", "21"],
            files: ["a/b.bin": "a"]),
        BadInput(
            name: "directory-file", arguments: ["run", "files.yml", "from=a.bin", "--simulate", "2"],
            files: [
                "a.bin": "a",
                "files.yml":
                    "name: Files\ninputs: { from: { type: directory } }\nphones: all\nsteps:\n"
                    + "  - push: { from: \"${{ inputs.from }}\", to: /sdcard/Download/ }\n",
            ]),
        BadInput(
            name: "file-folder", arguments: ["run", "files.yml", "from=folder", "--simulate", "2"],
            files: [
                "folder/a.bin": "a",
                "files.yml":
                    "name: Files\ninputs: { from: { type: file } }\nphones: all\nsteps:\n"
                    + "  - push: { from: \"${{ inputs.from }}\", to: /sdcard/Download/ }\n",
            ]),
    ]

    private static let phones = [
        BadInput(name: "phone-unknown", arguments: ["exec", "sim-0O1", "--simulate", "2", "--", "id"]),
        BadInput(name: "selector-empty", arguments: ["exec", "", "--simulate", "2", "--", "id"]),
        BadInput(
            name: "selected-nobody", arguments: ["exec", "sim-001 and sim-002", "--simulate", "2", "--", "id"]),
        BadInput(
            name: "limit-nobody",
            arguments: ["exec", "sim-001", "--limit", "sim-002", "--simulate", "2", "--", "id"]),
        BadInput(name: "guard-exec", arguments: ["exec", "all", "--simulate", "21", "--", "id"]),
        BadInput(name: "guard-uninstall", arguments: ["uninstall", "all", "com.studio.game", "--simulate", "21"]),
        BadInput(name: "no-command", arguments: ["exec", "all", "--simulate", "2"]),
        BadInput(name: "no-farm", arguments: ["exec", "all", "--", "id"]),
        BadInput(name: "farm-missing", arguments: ["exec", "all", "--farm", "farms.yml", "--", "id"]),
        BadInput(name: "user-unknown", arguments: ["install", "all", "game.apk", "--user", "bob", "--simulate", "2"]),
        BadInput(
            name: "grant-unknown", arguments: ["install", "all", "game.apk", "--grant", "CAMERA", "--simulate", "2"]),
        BadInput(name: "duration-unit", arguments: ["exec", "all", "--timeout", "5", "--simulate", "2", "--", "id"]),
        BadInput(name: "save-offline", arguments: ["phones", "--offline", "--save", "new.yml", "--simulate", "2"]),
        BadInput(name: "selector-mixed", arguments: ["exec", "a and b or c", "--simulate", "2", "--", "id"]),
        BadInput(name: "selector-unquoted", arguments: ["exec", "model=Pixel 8", "--simulate", "2", "--", "id"]),
        BadInput(name: "step-unknown", arguments: ["steps", "instal"]),
        BadInput(name: "flag-unknown", arguments: ["exec", "all", "--simulat", "2", "--", "id"]),
    ]

    private static let places = [
        BadInput(
            name: "runs-unwritable", arguments: ["exec", "all", "--simulate", "2", "--runs", "/proc/runs", "--", "id"],
            exitCode: 5),
        BadInput(
            name: "runs-file", arguments: ["exec", "all", "--simulate", "2", "--runs", "a.txt", "--", "id"],
            files: ["a.txt": "a"], exitCode: 5),
    ]
}

@Suite("Bad input", .timeLimit(.minutes(5)))
struct BadInputTests {
    @Test("every mistake has its message", arguments: BadInput.all)
    func message(_ input: BadInput) async throws {
        try await DroverProcess.with { drover in
            for (path, text) in input.files { try drover.write(text, to: path) }
            let whole = try Data(contentsOf: URL(fileURLWithPath: PracticeFarm.project("fixtures/apps/game-1.apk")))
            try drover.write(whole.prefix(3000), to: "cut.apk")
            try await drover.expect(input.name, exitCode: input.exitCode, input.arguments)
        }
    }

    @Test func `a mistake leaves no run folder behind`() async throws {
        try await DroverProcess.with { drover in
            let result = try await drover.run(["exec", "nobody", "--simulate", "2", "--", "id"])
            #expect(result.exitCode == 2)
            #expect(!FileManager.default.fileExists(atPath: drover.folder.appendingPathComponent("runs").path))
        }
    }

    @Test func `a limit of open files that is too low is told, and a low one narrows the run`() async throws {
        try await DroverProcess.with { drover in
            try await drover.expect(
                "open-files", exitCode: 5, ["exec", "all", "--simulate", "2", "--", "id"], openFiles: 12)
        }
        try await PracticeFarm.with(SimulationOptions(phones: 100)) { practice in
            let result = try await practice.drover.run(
                ["exec", "all", "--yes", "--forks", "100", "--", "id"], openFiles: 64)
            #expect(result.exitCode == 0, "\(result.error)")
            #expect(result.error.contains("100 changed = 100 phones"), "\(result.error)")
        }
    }

    @Test func `a home that cannot be written is no reason to stop`() async throws {
        try await DroverProcess.with { drover in
            let app = PracticeFarm.project("fixtures/apps/game-1.apk")
            let result = try await drover.run(
                ["install", "all", app, "--simulate", "2"], environment: ["HOME": "/proc"])
            #expect(result.exitCode == 0, "\(result.error)")
            #expect(result.output.contains("2 changed = 2 phones"))
        }
    }
}
