import DroverTesting
import Foundation
import Testing

/// `drover farm export` and `drover farm import`: what other tools get of a farm, and give.
@Suite("Farms for other tools", .timeLimit(.minutes(3)))
struct FarmExchangeTests {
    private static let farm = """
        keypairs: { farm: /keys/farm.pem }
        servers:
          rack-1: { adb-server: "10.0.0.5:5037" }
          hop-1: { ssh: "ops@10.0.0.6:2222", keypair: farm }
          farm-a: { account: main, id: 1678567b8bab40f93711234cb80d0764 }
        encoders:
          enc-1: { ssh: root@10.0.9.4, keypair: farm, via: hop-1, labels: [gold edge] }
        accounts:
          main: { kind: huawei-cph, region: cn-north-4, auth: { ak: AK, sk: "${{ env.SK }}" } }
        phones:
          px-1: { adb: "tcp:10.0.1.7:5555" }
          px-2: { adb: "ssh 172.16.0.9:5555", server: hop-1 }
          px-3: { server: rack-1, serial: R58N123 }

        """.replacing("[gold edge]", with: "[gold]")

    @Test("adb, Ansible and Terraform get what they understand of it, and no secret")
    func export() async throws {
        try await DroverProcess.with { drover in
            try Data(Self.farm.utf8).write(to: drover.folder.appendingPathComponent("farm.yml"))
            for form in ["adb", "ansible", "terraform"] {
                let end = await (try drover.start(["farm", "export", "--\(form)", "--offline"])).ended()
                #expect(end.exitCode == 0, "\(end.error)")
                expectGolden(end.output, "golden/cli/farm-export-\(form).txt")
            }
            let none = await (try drover.start(["farm", "export"])).ended()
            #expect(none.exitCode != 0)
        }
    }

    private static let state = """
        { "version": 4, "terraform_version": "1.9.0", "resources": [
          { "mode": "managed", "type": "huaweicloud_cph_server", "name": "games", "instances": [
            { "attributes": { "id": "1678567b8bab40f93711234cb80d0764", "name": "farm-a" } },
            { "attributes": { "id": "2678567b8bab40f93711234cb80d0765", "name": "farm b" } } ] },
          { "mode": "data", "type": "huaweicloud_cph_servers", "name": "all", "instances": [ { "attributes": {} } ] },
          { "mode": "managed", "type": "huaweicloud_vpc", "name": "v", "instances": [ { "attributes": { "id": "x" } } ] }
        ] }

        """

    @Test("servers of a Terraform state are printed, or added where they are not known yet, and nothing else changes")
    func take() async throws {
        try await DroverProcess.with { drover in
            let farm = drover.folder.appendingPathComponent("farm.yml")
            try Data(Self.farm.utf8).write(to: farm)
            try Data(Self.state.utf8).write(to: drover.folder.appendingPathComponent("state.json"))
            let words = ["farm", "import", "--terraform", "state.json", "--account", "main"]
            let printed = await (try drover.start(words)).ended()
            expectGolden(printed.output, "golden/cli/farm-import.txt")
            let added = await (try drover.start(words + ["--into", "farm.yml"])).ended()
            #expect(added.output == "farm.yml: 1 server added, 1 known already\n", "\(added.error)")
            let text = try String(contentsOf: farm, encoding: .utf8)
            #expect(text.split(separator: "\n").filter { !Self.farm.contains($0) }.count == 1)
            let again = await (try drover.start(words + ["--into", "farm.yml"])).ended()
            #expect(again.output == "farm.yml: 0 servers added, 2 known already\n")
            #expect(try String(contentsOf: farm, encoding: .utf8) == text)
            var said = ""
            for (account, content) in [
                ("other", Self.state), ("main", "{}"), ("main", "{ \"version\": 4, \"resources\": [] }"),
            ] {
                try Data(content.replacing("2678", with: "3678").utf8)
                    .write(to: drover.folder.appendingPathComponent("state.json"))
                let end = await
                    (try drover.start(
                        ["farm", "import", "--terraform", "state.json", "--account", account, "--into", "farm.yml"]))
                    .ended()
                said += end.error
                #expect(end.exitCode == 2)
            }
            expectGolden(said, "golden/cli/farm-import-refusals.txt")
            #expect(try String(contentsOf: farm, encoding: .utf8) == text)
        }
    }
}
