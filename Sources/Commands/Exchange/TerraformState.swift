import Farm
import Glibc
import JSON
import Lanes

/// The cloud phone servers of a Terraform state (version 4).
struct TerraformState {
    /// One server.
    struct Server {
        /// Its name in the cloud.
        let name: String
        let id: String
    }

    let servers: [Server]

    /// Reads a file.
    ///
    /// - Throws: ``CommandFailure`` for a file that is no such state.
    init(at path: String) throws(CommandFailure) {
        let bytes: SharedBytes
        do throws(SystemError) { bytes = try SharedBytes(mapping: path) } catch {
            throw CommandFailure("cannot read \(path): \(error.reason)")
        }
        let state = bytes.withUnsafeBytes { JSONValue(parsing: Array($0)) }
        guard let state, state["version"]?.integer == 4, let resources = state["resources"]?.elements else {
            throw CommandFailure("\(path) is no Terraform state of version 4; `terraform state pull` prints one")
        }
        var servers: [Server] = []
        for resource in resources
        where resource["type"]?.text == "huaweicloud_cph_server" && resource["mode"]?.text != "data" {
            for instance in resource["instances"]?.elements ?? [] {
                guard let id = instance["attributes"]?["id"]?.text,
                    id.utf8.count == 32,
                    id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
                else {
                    throw CommandFailure(
                        "\(path): a server of \(resource["name"]?.text ?? "?") has no id of 32 hex digits")
                }
                let name = instance["attributes"]?["name"]?.text ?? resource["name"]?.text ?? id
                servers.append(Server(name: name, id: id))
            }
        }
        self.servers = servers.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }
}
