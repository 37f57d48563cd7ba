import Farm

/// The cloud servers of a farm as import blocks of Terraform, from which `terraform plan -generate-config-out` writes the rest.
struct TerraformExport {
    let text: String

    init(_ phones: [Phone], of inventory: Inventory) {
        var lines = [
            "# Written by `drover farm export --terraform`; `terraform plan -generate-config-out=cph.tf` goes on."
        ]
        var names: Set<String> = []
        for server in inventory.servers where server.cloud != nil {
            // A server that the file knows by its name has its id by its phones.
            let shown = phones.lazy.filter { $0.server == server.name }.compactMap(\.cloud?.server).first
            guard let id = server.cloud?.id ?? shown else {
                lines.append("# \(server.name): its id is not known, since it shows no phone")
                continue
            }
            var name = Self.name(server.name)
            while !names.insert(name).inserted { name += "_" }
            lines += ["import {", "  to = huaweicloud_cph_server.\(name)", "  id = \"\(id)\"", "}"]
        }
        text = lines.map { $0 + "\n" }.joined()
    }

    /// Names of resources have letters, digits, `_` and `-`, and begin with a letter or `_`.
    private static func name(_ text: String) -> String {
        let plain = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" })
        return plain.first?.isLetter == true ? plain : "_\(plain)"
    }
}
