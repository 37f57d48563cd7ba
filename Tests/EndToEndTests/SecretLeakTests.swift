import Foundation
import Simulator
import Testing

/// A secret is sent along every way that leads out of a run, and looked for at all ends.
@Suite("Secrets", .timeLimit(.minutes(5)))
struct SecretLeakTests {
    /// With every kind of character that some spelling changes.
    private static let canary = #"C4n4ry&7 x"q'z/é+K0mm0"#
    private static let second = "pa55-w0rd-of-file"
    private static let third = "7h1rd-of-a-command"

    /// The ways in which it would still be the secret, made without drover's own code.
    private static func spellings(of secret: String) -> [String] {
        let bytes = Data(secret.utf8)
        var spellings = [secret, secret.uppercased(), secret.lowercased(), String(secret.prefix(7))]
        spellings.append(String(secret.split(separator: " ").last ?? ""))
        for before in ["", "x", "xy"] {
            // Without the digits at both ends, which depend on what stands beside the secret.
            let coded = (Data(before.utf8) + bytes).base64EncodedString()
            spellings.append(String(coded.dropFirst(4).dropLast(4)))
        }
        let digits = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        spellings += [digits, digits.uppercased()]
        spellings.append(secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret)
        return spellings
    }

    private static let playbook = #"""
        name: Secrets
        phones: all
        secrets:
          token: env TOKEN
          pin: { file: pin.txt }
          word: { command: "cat word.txt" }
        inputs:
          password: { type: secret, required: true }
          plain: text
        vars:
          header: "Bearer ${{ secret.token }}"
          loud: ${{ upper(secret.token) }}
        steps:
          - shell: echo ${{ secret.token }} ${{ secret.pin }} ${{ secret.word }} ${{ inputs.password }}
            id: said
            name: Say ${{ secret.token }} aloud
          - shell: echo ${{ secret.token }} >&2
          - shell: echo ${{ vars.header }} ${{ vars.loud }} ${{ inputs.plain }}
          - shell: echo ${{ env.LONG }}
          - shell: echo ${{ env.CODED }} ${{ env.WEB }} ${{ env.DIGITS }} x${{ env.CODED }}
          - shell: echo ${{ secret.token }}; exit 3
            retries: 1
            delay: 10ms
            continue-on-error: true
          - shell: nosuch-${{ secret.pin }}
            continue-on-error: true
          - shell: echo ${{ secret.token }}
            expect: { output: nothing like it }
            continue-on-error: true
          - shell: echo ${{ secret.token }}
            until: result.output == "never"
            retries: 1
            delay: 10ms
            continue-on-error: true
          - set:
              back: ${{ steps.said.output }}
              parts: ${{ split(secret.token, " ") }}
              low: ${{ lower(steps.said.output) }}
          - shell: echo ${{ vars.back }} ${{ vars.parts }} ${{ vars.low }}
          - assert: { that: ["secret.token == 'x'"], message: "it is ${{ secret.token }} and ${{ vars.low }}" }
            continue-on-error: true
          - shell: echo ${{ item }} ${{ index }}
            loop: ["${{ secret.token }}", "${{ secret.pin }}"]
          - include: { file: part.yml, with: { it: "${{ secret.token }}" } }
          - shell: echo ${{ int(vars.back) }}
            continue-on-error: true
          - shell: log -t canary ${{ secret.pin }}
          - logcat: { since: boot }
          - push: { from: named, to: /sdcard/named/ }
          - pull: /sdcard/named
          - block:
              - shell: test ${{ secret.word }} = other
            rescue:
              - shell: echo after ${{ failure.reason }} ${{ secret.word }}
          - shell: cat /sdcard/${{ secret.pin }}
        on-failure:
          - collect: [logcat, tombstones]

        """#

    private func prepare(_ practice: PracticeFarm) throws {
        try practice.write(Self.playbook, to: "secrets.yml")
        try practice.write(
            "inputs: { it: secret }\nsteps:\n  - shell: echo included ${{ inputs.it }}\n", to: "part.yml")
        try practice.write("x", to: "named/\(Self.second).txt")
        try practice.write(Self.third, to: "word.txt")
        for name in ["pin.txt", "password.txt"] {
            try practice.write(Self.second + "\n", to: name)
            let path = practice.drover.folder.appendingPathComponent(name).path
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
    }

    private static var environment: [String: String] {
        let bytes = Data(canary.utf8)
        return [
            "TOKEN": canary, "DROVER_SECRET_pin": second, "CODED": bytes.base64EncodedString(),
            "WEB": "https://h/?q=" + (canary.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""),
            "DIGITS": bytes.map { String($0, radix: 16) }.joined(),
            "LONG": String(repeating: "0123456789 ", count: 600) + canary + String(repeating: " and more", count: 50),
        ]
    }

    /// Everything that the program has left, and everything that it said.
    private func look(_ practice: PracticeFarm, _ results: [DroverProcess.Result]) throws {
        var texts: [(place: String, text: String)] = []
        for (number, result) in results.enumerated() {
            texts.append(("standard output \(number)", result.output))
            texts.append(("standard error \(number)", result.error))
        }
        let folder = practice.drover.folder
        let own: Set = ["secrets.yml", "part.yml", "pin.txt", "password.txt", "word.txt", "farm.yml"]
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        var files = 0
        for path in paths where !own.contains(path) && !path.hasPrefix("named") {
            texts.append(("a name", path))
            guard let data = FileManager.default.contents(atPath: folder.appendingPathComponent(path).path) else {
                continue
            }
            files += 1
            texts.append((path, String(decoding: data, as: UTF8.self)))
        }
        #expect(files >= 5)
        for secret in [Self.canary, Self.second, Self.third] {
            for spelling in Self.spellings(of: secret) where spelling.utf8.count >= 6 {
                for (place, text) in texts {
                    guard let found = text.range(of: spelling) else { continue }
                    let start = text.index(found.lowerBound, offsetBy: -60, limitedBy: text.startIndex)
                    let around = text[(start ?? text.startIndex)..<found.upperBound]
                    Issue.record("\(place) holds \(spelling): …\(around)")
                }
            }
        }
    }

    @Test func `a secret is found nowhere, whatever way it took`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
            try prepare(practice)
            let drover = practice.drover
            let given = ["password=@password.txt", "plain=\(Self.canary)", "--var", "other=\(Self.canary)"]
            var results: [DroverProcess.Result] = []
            func run(_ arguments: [String]) async throws -> DroverProcess.Result {
                let result = try await drover.run(arguments, environment: Self.environment)
                results.append(result)
                return result
            }
            _ = try await run(["check", "secrets.yml"])
            let plan = try await run(["plan", "secrets.yml"] + given)
            #expect(plan.exitCode == 0, "\(plan.error)")
            _ = try await run(["plan", "secrets.yml", "--offline"] + given)
            let whole = try await run(["run", "secrets.yml", "--verbose", "--yes"] + given)
            #expect(whole.exitCode == 1, "\(whole.output)\(whole.error)")
            #expect(whole.output.contains("‹secret"), "\(whole.output)")
            // The phones did get them.
            for phone in practice.farm.phones {
                #expect(phone.record.deeds.shellLines.contains { $0.contains("q'\\''z") })
            }
            for format in ["text", "json", "junit"] { _ = try await run(["report", "latest", "--format", format]) }
            _ = try await run(["status"])
            _ = try await run(["runs"])
            _ = try await run(["resume", "--yes"])
            _ = try await run(["run", "secrets.yml", "--json"] + given)
            _ = try await run(["exec", "all", "--yes", "--", "echo '\(Self.second)'"])
            try look(practice, results)
        }
    }

    @Test func `a run that is killed leaves no secret either`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 20)) { practice in
            try prepare(practice)
            for lines in [1, 30, 90] {
                let running = try practice.drover.start(
                    ["run", "secrets.yml", "--verbose", "--yes", "password=@password.txt"],
                    environment: Self.environment)
                #expect(await running.says(lines: lines))
                running.signal(SIGKILL)
                let result = await running.ended()
                try look(practice, [result])
            }
        }
    }

    @Test func `a secret that stands in plain in a playbook is refused`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            let text =
                "phones: all\nsecrets: { key: env TOKEN }\nsteps:\n  - shell: echo ${{ secret.key }} hunter2-plain\n"
            try practice.write(text, to: "plain.yml")
            let result = try await practice.drover.run(["run", "plain.yml"], environment: ["TOKEN": "hunter2-plain"])
            #expect(result.exitCode == 2)
            #expect(result.error.contains("the secret `key` stands here in plain"))
            #expect(!result.error.contains("hunter2"))
        }
    }
}
