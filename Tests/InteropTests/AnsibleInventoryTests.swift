import DroverTesting
import Foundation
import Testing

/// What `drover farm export --ansible` prints, read by Ansible itself.
@Suite(.enabled(if: PythonPrograms.ansible.isThere, PythonPrograms.ansible.absence))
struct `The inventory for Ansible` {
    @Test func `Ansible finds every host in it, with the way to it`() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        // The golden file is what the program prints, as its own test holds it to.
        let inventory = try folder.file("inventory.yml", Fixture.text("golden/cli/farm-export-ansible.txt"))
        let result = try await run(
            "\(PythonPrograms.ansible.programs)/ansible-inventory", ["-i", inventory, "--list"],
            environment: cleanEnvironment(home: folder.path, ["ANSIBLE_LOCALHOST_WARNING": "0"]))
        try #require(result.exitCode == 0, "\(result.text)")
        #expect(result.error == "", "Ansible warns of nothing")
        let read = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: [String: Any]])
        #expect(read["drover_servers"]?["hosts"] as? [String] == ["rack-1", "hop-1", "farm-a"])
        #expect(read["drover_encoders"]?["hosts"] as? [String] == ["enc-1"])
        #expect(read["label_gold"]?["hosts"] as? [String] == ["enc-1"])
        let hosts = try #require(read["_meta"]?["hostvars"] as? [String: [String: Any]])
        #expect(hosts["rack-1"]?["drover_phones"] as? [String] == ["px-3"])
        #expect(hosts["hop-1"]?["ansible_host"] as? String == "10.0.0.6")
        #expect(hosts["hop-1"]?["ansible_port"] as? Int == 2222)
        #expect(hosts["hop-1"]?["ansible_user"] as? String == "ops")
        #expect(hosts["hop-1"]?["ansible_ssh_private_key_file"] as? String == "/keys/farm.pem")
        #expect(hosts["enc-1"]?["ansible_ssh_common_args"] as? String == "-J ops@10.0.0.6:2222")
    }
}
